"""The control API of the built firmware, good requests and bad ones."""

import re
import socket

import numpy
import pytest
from camera_model import LABELS, make
from camera_process import TOKEN, CameraProcess
from camera_server import CameraServer
from raw_http import AUTHORIZED, HOST, raw

from contract import api, sample
from host_tools.camera_client import CameraClient


@pytest.fixture(scope="module")
def server():
    with CameraServer() as running:
        yield running


@pytest.fixture(scope="module")
def camera(server, tmp_path_factory):
    source = {"type": "snapshot", "url": server.url(), "interval_ms": 20, "timeout_s": 5}
    settings = {"source": source, "sampler": {"strategy": "simple", "period_s": 0.05, "roll_s": 0}, "spool": {"bytes": 400000}}
    with CameraProcess(tmp_path_factory.mktemp("control"), settings) as running:
        running.wait_frames()
        yield running


def refusal(response, code):
    assert response.status_code == api.ERRORS[code]
    assert response.json()["error"] == code and "\n" not in response.json()["message"]
    return response.json()["message"]


def test_status_says_who_and_how(camera, server):
    camera.wait("a sample is kept", lambda: camera.status["spool"]["samples"] > 0)
    status = camera.status
    assert status["camera"] == "door" and status["source"] == {"type": "snapshot", "connected": True, "last_error": None}
    assert (status["frame"]["width"], status["frame"]["height"]) == (320, 240)
    assert status["frame"]["count"] > 0 and status["uptime_s"] >= 0 and status["mqtt"] is None
    assert status["state"]["state"] == "unknown" and re.fullmatch(r"\d+\.\d+\.\d+", status["version"])


def test_metrics_are_flat(camera):
    assert all(value is None or isinstance(value, (int, float)) for value in camera.metrics.values())
    assert camera.metrics["latency_ms_p50"] <= camera.metrics["latency_ms_p95"]


def test_samples_are_listed_fetched_and_deleted_by_the_hosts_own_client(camera):
    camera.wait_count("samples_kept", 3)
    with CameraClient(f"http://127.0.0.1:{camera.port}", TOKEN) as client:
        records = list(client.samples())[-3:]  # the oldest may be dropped at any moment
        for record in records:
            assert sample.check(record)["camera"] == "door" and record["state"] is None
            picture = client.picture(record["id"])
            assert len(picture) == record["bytes"] and picture[:2] == b"\xff\xd8" and picture[-2:] == b"\xff\xd9"
            client.delete(record["id"])
        refusal(camera.get(f"{api.SAMPLES}/{records[0]['id']}"), "not_found")
        refusal(camera.request("DELETE", f"{api.SAMPLES}/{records[0]['id']}"), "not_found")


def test_listing_goes_on_behind_a_given_sample(camera):
    camera.wait("there are samples", lambda: len(camera.samples) >= 4)
    page = camera.get(api.SAMPLES, params={"limit": 2}).json()
    rest = camera.get(api.SAMPLES, params={"limit": 100, "after": page["samples"][-1]["id"]}).json()
    assert len(page["samples"]) == 2 and page["more"]
    sequences = [record["sequence"] for record in page["samples"] + rest["samples"]]
    assert sequences == sorted(set(sequences)) and not rest["more"]


def test_full_spool_drops_and_counts(camera):
    camera.wait("samples are dropped", lambda: camera.metrics["samples_dropped"] > 5)
    spool = camera.status["spool"]
    assert 0 < spool["bytes"] <= 400000 == spool["limit"] and spool["dropped"] > 5
    on_disk = sum(path.stat().st_size for path in (camera.folder / "spool").iterdir())
    assert on_disk <= 400000
    newest = camera.samples[-1]["sequence"]
    camera.wait_count("samples_kept", 3)
    assert camera.samples[-1]["sequence"] > newest, "a full spool still takes new samples"


@pytest.mark.parametrize("headers", [
    {"X-Doorlens-Token": ""}, {"X-Doorlens-Token": "wrong"}, {"X-Doorlens-Token": f"{TOKEN}x"},
    {"X-Doorlens-Token": TOKEN[:-1]}, {"X-Doorlens-Token": f"Bearer {TOKEN}"},
    {"X-Doorlens-Token": "", "Authorization": f"Bearer {TOKEN}"},
])
@pytest.mark.parametrize(("method", "path"), [("GET", api.STATUS), ("PUT", api.MODEL), ("GET", "/nothing")])
def test_nothing_without_the_token(camera, headers, method, path):
    refusal(camera.request(method, path, headers=headers, content=bytes(300000) if method == "PUT" else None), "unauthorized")


