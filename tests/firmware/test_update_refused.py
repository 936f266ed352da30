"""What a camera with a public key refuses, each with its own code, while the model in use serves on."""

import json
import struct

import numpy
import pytest
from camera_model import make
from camera_process import TOKEN
from camera_server import CameraServer
from signed_camera import SignedCamera, signed

from contract import api, update
from host_tools import keys

BASE = 7  # number of the model in use


@pytest.fixture(scope="module")
def camera(tmp_path_factory):
    with CameraServer() as server:
        server.grey = 20
        source = {"type": "snapshot", "url": server.url(), "interval_ms": 10}
        with SignedCamera(tmp_path_factory.mktemp("refused") / "camera", {"source": source}) as running:
            running.install(signed(BASE))
            running.wait("the new model is believed", lambda: running.status["state"]["state"] == "closed")
            yield running


def wrong_shape(spec, tensors):
    tensors["1.weight"] = numpy.zeros((3, 2), numpy.int8)


def other_logits(spec, tensors):
    tensors["selftest.logits"] = tensors["selftest.logits"] ^ 1


def scale(value):
    def change(spec, tensors):
        spec["output"]["scale"] = value
    return change


def multipliers_of_nan_bits(spec, tensors):
    tensors["1.multiplier"] = numpy.full(3, struct.unpack("<i", struct.pack("<f", numpy.nan))[0] | -(1 << 31), numpy.int32)


def model(change):
    return signed(BASE + 1, make(BASE + 1, change))


REFUSED = {
    "unsigned model": (lambda: make(BASE + 1), "update_unsigned"),
    "unsigned rubbish": (lambda: b"\xff\xd8\xff\xe0" + bytes(5000), "update_unsigned"),
    "wrong key": (lambda: signed(BASE + 1, key=keys.generate()), "update_key"),
    "wrong key under the right name": (lambda: pretended(), "update_signature"),
    "cut inside the header": (lambda: signed(BASE + 1)[:100], "update_truncated"),
    "other product": (lambda: signed(BASE + 1, product="back-door"), "update_product"),
    "firmware": (lambda: signed(BASE + 1, kind=update.FIRMWARE), "update_format"),
    "replayed": (lambda: signed(BASE), "update_sequence"),
    "older": (lambda: signed(1), "update_sequence"),
    "too large": (lambda: signed(BASE + 1, bytes(api.MAX_MODEL_BYTES + 1)), "too_large"),
    "longer than signed": (lambda: signed(BASE + 1) + b"x", "update_digest"),
    "wrong shapes": (lambda: model(wrong_shape), "model_shape"),
    "scale that is no number": (lambda: model(scale(float("nan"))), ("model_value", "model_format")),
    "scale without end": (lambda: model(scale(float("inf"))), ("model_value", "model_format")),
    "scale of 1e30": (lambda: model(scale(1e30)), "model_value"),
    "multipliers of NaN's bits": (lambda: model(multipliers_of_nan_bits), "model_value"),
    "self-test mismatch": (lambda: model(other_logits), "model_self_test"),
    "model that is cut short, signed as it is": (lambda: signed(BASE + 1, make(BASE + 1)[:-9]), "model_truncated"),
    "no model, signed": (lambda: signed(BASE + 1, b"hello"), "model_truncated"),
}


def pretended():
    """The camera's own key is named, another signed."""
    right, other = signed(BASE + 1), keys.generate()
    return right[:update.SIGNED_BYTES] + other.sign(right[:update.SIGNED_BYTES]) + right[update.HEADER_BYTES:]


def refused(camera, data, codes):
    answer = camera.upload(data)
    assert answer.status_code == 422 or answer.json()["error"] == "too_large", answer.text
    assert answer.json()["error"] in codes, answer.text
    assert "\n" not in answer.json()["message"] and len(answer.json()["message"]) < 150
    return answer.json()["message"]


def serves_on(camera):
    assert camera.get(api.MODEL).json()["sequence"] == BASE
    state = camera.update
    assert (state["state"], state["sequence"], state["have"], state["floor"]) == (api.CONFIRMED, BASE, 0, BASE + 1)
    camera.wait_frames(1)
    assert camera.status["state"]["state"] == "closed"


@pytest.mark.parametrize("name", REFUSED)
def test_bad_update_is_refused_with_its_code_and_the_model_in_use_serves_on(camera, name):
    make_data, codes = REFUSED[name]
    refused(camera, make_data(), (codes,) if isinstance(codes, str) else codes)
    serves_on(camera)


def test_every_refusal_has_its_own_sentence(camera):
    said = {}
    for make_data, codes in REFUSED.values():
        said.setdefault(codes, refused(camera, make_data(), (codes,) if isinstance(codes, str) else codes))
    assert len(set(said.values())) == len(said) >= 11


