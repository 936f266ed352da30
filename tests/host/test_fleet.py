import threading

import pytest
from camera_double import TOKEN, CameraDouble

from contract import api, events
from host_tools import fleet, project
from host_tools.errors import CameraError
from host_tools.project import CameraSettings


def door_of(tmp_path, **urls):
    """A project with these cameras."""
    return project.create(tmp_path / "door", "door", ["closed", "open"],
                          cameras={name: CameraSettings(url, TOKEN) for name, url in urls.items()})


def condition(tmp_path, change):
    """The Condition of one camera whose status `change` has spoilt."""
    with CameraDouble() as camera:
        change(camera.status)
        return fleet.conditions(door_of(tmp_path, front=camera.url), ["front"])[0]


def test_all_cameras_are_asked_at_the_same_time(tmp_path):
    meeting = threading.Barrier(5, timeout=30)

    class Meets(CameraDouble):
        def answer(self, *request):
            meeting.wait()  # goes on only when all five have been asked
            return super().answer(*request)

    cameras = [Meets().__enter__() for _ in range(5)]
    door = door_of(tmp_path, **{f"door{i}": camera.url for i, camera in enumerate(cameras)})
    assert [one.health for one in fleet.conditions(door, list(door.cameras))] == ["good"] * 5
    for camera in cameras:
        camera.__exit__()


def test_silent_camera_is_described_by_what_it_said_last(tmp_path):
    with CameraDouble() as camera, CameraDouble() as other:
        door = door_of(tmp_path, front=camera.url, back=other.url)
        first = fleet.conditions(door, ["front", "back"])[0]
        camera.__exit__()
        silent, well = fleet.conditions(door, ["front", "back"])
        assert fleet.conditions(door, ["front"])[0].last_seen == first.last_seen, "however long"
    assert "cannot be reached" in silent.error and TOKEN not in silent.error and well.error is None
    assert (silent.state, silent.model, silent.firmware) == ("closed", 3, "0.1.0") and silent.last_seen == first.last_seen


def test_camera_that_hangs_is_given_up(tmp_path):
    release = threading.Event()

    class Hangs(CameraDouble):
        def answer(self, *request):
            release.wait(30)
            return super().answer(*request)

    with Hangs() as camera:
        one = fleet.conditions(door_of(tmp_path, front=camera.url), ["front"], timeout_s=0.2)[0]
        release.set()
    assert "did not answer" in one.error


@pytest.mark.parametrize(("change", "words"), [
    (lambda status: None, "good"),
    (lambda status: status["source"].update(connected=False, last_error="401 from the camera"), "no pictures: 401 from the camera"),
    (lambda status: status["state"].update(reason=events.NO_FRAME), "no pictures"),
    (lambda status: status["state"].update(reason=events.UNUSABLE), "view blocked"),
    (lambda status: status.update(model=None, state=status["state"] | {"reason": events.NO_MODEL}), "no model"),
    (lambda status: status.update(mqtt={"connected": False, "last_error": None}), "no broker: connecting"),
    (lambda status: status.update(safe_mode="6 starts in a row lasted less than 60 s"), "safe mode: 6 starts in a row lasted less than 60 s"),
    (lambda status: status.update(update={"state": "trial", "sequence": 7, "trial": {"frames": 3, "of": 200}}),
     "update 7 in its trial, 3 of 200 frames"),
    (lambda status: status.update(update={"state": "rejected", "sequence": 7, "reason": "too slow", "trial": None}),
     "update 7 rejected: too slow"),
    (lambda status: status.update(update={"firmware": {"state": "trial", "sequence": 5}}), "firmware 5 in its trial"),
    (lambda status: status.update(update={"firmware": {"state": "rejected", "sequence": 5, "reason": "it hung"}}),
     "firmware 5 rejected: it hung"),
    (lambda status: status.update(update={"state": "none", "warning": "unsigned models are accepted"}), "takes unsigned models"),
    (lambda status: status.update(update={"state": "confirmed", "sequence": 7, "warning": None}), "good"),
], ids=["good", "no source", "stale", "blocked", "no model", "no broker", "safe mode", "trial", "rejected", "firmware on trial",
        "firmware rejected", "no key", "confirmed"])
def test_health_says_what_is_wrong(tmp_path, change, words):
    assert condition(tmp_path, change).health == words


@pytest.mark.parametrize("change", [lambda status: status.clear(), lambda status: status.update(state=3)])
def test_stranger_is_an_error_of_its_own_line(tmp_path, change):
    assert "does not answer like a Doorlens camera" in condition(tmp_path, change).error


@pytest.mark.parametrize("content", ["", "[]", '{"front": 3}'])
def test_damaged_memory_is_no_memory(tmp_path, content):
    door = door_of(tmp_path, front="http://127.0.0.1:1")
    (door.path / fleet.SEEN_NAME).write_text(content)
    assert fleet.conditions(door, ["front"])[0].last_seen is None


def test_every_yields_errors_beside_results():
    def work(name):
        if name == "bad":
            raise CameraError("no")
        return name.upper()
    answers = dict(fleet.every(work, ["good", "bad"], at_once=1))
    assert answers["good"] == "GOOD" and isinstance(answers["bad"], CameraError)


def test_interrupted_question_ends_what_has_begun_and_begins_nothing_more():
    begun, second, ended = [], threading.Event(), threading.Event()

    def work(name):
        begun.append(name)
        if name == "b":
            second.set()
            ended.wait(10)
    answers = fleet.every(work, ["a", "b", "c"], at_once=1, interrupted=ended.set)
    assert next(answers) == ("a", None) and second.wait(30)
    with pytest.raises(KeyboardInterrupt):
        answers.throw(KeyboardInterrupt())
    assert begun == ["a", "b"] and ended.is_set()


def test_wrong_token_is_said_without_showing_it(tmp_path):
    with CameraDouble() as camera:
        door = project.create(tmp_path / "other", "door", ["closed", "open"], cameras={"front": CameraSettings(camera.url, "wrong-secret")})
        one = fleet.conditions(door, ["front"])[0]
    assert "token" in one.error and "wrong-secret" not in one.error and camera.asked == [("GET", api.STATUS)]