@pytest.mark.parametrize(("method", "path", "code"), [
    ("GET", "/nothing", "not_found"),
    ("GET", "/api/v1/samples/../settings.json", "not_found"),
    ("GET", "/api/v1/samples/00000000-00000000", "not_found"),
    ("POST", api.STATUS, "method_not_allowed"),
    ("DELETE", api.MODEL, "method_not_allowed"),
    ("PUT", api.SAMPLES, "method_not_allowed"),
    ("GET", api.SAMPLES + "?limit=0", "bad_request"),
    ("GET", api.SAMPLES + "?limit=x", "bad_request"),
    ("GET", api.SAMPLES + "?after=..%2f", "bad_request"),
])
def test_wrong_requests_are_refused_with_their_code(camera, method, path, code):
    refusal(camera.request(method, path), code)


@pytest.mark.parametrize(("request_", "status"), [
    (b"nonsense\r\n\r\n", 400),
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    (b"GET /api/v1/status HTTP/1.1\r\nX: " + b"a" * 5000 + b"\r\n\r\n", 431),
    (b"GET /api/v1/status HTTP/1.1\r\n" + b"X: y\r\n" * 100 + b"\r\n", 431),
    (b"GET /api/v1/status HTTP/1.1\r\n" + HOST + b"X: \xff\xfe\r\n\r\n", 401),
    (b"PUT /api/v1/model HTTP/1.1\r\n" + AUTHORIZED + b"\r\n", 411),
    (b"PUT /api/v1/model HTTP/1.1\r\n" + AUTHORIZED + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 411),
    (b"PUT /api/v1/model HTTP/1.1\r\n" + AUTHORIZED + b"Content-Length: -3\r\n\r\n", 400),
    (b"PUT /api/v1/model HTTP/1.1\r\n" + AUTHORIZED + b"Content-Length: 99999999\r\n\r\nabc", 413),
])
def test_what_is_not_http_is_refused_in_json(camera, request_, status):
    answer = raw(camera, request_)
    assert answer.startswith(b"HTTP/1.1 %d " % status)
    assert b'"error":' in answer.split(b"\r\n\r\n", 1)[1]
    camera.wait_frames()


def test_request_in_single_bytes_and_two_in_one_packet_are_answered(camera):
    one = b"GET /api/v1/model HTTP/1.1\r\n" + AUTHORIZED + b"\r\n"
    assert raw(camera, *[one[i:i + 1] for i in range(0, len(one))], pause_s=0.01).count(b"HTTP/1.1 ") == 1
    assert raw(camera, one + one).count(b"HTTP/1.1 ") == 2


def test_model_whose_upload_is_cut_changes_nothing(camera):
    before = camera.get(api.MODEL)
    data = make(sequence=90)
    head = b"PUT /api/v1/model HTTP/1.1\r\n" + AUTHORIZED + b"Content-Length: %d\r\n\r\n" % len(data)
    assert raw(camera, head + data[:-10]) == b""
    after = camera.get(api.MODEL)
    assert (before.status_code, before.content) == (after.status_code, after.content)
    camera.wait_frames()


def test_silent_clients_do_not_stop_the_frames(camera):
    with socket.create_connection(("127.0.0.1", camera.port)) as one, socket.create_connection(("127.0.0.1", camera.port)) as two:
        one.sendall(b"GET /api/v1/sta")
        two.sendall(b"PUT /api/v1/model HTTP/1.1\r\n" + AUTHORIZED + b"Content-Length: 1000\r\n\r\nabc")
        camera.wait_frames(10)
        assert camera.status["camera"] == "door"


def state_becomes(camera, server, grey, state):
    server.grey = grey
    camera.wait(f"state {state}", lambda: camera.status["state"]["state"] == state)
    return camera.status["state"]


def test_no_model_is_not_found(camera):
    if not (camera.folder / "model.safetensors").exists():
        refusal(camera.get(api.MODEL), "not_found")
        assert camera.status["state"]["reason"] == "no_model"


