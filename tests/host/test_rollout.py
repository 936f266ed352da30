import json
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest
from camera_double import TOKEN
from update_double import UpdateDouble

from contract import api, update
from host_tools import deployed, keys, project, push, rollout, rollout_file, rollout_report
from host_tools.errors import ProjectError, SigningError
from host_tools.project import CameraSettings

sys.path.append(str(Path(__file__).parents[1] / "training"))
from little_model import write_model  # noqa: E402

KEY = keys.generate()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    for name in ("_POLL_S", "_RETRY_S", "_RESTART_S"):
        monkeypatch.setattr(push, name, tuple(0.001 for _ in getattr(push, name)))


class Site:
    """A project with `count` cameras d0, d1, ...; `file` is a model."""

    def __init__(self, folder, cameras):
        self.cameras = {f"d{i}": camera for i, camera in enumerate(cameras)}
        settings = {name: CameraSettings(camera.url, TOKEN) for name, camera in self.cameras.items()}
        self.project = project.create(folder / "door", "front door", ["closed", "open"], cameras=settings)
        self.file = write_model(self.project.runs_path / "tuesday" / "model.safetensors", sequence=4)
        self.content = self.file.read_bytes()

    def begin(self, names=None, **options):
        names = names or list(self.cameras)
        return rollout.begin(self.project, self.file, self.content, names, rollout.survey(self.project, names), self.sign, **options)

    def sign(self, sequence):
        return keys.sign(self.content, update.MODEL, sequence, self.project.product, KEY)[:update.HEADER_BYTES]

    def run(self, made, **options):
        return rollout.Stager(self.project, made, **options).run()

    def running(self):
        return [name for name, camera in self.cameras.items() if camera.content == self.content]


@pytest.fixture
def site(tmp_path):
    with ExitStack() as stack:
        def make(count, public=KEY.public):
            return Site(tmp_path, [stack.enter_context(UpdateDouble(public)) for _ in range(count)])
        yield make


def states(made):
    return [camera.state for camera in made.record.cameras.values()]


@pytest.mark.parametrize(("count", "sizes"), [(1, [1]), (2, [1, 1]), (10, [1, 9]), (11, [1, 1, 9]), (20, [1, 1, 18]), (100, [1, 9, 90])])
def test_stages_are_one_a_tenth_and_all(count, sizes):
    names = [str(i) for i in range(count)]
    made = rollout_file.stages(names)
    assert [len(stage) for stage in made] == sizes and sum(made, []) == names


def test_good_model_reaches_every_camera_and_is_recorded(site):
    here = site(12)
    made = here.begin()
    assert here.run(made) is None and here.running() == list(here.cameras)
    assert set(states(made)) == {push.CONFIRMED} and made.record.finished
    assert sorted(*deployed.cameras(here.project).values()) == sorted(here.cameras)


def test_bad_camera_of_a_stage_keeps_the_next_stage_untouched(site):
    here = site(20)
    here.cameras["d1"].reject = "it agrees on 3 % of the frames"
    made = here.begin()
    sentence = here.run(made)
    assert "d1" in sentence and "3 %" in sentence
    assert here.running() == ["d0"] and states(made) == ["confirmed", "rejected"] + ["waiting"] * 18
    assert all(not camera.pieces for name, camera in here.cameras.items() if name not in ("d0", "d1"))


def test_bad_camera_within_a_stage_stops_those_that_have_not_begun(site):
    here = site(20)
    here.cameras["d5"].refuse = ("model_self_test", "other logits")
    made = here.begin()
    assert "d5" in here.run(made, at_once=1)
    assert here.running() == ["d0", "d1", "d2", "d3", "d4"] and states(made)[6:] == ["waiting"] * 14


def test_resumed_push_is_the_same_update_and_tries_the_failed_camera_again(site):
    here = site(3)
    here.cameras["d1"].reject = "too slow"
    first = here.begin()
    here.run(first)
    here.cameras["d1"].reject = None
    here.cameras["d0"].pieces.clear()
    again = rollout_file.newest(here.project)
    assert again.signed.digest == first.signed.digest and again.record.paused
    assert here.run(again) is None and here.running() == ["d0", "d1", "d2"]
    assert here.cameras["d0"].pieces == [], "who runs it is left in peace"