def test_flipped_bit_in_every_byte_of_the_header_is_refused(camera):
    good = signed(BASE + 1)
    for at in range(update.HEADER_BYTES):
        spoilt = bytearray(good)
        spoilt[at] ^= 1 << at % 8
        answer = camera.put(bytes(spoilt[:update.HEADER_BYTES]))
        expected = ("update_unsigned" if at < 8 else "update_format" if at == 8 else "update_key" if 88 <= at < 96
                    else "update_signature")
        assert answer.json()["error"] == expected, at
    serves_on(camera)


def test_flipped_bit_in_the_content_is_refused(camera):
    good = signed(BASE + 1)
    for at in range(update.HEADER_BYTES, len(good), 41):
        spoilt = bytearray(good)
        spoilt[at] ^= 1 << at % 8
        refused(camera, bytes(spoilt), ("update_digest",))
    serves_on(camera)


def test_update_that_ends_too_early_never_begins_its_trial(camera):
    good = signed(BASE + 1)
    camera.put(good[:-1])
    assert camera.update["state"] == api.RECEIVING and camera.get(api.MODEL).json()["sequence"] == BASE
    camera.request("DELETE", api.UPDATE)
    serves_on(camera)


@pytest.mark.parametrize(("method", "query", "content", "code"), [
    ("PUT", "", b"x" * 200, "bad_request"),
    ("PUT", "?offset=x", b"x" * 200, "bad_request"),
    ("PUT", "?offset=-1", b"x" * 200, "bad_request"),
    ("PUT", "?offset=99999999999999", b"x" * 200, "bad_request"),
    ("PUT", "?offset=0", b"", "bad_request"),
    ("PUT", "?offset=0", bytes(65537), "too_large"),
    ("PUT", "?offset=160", b"x", "update_offset"),
    ("POST", "", b"", "method_not_allowed"),
])
def test_request_that_makes_no_sense_is_refused(camera, method, query, content, code):
    answer = camera.request(method, api.UPDATE + query, content=content)
    assert answer.status_code == api.ERRORS[code] and answer.json()["error"] == code


def test_camera_without_a_key_takes_no_signed_update_and_says_that_it_takes_unsigned_ones(tmp_path):
    with SignedCamera(tmp_path / "camera", {"source": {"type": "folder", "path": "."}}, key="", product="") as camera:
        answer = camera.put(signed(1))
        assert answer.status_code == 422 and answer.json()["error"] == "update_key"
        assert camera.status["update"]["warning"].startswith("unsigned models are accepted")
        assert camera.log.count("unsigned models are accepted") == 1
        assert camera.put_model(make()).status_code == 200


def test_wrong_tokens_through_a_web_server_are_counted_by_whom_it_speaks_for(tmp_path):
    def asked(camera, token, client):
        return camera.get(api.BEHIND + api.STATUS, headers={api.TOKEN_HEADER: token, "X-Forwarded-For": client}).status_code
    with SignedCamera(tmp_path / "camera", {"source": {"type": "folder", "path": "."}}) as camera:
        codes = [asked(camera, "wrong", f"10.0.0.{i}, 192.0.2.1") for i in range(35)]  # only the last one is the web server's word
        assert codes[:30] == [401] * 30 and codes[-1] == 429
        assert asked(camera, TOKEN, "192.0.2.1") == 429 and asked(camera, TOKEN, "192.0.2.2") == 200


def test_wrong_tokens_are_limited_and_no_secret_is_in_the_log_or_an_answer(tmp_path):
    password = "the-source's-password"
    source = {"type": "snapshot", "url": "http://127.0.0.1:1/", "user": "viewer", "password": password, "interval_ms": 10}
    mqtt = {"host": "127.0.0.1", "port": 1, "user": "doorlens", "password": "the-broker's-password"}
    with SignedCamera(tmp_path / "camera", {"source": source, "mqtt": mqtt}) as camera:
        texts = [camera.get(path).text for path in (api.STATUS, api.METRICS, api.UPDATE)]
        codes = [camera.get(api.STATUS, headers={api.TOKEN_HEADER: f"{TOKEN[:-1]}{i}"}) for i in range(40)]
        texts += [answer.text for answer in codes]
        assert [answer.status_code for answer in codes[:30]] == [401] * 30 and codes[-1].status_code == 429
        assert codes[-1].json()["error"] == "too_many_attempts"
        limited = camera.get(api.STATUS)
        assert limited.status_code == 429, "the right one is not looked at either: nothing can be learnt"
        camera.wait("the limit passes", lambda: camera.get(api.STATUS).status_code == 200)
        texts += [camera.log, json.dumps(camera.metrics)]
        for secret in (TOKEN, TOKEN[:-1], password, "the-broker's-password"):
            assert not any(secret in text for text in texts)
