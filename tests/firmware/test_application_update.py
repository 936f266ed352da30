"""Signed updates of the built firmware: received, tried, confirmed, given up, survived."""

import json

import numpy
import pytest
from camera_model import make
from camera_process import TOKEN
from camera_server import CameraServer
from signed_camera import KEY, PRODUCT, TRIAL_FRAMES, SignedCamera, digest, signed
from small_disk import small_disk
from update_lives import swapped

from contract import api, update
from host_tools import keys


@pytest.fixture(scope="module")
def server():
    with CameraServer() as running:
        yield running


def source(server):
    return {"source": {"type": "snapshot", "url": server.url(), "interval_ms": 5, "timeout_s": 5}}


@pytest.fixture
def camera(server, tmp_path):
    server.grey = 20
    with SignedCamera(tmp_path / "camera", source(server)) as running:
        yield running


def refusal(response, code):
    assert response.status_code == api.ERRORS[code], response.text
    assert response.json()["error"] == code and "\n" not in response.json()["message"]
    return response.json()["message"]


def states(camera):
    """What was published, in order."""
    return [json.loads(line)["state"] for line in (camera.folder / "events.jsonl").read_text().splitlines()]


def never_sure(spec, tensors):
    spec["decision"]["min_margin"] = 255


def test_first_model_is_tried_confirmed_and_then_in_use(camera):
    assert camera.update == {"state": "none", "have": 0, "digest": None, "sequence": None, "reason": None, "floor": 1, "trial": None}
    data = signed(3)
    answer = camera.upload(data, 1000)
    assert answer.status_code == 200 and answer.json()["state"] == api.TRIAL and answer.json()["trial"]["of"] == TRIAL_FRAMES
    assert camera.ends_in(api.CONFIRMED, data)["floor"] == 4
    camera.wait("closed", lambda: camera.status["state"]["state"] == "closed")
    assert camera.get(api.MODEL).json()["sequence"] == 3
    status = camera.status
    assert status["update"]["product"] == PRODUCT and status["update"]["key"] == update.key_id(KEY.public).hex()
    assert status["update"]["warning"] is None and status["safe_mode"] is None
    camera.crash()
    assert camera.get(api.MODEL).json()["sequence"] == 3 and camera.update["state"] == api.CONFIRMED


def test_model_without_a_signature_is_refused_where_there_is_a_key(camera):
    refusal(camera.put_model(make()), "update_unsigned")
    assert camera.get(api.MODEL).status_code == 404


def test_interrupted_upload_goes_on_where_it_was_and_survives_a_restart(camera):
    data = signed(1, make(1, lambda spec, tensors: tensors.update(filler=numpy.ones(150000, numpy.uint8))))
    for at in range(0, 140000, 10000):
        assert camera.put(data[at:at + 10000], at).json()["have"] == at + 10000
    assert camera.update["state"] == api.RECEIVING and camera.update["digest"] == digest(data)
    refusal(camera.put(data[150000:160000], 150000), "update_offset")
    refusal(camera.put(data[130000:140000], 130000), "update_offset")
    camera.crash()
    assert camera.update["have"] == 131072 and camera.update["digest"] == digest(data), "to the last sync"
    camera.upload(data, begin=131072)
    camera.ends_in(api.CONFIRMED, data)


def test_another_header_starts_anew_and_delete_lets_go(camera):
    one, other = signed(1), signed(2)
    camera.put(one[:500])
    assert camera.put(other[:300]).json() | {"digest": digest(other), "have": 300} == camera.update
    assert camera.request("DELETE", api.UPDATE).json()["state"] == api.NONE and not (camera.folder / "update.part").exists()
    refusal(camera.put(other[300:], 300), "update_offset")
    camera.install(one)