def test_camera_may_be_left_out(site):
    here = site(3)
    here.cameras["d0"].reject = "too slow"
    made = here.begin()
    here.run(made)
    rollout.skip(made, ["d0"])
    assert here.run(made) is None and here.running() == ["d1", "d2"] and states(made)[0] == "skipped"
    with pytest.raises(ProjectError):
        rollout.skip(made, ["d1"])
    with pytest.raises(ProjectError):
        rollout.skip(made, ["nobody"])


def test_unreachable_camera_does_not_stop_the_others_but_is_not_forgotten(site):
    here = site(4)
    here.cameras["d2"].silent = 1 << 30
    made = here.begin()
    assert here.run(made) == "not reached: d2"
    assert here.running() == ["d0", "d1", "d3"] and not made.record.finished
    here.cameras["d2"].silent = 0
    assert here.run(rollout_file.newest(here.project)) is None and here.running() == list(here.cameras)


def test_stage_in_which_nobody_answers_says_nothing_about_the_model_and_pauses(site):
    here = site(3)
    here.cameras["d0"].silent = 1 << 30
    assert "stage 1" in here.run(here.begin()) and here.running() == []


def test_interrupted_push_is_gone_on_with(site):
    here = site(3)
    here.cameras["d0"].stuck = True
    made = here.begin()
    stager = rollout.Stager(here.project, made, told=lambda name, answer: answer["state"] == api.TRIAL and stager.stop())
    assert stager.run() == "it was stopped"
    assert states(made)[0] == "trial" and not made.record.finished
    here.cameras["d0"].stuck = False
    found = rollout_file.newest(here.project)
    assert here.run(found) is None and here.running() == ["d0", "d1", "d2"] and here.cameras["d0"].pieces.count(0) == 1


@pytest.mark.parametrize(("names", "todo", "same"), [
    (["d0", "d1"], ["d1"], True), (["d0", "d1", "d2"], ["d0", "d1"], True), (["d0"], ["d0"], False),
    (["d0", "d1", "d2"], ["d1", "d2"], False), (["d1", "d2"], [], False),
])
def test_interrupted_push_is_gone_on_with_only_where_the_same_cameras_are_meant(site, names, todo, same):
    here = site(3)
    made = here.begin(["d0", "d1"])
    found = rollout_file.unfinished(here.project, here.content, names, todo)
    assert (found and found.record) == (made.record if same else None)
    assert rollout_file.unfinished(here.project, here.content + b"x", names, todo) is None


def test_camera_that_confirms_while_the_push_is_stopped_is_recorded(site):
    here = site(2)
    made = here.begin()
    stager = rollout.Stager(here.project, made, told=lambda name, answer: answer["state"] == api.CONFIRMED and stager.stop())
    assert stager.run() == "it was stopped" and states(made) == ["confirmed", "waiting"]
    assert list(deployed.cameras(here.project).values()) == [["d0"]]


def test_verdict_that_came_while_nobody_listened_counts(site):
    here = site(2)
    here.cameras["d0"].stuck = True
    made = here.begin()
    stager = rollout.Stager(here.project, made, told=lambda name, answer: answer["state"] == api.TRIAL and stager.stop())
    stager.run()
    here.cameras["d0"].state, here.cameras["d0"].reason = api.REJECTED, "too slow"
    assert "too slow" in here.run(rollout_file.newest(here.project)) and here.cameras["d0"].pieces.count(0) == 1


def test_number_is_above_what_project_and_cameras_know(site):
    here = site(2)
    assert here.begin().record.sequence == 4, "a new model's own number"
    assert here.begin().record.sequence == 5, "above the project's last push"
    here.cameras["d1"].floor = 17
    assert here.begin().record.sequence == 17, "above what a camera has confirmed"
    deployed.record(here.project, "d0", here.file, here.content, 40, 0)
    assert here.begin().record.sequence == 41
    here.cameras["d1"].floor = update.MAX_SEQUENCE + 1
    with pytest.raises(ProjectError, match="beyond"):
        here.begin()


def test_older_model_is_pushed_again_under_a_higher_number(site):
    here = site(1)
    old, new = here.content, write_model(here.project.runs_path / "wednesday" / "model.safetensors", 0.6, sequence=5).read_bytes()
    for content, sequence in ((old, 4), (new, 5), (old, 6)):
        here.content = content
        made = here.begin()
        assert made.record.sequence == sequence and here.run(made) is None and here.cameras["d0"].content == content


