"""The connection ends at every 4 KB of an update that is pushed to the real firmware."""

import json
import socket

import numpy
from camera_model import make
from camera_process import TOKEN
from camera_server import picture
from signed_camera import SignedCamera, digest, signed

from contract import api

STEP = 4096


def update_of(sequence, filler=90000):
    def change(spec, tensors):
        tensors["filler"] = numpy.random.default_rng(sequence).integers(0, 256, filler).astype(numpy.uint8)
    return signed(sequence, make(sequence, change))


def camera_at(folder, **update_settings):
    """A SignedCamera whose frames come from a folder, as fast as they are classified."""
    folder.mkdir()
    (folder / "pictures").mkdir()
    (folder / "pictures" / "0.jpg").write_bytes(picture(20))
    source = {"type": "folder", "path": "pictures", "interval_ms": 2}
    return SignedCamera(folder, {"source": source, "log": {"level": "info"}}, trial_frames=4, **update_settings)


def send(camera, data, at, end, cut, more=""):
    """A piece from `at` to `end` in a request of its own; the connection ends when the byte `cut` of the update is reached.

    more: further parameters of the request.
    """
    head = (f"PUT {api.UPDATE}?offset={at}{more} HTTP/1.1\r\nHost: camera\r\n{api.TOKEN_HEADER}: {TOKEN}\r\n"
            f"Content-Length: {end - at}\r\nConnection: close\r\n\r\n").encode()
    with socket.create_connection(("127.0.0.1", camera.port), 30) as connection:
        connection.sendall(head + data[at:min(end, cut)])
        if cut >= end:
            while connection.recv(65536):
                pass


def cut_push(camera, data, cut, piece):
    """A push that ends for good at byte `cut` of the update."""
    for at in range(0, min(cut, len(data)), piece):
        send(camera, data, at, min(at + piece, len(data)), cut)


def again(camera, data, piece):
    """As a host does: goes on where the camera is."""
    state = camera.update
    if state["digest"] == digest(data) and state["state"] != api.RECEIVING:
        return
    begin = state["have"] if state["digest"] == digest(data) else 0
    answer = camera.upload(data, piece, begin)
    assert answer.status_code == 200, answer.text


def wrong(camera, sequence, cut, piece):
    """What is wrong after a push of model `sequence` over its predecessor that was cut at this byte; a sentence or None."""
    data = update_of(sequence)
    cut_push(camera, data, cut, piece)
    before, state = camera.get(api.MODEL).json().get("sequence"), camera.update
    if before != sequence - 1 and state["state"] not in (api.TRIAL, api.CONFIRMED):
        return f"cut at {cut}: model {before} is in use"
    again(camera, data, piece)
    found = camera.ends_in(api.CONFIRMED, data)
    camera.wait_frames(1)
    after = camera.get(api.MODEL).json().get("sequence")
    return None if after == sequence else f"cut at {cut}: model {after} is in use after another push: {json.dumps(found)}"


def check(folder, piece=api.MAX_PIECE_BYTES, every=1):
    """(connection cuts, [what was wrong]): one push for every 4 KB boundary of it, each over the model of the one before."""
    broken, cuts = [], 0
    with camera_at(folder) as camera:
        camera.install(update_of(1))
        for sequence, cut in enumerate(range(0, len(update_of(2)) + STEP, STEP * every), 2):
            cuts += 1
            try:
                said = wrong(camera, sequence, cut, piece)
            except AssertionError as error:
                said = f"cut at {cut}: {error}"
            if said:
                broken.append(f"pieces of {piece}: {said}")
        if "Traceback" in camera.log:
            broken.append("the log has a traceback")
    return cuts, broken
