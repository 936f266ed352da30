import pytest

from annotation.index import Index
from host_tools import learn, project
from host_tools.errors import ProjectError


@pytest.fixture
def door(tmp_path):
    made = project.create(tmp_path / "door", "door", ["closed", "open"])
    index = Index.open(made.path, made.states)
    for number, label in enumerate(["closed", "open", None]):
        path = f"frames/front/{number}.jpg"
        made.path.joinpath(path).parent.mkdir(parents=True, exist_ok=True)
        made.path.joinpath(path).write_bytes(b"\xff\xd8")
        index.add(path, 1000 * number, "front")
        if label:
            index.label(path, label, "ada")
    index.save()
    return made


def test_frames_carry_label_time_and_camera(door):
    frames = learn.frames(door)
    assert [(frame.label, frame.time_ms, frame.camera) for frame in frames] == [
        ("closed", 0, "front"), ("open", 1000, "front"), (None, 2000, "front")]


def test_index_that_names_a_missing_picture_is_reported_before_anything_is_written(door):
    (door.path / "frames/front/1.jpg").unlink()
    with pytest.raises(ProjectError, match=r"1 pictures? .*frames/front/1\.jpg") as error:
        learn.train(door)
    assert "\n" not in str(error.value)
    assert not door.runs_path.exists()
    assert [frame.label for frame in learn.frames(door, skip_missing=True)] == ["closed", None]


def test_label_of_a_state_that_was_taken_away_is_named(door):
    file = door.path / "doorlens.toml"
    file.write_text(file.read_text().replace('["closed","open"]', '["closed","ajar"]'))
    with pytest.raises(ProjectError, match="frames/front/1.jpg"):
        learn.frames(project.Project.open(door.path))


def test_sequence_grows_past_the_newest_model_and_survives_a_damaged_one(door):
    assert learn.next_sequence(door.runs_path) == 1
    damaged = door.runs_path / "monday"
    damaged.mkdir(parents=True)
    (damaged / "model.safetensors").write_bytes(b"cut short")
    assert learn.next_sequence(door.runs_path) == 1


def test_frames_for_evaluation_are_evaluated_but_not_learnt_from(door, monkeypatch):
    (door.path / "frames/front/1.json").write_text('{"evaluation": true}')
    learnt = []
    monkeypatch.setattr(learn.training_run, "train", lambda frames, *_, **__: learnt.extend(frames))
    learn.train(door)
    assert [frame.path.name for frame in learnt] == ["0.jpg", "2.jpg"]
    assert len(learn.frames(door)) == 3