def test_camera_runs_a_model_only_if_no_other_is_in_its_trial(site):
    here = site(1)
    here.run(here.begin())
    assert rollout.runs(rollout.survey(here.project, ["d0"])["d0"], here.content)
    here.cameras["d0"].state, here.cameras["d0"].stuck = api.TRIAL, True
    assert not rollout.runs(rollout.survey(here.project, ["d0"])["d0"], here.content)


def test_camera_without_a_key_takes_the_bare_model_and_no_password_is_asked(site):
    here = site(2, public=None)

    def sign(sequence):
        raise SigningError("nobody has a key")
    made = rollout.begin(here.project, here.file, here.content, ["d0", "d1"], rollout.survey(here.project, ["d0", "d1"]), sign)
    assert here.run(made) is None and here.running() == ["d0", "d1"]
    assert made.record.header is None and made.record.cameras["d0"].unsigned


def test_camera_that_could_not_be_asked_gets_a_signed_model_where_the_project_has_a_key(site):
    here = site(2, public=None)
    here.cameras["d1"].silent = 1 << 30
    assert here.begin().record.header is None
    keys.create(here.project.path, "a password of the tests")
    assert here.begin().record.header and here.begin(["d0"]).record.header is None


def test_camera_that_has_got_a_key_meanwhile_refuses_the_bare_model(site):
    here = site(1, public=None)
    made = here.begin()
    here.cameras["d0"].public = KEY.public
    here.cameras["d0"]._show()
    assert "signed" in here.run(made) and here.running() == []


def test_camera_that_left_the_project_is_named(site):
    here = site(2)
    made = here.begin()
    del here.project.cameras["d0"]
    assert "d0" in here.run(made)


def test_record_on_disk_is_whole_after_every_change(site, monkeypatch):
    here, seen = site(3), []
    write = rollout_file.durable.write

    def watched(path, data):
        write(path, data)
        if str(path).endswith(rollout_file.RECORD):
            seen.append(msgspec.json.decode(Path(path).read_bytes(), type=rollout_file.Record))
    monkeypatch.setattr(rollout_file.durable, "write", watched)
    here.run(here.begin())
    told = [record.cameras["d1"].state for record in seen]
    assert [state for i, state in enumerate(told) if i == 0 or told[i - 1] != state] == ["waiting", "sending", "trial", "confirmed"]


@pytest.mark.parametrize("damage", [
    lambda folder: (folder / "rollout.json").write_text("{"), lambda folder: (folder / "rollout.json").write_text('{"format": 1}'),
    lambda folder: (folder / "model.safetensors").write_bytes(b"other"),
])
def test_damaged_record_is_said_in_one_line(site, damage):
    here = site(1)
    damage(here.begin().folder)
    with pytest.raises(ProjectError, match="push again"):
        rollout_file.newest(here.project)


def test_push_that_never_began_is_no_push(site):
    here = site(1)
    folder = here.begin().folder
    (folder / "rollout.json").unlink()
    assert rollout_file.newest(here.project) is None and here.begin().record.sequence == 5


def test_one_push_at_a_time(site):
    here = site(1)
    with rollout_file.alone(here.project):
        with pytest.raises(ProjectError, match="another push"), rollout_file.alone(here.project):
            pass
    with rollout_file.alone(here.project):
        pass


def test_report_names_the_bad_camera_and_its_reason_in_text_and_page(site):
    here = site(3)
    here.cameras["d1"].reject = "agrees on 3 % <of> the frames"
    made = here.begin()
    here.run(made, at_once=1)
    text = list(rollout_report.lines(made))
    page = rollout_report.write(made).read_text()
    assert text[2].split()[:1] == ["d1"] and "3 % <of> the frames" in text[2], "before those that are well"
    assert "d1" in page and "3 % &lt;of&gt; the frames" in page and "Paused" in page
    assert "1 of 3 in use" in rollout_report.summary(made)


def test_no_secret_is_written_down(site):
    here = site(2)
    made = here.begin()
    here.run(made)
    rollout_report.write(made)
    assert not any(TOKEN.encode() in path.read_bytes() for path in made.folder.iterdir())
    assert json.loads((made.folder / "rollout.json").read_text())["header"]


def test_threads_do_not_lose_each_others_deployed_entries(site):
    here = site(12)
    here.run(here.begin(staged=False))
    assert threading.active_count() < 60
    assert set(json.loads((here.project.path / "deployed.json").read_text())) == set(here.cameras)
