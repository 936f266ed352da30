import sys
from pathlib import Path

import pytest

from host_tools import deployed, project

sys.path.append(str(Path(__file__).parents[1] / "training"))
from little_model import write_model  # noqa: E402


@pytest.fixture
def door(tmp_path):
    return project.create(tmp_path / "door", "door", ["closed", "open"])


def test_model_that_was_pushed_last_is_found_even_if_a_newer_one_exists(door):
    first, second, third = (write_model(door.runs_path / name / "model.safetensors", sequence=n)
                            for n, name in enumerate(["a", "b", "c"]))
    deployed.record(door, "front", second, second.read_bytes(), 1, 2_000)
    deployed.record(door, "back", first, first.read_bytes(), 0, 1_000)
    assert deployed.find(door) == second
    assert third.is_file()


def test_pushed_file_that_moved_is_found_by_its_hash_and_one_that_is_gone_is_not(door):
    pushed = write_model(door.runs_path / "a" / "model.safetensors")
    deployed.record(door, "front", pushed, pushed.read_bytes(), 1, 1_000)
    pushed.parent.rename(door.runs_path / "b")
    assert deployed.find(door) == door.runs_path / "b" / "model.safetensors"
    write_model(door.runs_path / "b" / "model.safetensors", sequence=9)
    assert deployed.find(door) is None


def test_newest_run_stands_in_where_nothing_was_pushed(door):
    assert deployed.find(door) is None
    write_model(door.runs_path / "b" / "model.safetensors", sequence=2)
    newest = write_model(door.runs_path / "a" / "model.safetensors", sequence=3)
    (door.runs_path / "c").mkdir()
    (door.runs_path / "c" / "model.safetensors").write_bytes(b"damaged")
    assert deployed.find(door) == newest


@pytest.mark.parametrize("content", ["", "[]", '{"front": 3}'])
def test_damaged_record_is_no_record(door, content):
    (door.path / deployed.FILE_NAME).write_text(content)
    assert deployed.find(door) is None
