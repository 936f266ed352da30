"""A camera that is nudged, turned away, covered and put back, in the built firmware: frames through a pipe, events out."""

import json
import subprocess

import cv2
import numpy
import pytest
from camera_model import make
from camera_process import CameraProcess

from contract import view
from contract.events import COVERED, FRAMES, MOVED, UNUSABLE
from host_tools.native import imgprep
from training.pixels import network_input

REGION = [3000, 2000, 7000, 8000]
W, H, MARGIN = 320, 240, 60
DARK, BRIGHT = 15, 240  # what the model calls closed and open


def wall(seed):
    rng = numpy.random.default_rng(seed)
    size = (W + 2 * MARGIN, H + 2 * MARGIN)
    return cv2.resize(rng.integers(30, 220, (size[1] // 8, size[0] // 8)).astype(numpy.uint8), size)


def jpeg(door, right=0, down=0, seed=1, noise=0, light=1.0):
    """The door's grey level, where the picture has moved to, the place, which frame it is."""
    scene = wall(seed)
    x0, y0 = MARGIN + W * 25 // 100, MARGIN + H * 15 // 100
    scene[y0:y0 + H * 70 // 100, x0:x0 + W * 50 // 100] = door
    frame = scene[MARGIN - down:MARGIN - down + H, MARGIN - right:MARGIN - right + W] * light
    frame = frame + numpy.random.default_rng(noise).normal(0, 3, (H, W))
    return cv2.imencode(".jpg", frame.clip(0, 255).astype(numpy.uint8))[1].tobytes()


def model():
    near = view.Surroundings(imgprep, REGION)
    near.describe(network_input(jpeg(DARK), [0, 0, 10000, 10000], view.SIDE, view.SIDE, 1))
    edges = numpy.frombuffer(bytes(near.edges), numpy.uint8).reshape(1, view.SIDE, view.SIDE).copy()

    def change(spec, tensors):
        spec["input"]["region"] = REGION
        spec["view"] = {"focus": near.focus, "lowest_peak": view.LOWEST_PEAK}
        tensors["view.reference"] = edges
    return make(change=change)


@pytest.fixture(params=["x86_64", "armv7"])
def camera(request, tmp_path):
    (tmp_path / "model.safetensors").write_bytes(model())
    process = CameraProcess(tmp_path, {"source": {"type": "stdin"}}, request.param)
    process.start(stdin=subprocess.PIPE)
    yield process
    process.__exit__()


def play(camera, frames):
    """Shows the frames and waits until all of them were looked at; the (state, reason) of every event since."""
    before = len(events(camera))
    seen = camera.metrics["frames"] + len(frames)
    camera.process.stdin.write(b"".join(frames))
    camera.process.stdin.flush()
    camera.wait(f"{seen} frames", lambda: camera.metrics["frames"] >= seen)
    return [(event["state"], event["reason"]) for event in events(camera)[before:]]


def events(camera):
    path = camera.folder / "events.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def frames(count, *what, **how):
    return [jpeg(*what, noise=i, **how) for i in range(count)]


def test_state_is_never_adopted_from_a_view_that_is_not_the_one_that_was_learnt(camera):
    assert play(camera, frames(4, DARK)) == [("closed", FRAMES)]
    assert play(camera, frames(6, BRIGHT, 45, 0)) in ([("unknown", MOVED)], [("unknown", COVERED)])
    assert play(camera, frames(6, BRIGHT, seed=2)) in ([], [("unknown", COVERED)])
    camera.wait_log("the camera cannot see")
    assert camera.status["state"]["score"] is None
    camera.wait("the next check is due", lambda: play(camera, frames(4, BRIGHT)) == [("open", FRAMES)])
    assert camera.status["view"]["reason"] is None and camera.status["view"]["shift"] == [0, 0]
    assert play(camera, frames(6, DARK, light=0.0)) in ([("unknown", COVERED)], [("unknown", UNUSABLE)])


def test_nudge_is_followed_without_an_event(camera):
    assert play(camera, frames(4, DARK)) == [("closed", FRAMES)]
    assert play(camera, frames(4, BRIGHT, 7, 5)) in ([("open", FRAMES)], [])
    camera.wait_log("the region follows")
    right, down = camera.status["view"]["shift"]
    assert abs(right - 10000 * 7 / W) < 120 and abs(down - 10000 * 5 / H) < 120
    assert play(camera, frames(3, BRIGHT, 7, 5)) in ([("open", FRAMES)], [])
    assert camera.status["state"]["state"] == "open"
