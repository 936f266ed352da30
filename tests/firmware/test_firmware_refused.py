"""What a camera refuses of firmware, each with its own code, while the firmware in use goes on without a pause."""

import hashlib
import json

import pytest
from camera_process import CameraProcess
from camera_server import picture
from signed_camera import KEY, digest, signed
from signed_firmware import ENDS_AT_ONCE, firmware, tiny
from supervised_camera import SupervisedCamera

from contract import api, update
from host_tools import keys

BASE = 7  # a number that was confirmed is not taken again; see `camera`
STATE = {"format": 1, "good": None, "trial": None, "a": None, "b": None, "floor": 1, "boots": 0, "trial_boots": 0,
         "rejected": None, "base": None}
SMALL = ENDS_AT_ONCE
FOR_ARM = SMALL[:18] + b"\x28\x00" + SMALL[20:]


@pytest.fixture(scope="module")
def camera(tmp_path_factory):
    folder = tmp_path_factory.mktemp("refused") / "camera"
    (folder / "pictures").mkdir(parents=True)
    (folder / "pictures" / "0.jpg").write_bytes(picture(20))
    (folder / "firmware.json").write_text(json.dumps(STATE | {"floor": BASE + 1}))
    with SupervisedCamera(folder, {"source": {"type": "folder", "path": "pictures", "interval_ms": 20}}) as running:
        running.install(signed(1))
        running.started = running.child
        yield running


def good(sequence=BASE + 1):
    return firmware(sequence, SMALL)


def pretended():
    """The camera's own key is named, another signed."""
    head = good()[:update.SIGNED_BYTES]
    return head + keys.generate().sign(head) + SMALL


def flagged():
    """With the flag of models, which contract.update.pack does not sign."""
    head = bytearray(good()[:update.SIGNED_BYTES])
    head[10] = update.NO_COMPARISON
    return bytes(head) + KEY.sign(bytes(head)) + SMALL


REFUSED = {
    "unsigned executable": (lambda: SMALL + bytes(500), "update_unsigned"),
    "unsigned rubbish": (lambda: b"\xff\xd8\xff\xe0" + bytes(5000), "update_unsigned"),
    "wrong key": (lambda: firmware(BASE + 1, SMALL, key=keys.generate()), "update_key"),
    "wrong key under the right name": (pretended, "update_signature"),
    "cut inside the header": (lambda: good()[:100], "update_truncated"),
    "model": (lambda: signed(BASE + 1), "update_format"),
    "flag of models": (flagged, "update_format"),
    "firmware for the door": (lambda: firmware(BASE + 1, SMALL, product="front-door"), "update_product"),
    "firmware for another processor": (lambda: firmware(BASE + 1, FOR_ARM, "armv7"), "update_product"),
    "another processor's, signed for this one": (lambda: firmware(BASE + 1, FOR_ARM), "firmware_format"),
    "no executable": (lambda: firmware(BASE + 1, b"hello, I am no executable"), "firmware_format"),
    "replayed": (lambda: good(BASE), "update_sequence"),
    "older": (lambda: good(1), "update_sequence"),
    "too large": (lambda: firmware(BASE + 1, SMALL + bytes(api.MAX_FIRMWARE_BYTES)), "too_large"),
    "longer than signed": (lambda: good() + b"x", "update_digest"),
    "executable that Linux refuses": (lambda: firmware(BASE + 1, SMALL[:16] + b"\xff" + SMALL[17:]), "firmware_start"),
}


def put(camera, data):
    """One piece, all of it as far as the camera takes so much."""
    return camera.request("PUT", api.UPDATE, params={"offset": 0, "kind": "firmware"}, content=data[:api.MAX_PIECE_BYTES])


def refused(camera, data, code):
    answer = put(camera, data)
    assert answer.status_code == api.ERRORS[code] and answer.json()["error"] == code, answer.text
    assert "\n" not in answer.json()["message"] and len(answer.json()["message"]) < 150
    return answer.json()["message"]


def goes_on(camera):
    assert camera.child == camera.started and camera.running["sequence"] is None
    state = camera.firmware
    assert (state["state"], state["have"], state["floor"]) == (api.NONE, 0, BASE + 1)
    assert sorted(path.name for path in camera.folder.glob("firmware*")) == ["firmware.json"]
    camera.wait_frames(1)


@pytest.mark.parametrize("name", REFUSED)
def test_bad_firmware_is_refused_with_its_code_and_the_one_in_use_goes_on(camera, name):
    make, code = REFUSED[name]
    refused(camera, make(), code)
    goes_on(camera)


def test_every_refusal_of_firmware_has_its_own_sentence(camera):
    said = {code: refused(camera, make(), code) for make, code in REFUSED.values()}
    assert len(set(said.values())) == len(said) >= 11


def test_flipped_bit_in_every_byte_of_a_firmwares_header_is_refused(camera):
    data = good()
    for at in range(update.HEADER_BYTES):
        spoilt = bytearray(data)
        spoilt[at] ^= 1 << at % 8
        expected = ("update_unsigned" if at < 8 else "update_format" if at == 8 else "update_key" if 88 <= at < 96
                    else "update_signature")
        refused(camera, bytes(spoilt[:update.HEADER_BYTES]), expected)
    goes_on(camera)


def test_flipped_bit_in_every_byte_of_a_firmware_is_refused(camera):
    data = good()
    for at in range(update.HEADER_BYTES, len(data)):
        spoilt = bytearray(data)
        spoilt[at] ^= 1 << at % 8
        refused(camera, bytes(spoilt), "update_digest")
    goes_on(camera)


def test_firmware_that_ends_too_early_is_never_started(camera):
    put(camera, good()[:-1])
    assert camera.firmware["state"] == api.RECEIVING and camera.firmware["digest"] == digest(good())
    camera.request("DELETE", api.UPDATE, params={"kind": "firmware"})
    goes_on(camera)


def test_kind_that_does_not_exist_is_refused(camera):
    answer = camera.request("GET", api.UPDATE, params={"kind": "radio"})
    assert answer.status_code == 400 and answer.json()["error"] == "bad_request"


def test_camera_without_a_key_takes_no_firmware(tmp_path):
    with CameraProcess(tmp_path / "camera", {"source": {"type": "folder", "path": "."}}) as camera:
        answer = camera.request("PUT", api.UPDATE, params={"offset": 0, "kind": "firmware"}, content=good())
        assert answer.status_code == 422 and answer.json()["error"] == "update_key"
        assert not list(camera.folder.glob("firmware*"))


def test_stored_firmware_is_not_started_where_its_key_is_no_longer_trusted(camera, tmp_path):
    """Nor one that somebody put there."""
    folder = tmp_path / "camera"
    folder.mkdir()
    content = tiny(b"\xeb\xfe")
    data = firmware(9, content, key=keys.generate())
    (folder / "firmware-a").write_bytes(content + data[:update.HEADER_BYTES])
    package = hashlib.sha256(camera.package.read_bytes()).hexdigest()
    state = STATE | {"good": "a", "a": {"digest": digest(data), "sequence": 9}, "floor": 10, "base": package}
    (folder / "firmware.json").write_text(json.dumps(state))
    with SupervisedCamera(folder, {"source": {"type": "folder", "path": "."}}) as started:
        assert started.running["sequence"] is None and "does not trust" in started.firmware["reason"]