def test_worse_model_is_given_up_by_its_trial_and_nothing_it_says_is_published(camera, server):
    camera.install(signed(1))
    camera.wait("closed", lambda: camera.status["state"]["state"] == "closed")
    worse = signed(2, make(2, swapped))
    for grey, state in ((20, "closed"), (235, "open")):
        server.grey = grey
        camera.wait(state, lambda state=state: camera.status["state"]["state"] == state)
        said = states(camera)
        assert camera.upload(worse).status_code == 200
        refusal(camera.put(worse), "update_busy")
        reason = camera.ends_in(api.REJECTED, worse)["reason"]
        assert f"agreed with the model in use on 0 of {TRIAL_FRAMES} frames" in reason
        assert states(camera) == said and camera.status["state"]["state"] == state
    assert camera.get(api.MODEL).json()["sequence"] == 1 and camera.update["floor"] == 2
    assert camera.metrics["models_rejected"] == 2
    camera.crash()
    assert camera.get(api.MODEL).json()["sequence"] == 1 and camera.update["reason"] == reason
    camera.install(signed(2))


def test_model_that_is_never_sure_is_given_up_unless_the_owner_wants_no_comparison(camera):
    camera.install(signed(1))
    camera.upload(signed(2, make(2, never_sure)))
    assert "sure of only 0" in camera.ends_in(api.REJECTED, signed(2, make(2, never_sure)))["reason"]
    camera.install(signed(2, make(2, never_sure), flags=update.NO_COMPARISON))


def test_old_model_that_is_never_sure_leaves_nothing_to_compare_with(camera):
    camera.install(signed(1, make(1, never_sure)))
    camera.upload(signed(2))
    assert "without comparison" in camera.ends_in(api.REJECTED, signed(2))["reason"]


def test_going_back_is_old_content_under_a_new_number(camera):
    camera.install(signed(5))
    camera.install(signed(6))
    refusal(camera.put(signed(6)), "update_sequence")
    refusal(camera.put(signed(5)), "update_sequence")
    camera.install(signed(7, make(5)))
    assert camera.get(api.MODEL).json()["sequence"] == 5 and camera.update["floor"] == 8


def test_trial_is_withdrawn_by_delete(server, tmp_path):
    with SignedCamera(tmp_path / "camera", source(server), trial_frames=100000) as camera:
        camera.upload(signed(1))
        assert camera.update["state"] == api.TRIAL
        assert camera.request("DELETE", api.UPDATE).json()["reason"] == "it was withdrawn"
        assert not list(camera.folder.glob("slot-*"))


def test_trial_goes_on_after_a_restart_and_ends_after_three(server, tmp_path):
    with SignedCamera(tmp_path / "camera", source(server), trial_frames=100000) as camera:
        camera.upload(signed(1))
        for _ in range(3):
            camera.crash()
            assert camera.update["state"] == api.TRIAL
        camera.crash()
        assert "restarted 3 times" in camera.ends_in(api.REJECTED, signed(1))["reason"]
        assert camera.status["safe_mode"] is None


def test_short_starts_return_to_the_model_before_then_to_safe_mode_which_a_push_ends(camera):
    camera.install(signed(1))
    camera.install(signed(2))
    for _ in range(2):
        camera.crash()
        assert camera.get(api.MODEL).json()["sequence"] == 2
    camera.crash()
    assert camera.get(api.MODEL).json()["sequence"] == 1
    fallen = camera.update
    assert (fallen["state"], fallen["sequence"], fallen["floor"]) == (api.REJECTED, 2, 3) and "3 starts in a row" in fallen["reason"]
    for _ in range(2):
        camera.crash()
        assert camera.status["safe_mode"] is None
    camera.crash()
    status = camera.status
    assert status["safe_mode"] == "6 starts in a row lasted less than 60 s" and status["model"] is None
    assert camera.get(api.SAMPLES).json() == {"samples": [], "more": False} and camera.metrics["frames"] == 0
    assert "\ndoorlens_safe_mode 1\n" in camera.get(api.PROMETHEUS).text and "safe mode" in camera.get(api.LOG).text
    assert camera.get(api.EVENTS).json() == {"events": []} and camera.get(api.PAGE).status_code == 200
    assert camera.get(api.PICTURE).json()["error"] == "not_found"
    assert camera.upload(signed(3)).json()["state"] == api.TRIAL
    assert camera.wait_end() == 3, "to be started anew"
    camera.start()
    camera.ends_in(api.CONFIRMED, signed(3))
    assert camera.status["safe_mode"] is None