def test_model_is_taken_stored_and_used(camera, server):
    answer = camera.put_model(make(sequence=1))
    assert answer.status_code == 200 and answer.json() == camera.get(api.MODEL).json()
    assert answer.json()["sequence"] == 1
    event = state_becomes(camera, server, 20, "closed")
    assert event["reason"] == "frames" and event["model"] == 1 and 0.5 < event["score"] <= 1
    opened = state_becomes(camera, server, 235, "open")
    assert opened["previous"] == "closed" and opened["sequence"] > event["sequence"]
    assert state_becomes(camera, server, 128, "unknown")["reason"] == "unusable"
    assert camera.status["model"]["labels"] == LABELS
    assert (camera.folder / "model.safetensors").read_bytes() == make(sequence=1)


def test_model_is_replaced_between_two_frames_and_the_last_one_kept(camera, server):
    camera.put_model(make(sequence=1))
    state_becomes(camera, server, 20, "closed")
    before = camera.status["state"]
    for sequence in range(2, 12):
        assert camera.put_model(make(sequence=sequence)).json()["sequence"] == sequence
    camera.wait_frames(5)
    assert camera.status["state"]["sequence"] == before["sequence"], "a model that agrees makes no event"
    assert (camera.folder / "model.previous.safetensors").read_bytes() == make(sequence=10)
    assert camera.metrics["task_restarts"] == 0


def unknown_layer(spec, tensors):
    spec["layers"][1]["op"] = "attention"


def wrong_shape(spec, tensors):
    tensors["1.weight"] = numpy.zeros((3, 2), numpy.int8)


def missing_tensor(spec, tensors):
    del tensors["0.shift"]


def shift_out_of_range(spec, tensors):
    tensors["1.shift"] = numpy.full(3, 40, numpy.uint8)


def other_logits(spec, tensors):
    tensors["selftest.logits"] = tensors["selftest.logits"] ^ 1


def newer_format(spec, tensors):
    spec["format"] = 2


REFUSED = [
    (lambda: make()[:-1], "model_truncated"),
    (lambda: make()[:100], "model_truncated"),
    (lambda: b"", "model_truncated"),
    (lambda: b"PK\x03\x04" + bytes(500), "model_format"),
    (lambda: make(change=newer_format), "model_format"),
    (lambda: make(change=unknown_layer), "model_layer"),
    (lambda: make(change=wrong_shape), "model_shape"),
    (lambda: make(change=missing_tensor), "model_shape"),
    (lambda: make(change=shift_out_of_range), "model_value"),
    (lambda: make(change=other_logits), "model_self_test"),
    (lambda: bytes(api.MAX_MODEL_BYTES + 1), "too_large"),
]


@pytest.mark.parametrize(("data", "code"), REFUSED, ids=[f"{i}-{code}" for i, (_, code) in enumerate(REFUSED)])
def test_bad_model_is_refused_with_its_code_and_the_old_one_serves_on(camera, server, data, code):
    good = camera.put_model(make(sequence=50)).json()
    refusal(camera.put_model(data()), code)
    assert camera.get(api.MODEL).json() == good
    assert (camera.folder / "model.safetensors").read_bytes() == make(sequence=50)
    state_becomes(camera, server, 235, "open")
    state_becomes(camera, server, 20, "closed")
    assert "Traceback" not in camera.log and TOKEN not in camera.log


def test_sample_of_a_classified_frame_says_what_was_seen(camera, server):
    camera.put_model(make(sequence=60))
    state_becomes(camera, server, 235, "open")
    for record in camera.samples:  # changes of earlier tests are worth more than what comes by time
        camera.request("DELETE", f"{api.SAMPLES}/{record['id']}")
    camera.wait_count("samples_kept", 2)
    newest = camera.samples[-1]
    assert (newest["state"], newest["model"], newest["reason"]) == ("open", 60, "periodic") and newest["score"] > 0.5


def test_model_survives_a_restart_and_a_spoilt_file_falls_back_to_the_previous(camera, server):
    camera.put_model(make(sequence=70))
    camera.put_model(make(sequence=71))
    camera.kill()
    camera.start()
    assert camera.get(api.MODEL).json()["sequence"] == 71
    camera.kill()
    (camera.folder / "model.safetensors").write_bytes(make(sequence=71)[:-5])
    camera.start()
    assert camera.get(api.MODEL).json()["sequence"] == 70
    camera.wait_frames()