def test_start_that_lasts_or_ends_in_order_is_not_a_short_one(server, tmp_path):
    with SignedCamera(tmp_path / "camera", source(server), settle_s=1) as camera:
        for _ in range(8):
            camera.process.terminate()
            assert camera.process.wait(30) == 0
            camera.start()
        assert camera.status["safe_mode"] is None
        camera.crash()
        boots = lambda: json.loads((camera.folder / "slots.json").read_text())["boots"]  # noqa: E731
        camera.wait("the start has lasted", lambda: boots() == 0)


def test_damaged_slot_is_left_for_the_model_before(camera):
    camera.install(signed(1))
    camera.install(signed(2))
    camera.kill()
    good = json.loads((camera.folder / "slots.json").read_text())["good"]
    path = camera.folder / f"slot-{good}.dlu"
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(data)
    camera.start()
    assert camera.get(api.MODEL).json()["sequence"] == 1 and "cannot be used" in camera.update["reason"]
    camera.install(signed(3))


@pytest.mark.parametrize("text", ["", "{", '{"format":1}', '{"format":9}', "[]"])
def test_damaged_list_of_slots_is_made_anew_from_the_slots(camera, text):
    camera.install(signed(1))
    camera.install(signed(2))
    camera.kill()
    (camera.folder / "slots.json").write_text(text)
    camera.start()
    assert camera.get(api.MODEL).json()["sequence"] == 1, "the one that was surely confirmed"
    camera.install(signed(2))


def test_other_key_in_the_settings_leaves_the_models_alone_and_takes_new_ones(camera, server):
    camera.install(signed(1))
    camera.kill()
    other = keys.generate()
    with SignedCamera(camera.folder, source(server), key=other.public_hex) as again:
        assert again.get(api.MODEL).status_code == 404
        refusal(again.put(signed(2)), "update_key")
        again.install(signed(2, key=other))


def test_disk_without_room_refuses_the_update_and_takes_it_when_there_is_room(server, tmp_path):
    server.grey = 20
    with small_disk(tmp_path / "camera", 200):
        with SignedCamera(tmp_path / "camera", source(server) | {"spool": {"bytes": 65536}}) as camera:
            camera.install(signed(1))
            (camera.folder / "filler").write_bytes(bytes(60000))
            data = signed(2, make(2, lambda spec, tensors: tensors.update(filler=numpy.ones(100000, numpy.uint8))))
            refusal(camera.upload(data, 20000), "storage_full")
            assert camera.get(api.MODEL).json()["sequence"] == 1
            (camera.folder / "filler").unlink()
            camera.upload(data, 20000, camera.update["have"])
            camera.ends_in(api.CONFIRMED, data)


def padded(sequence, change=None):
    """A signed model of nearly the largest size that is taken."""
    def fill(spec, tensors):
        tensors["filler"] = numpy.zeros(api.MAX_MODEL_BYTES - 8192, numpy.uint8)
        if change:
            change(spec, tensors)
    return signed(sequence, make(sequence, fill))


def test_largest_models_follow_each_other_in_the_memory_of_an_armv7_camera(server, tmp_path):
    server.grey = 20
    with SignedCamera(tmp_path / "camera", source(server), "armv7", max_latency_ms=10000, trial_frames=3) as camera:
        for sequence in range(1, 4):
            camera.install(padded(sequence))
        worse = padded(4, swapped)
        camera.upload(worse)
        camera.ends_in(api.REJECTED, worse)
        camera.install(padded(4))
        camera.crash()
        assert camera.get(api.MODEL).json()["sequence"] == 4
        assert "Traceback" not in camera.log and TOKEN not in camera.log and camera.metrics["task_restarts"] == 0
