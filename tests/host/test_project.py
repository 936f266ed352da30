import os
import stat

import pytest
from click.testing import CliRunner

from contract.update import is_product
from host_tools import project
from host_tools.commands import init
from host_tools.errors import ProjectError
from host_tools.project import CameraSettings, Project


@pytest.fixture
def folder(tmp_path):
    project.create(tmp_path / "door", "front door", ["closed", "open"], (0.25, 0, 0.75, 1),
                   {"front": CameraSettings("http://127.0.0.1:1", "secret")})
    return tmp_path / "door"


def message(folder, replace, by):
    file = folder / "doorlens.toml"
    text = file.read_text()
    assert replace in text
    file.write_text(text.replace(replace, by))
    with pytest.raises(ProjectError) as error:
        Project.open(folder)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_created_project_opens_with_what_was_given(folder):
    opened = Project.open(folder)
    assert (opened.name, opened.states, opened.region) == ("front door", ["closed", "open"], [2500, 0, 7500, 10000])
    assert opened.camera() == ("front", CameraSettings("http://127.0.0.1:1", "secret"))
    assert stat.S_IMODE((folder / "doorlens.toml").stat().st_mode) == 0o600


def test_existing_project_is_never_overwritten(folder):
    before = (folder / "doorlens.toml").read_text()
    with pytest.raises(ProjectError, match="there already"):
        project.create(folder, "other", ["a", "b"])
    assert (folder / "doorlens.toml").read_text() == before


def test_unknown_keys_are_named(folder):
    assert "colour" in message(folder, "[training]", "[training]\ncolour = 1")


def test_unknown_key_in_a_camera_is_named(folder):
    assert "passwort" in message(folder, 'token = "secret"', 'token = "secret"\npasswort = "x"')


@pytest.mark.parametrize("states", ['["open"]', '["open", "open"]', '["open", "unusable"]', '["open", "unknown"]', '"open"'])
def test_bad_states_are_refused(folder, states):
    message(folder, '["closed","open"]', states)


@pytest.mark.parametrize("region", ["[0, 0, 0, 1]", "[0, 0, 2, 1]", "[0, 0, 1]", "[0.5, 0, 0.25, 1]"])
def test_bad_regions_are_refused(folder, region):
    message(folder, "[0.25,0.0,0.75,1.0]", region)


def test_broken_toml_says_where(folder):
    assert "line" in message(folder, "[training]", "[training")


def test_missing_project_says_how_to_make_one(tmp_path):
    with pytest.raises(ProjectError, match="doorlens init"):
        Project.open(tmp_path)


def test_unknown_camera_lists_the_known(folder):
    with pytest.raises(ProjectError, match="front"):
        Project.open(folder).camera("back")


@pytest.mark.parametrize(("name", "product"), [
    ("front door", "front-door"), ("Gate_2 (north)", "gate_2-north"), ("x" * 40, "x" * 32), ("\u95e8", "door-a407325e"), ("--", None),
])
def test_product_is_made_of_what_a_header_may_hold(tmp_path, name, product):
    made = project.create(tmp_path / "door", name, ["closed", "open"]).product
    assert is_product(made) and (product is None or made == product)


def test_no_model_says_what_to_do(folder):
    with pytest.raises(ProjectError, match="doorlens train"):
        Project.open(folder).latest_model()


def test_latest_model_is_the_one_written_last(folder):
    for second, run in enumerate(("b", "c", "a")):
        file = folder / "runs" / run / "model.safetensors"
        file.parent.mkdir(parents=True)
        file.touch()
        os.utime(file, (second, second))
    assert Project.open(folder).latest_model() == file


def test_init_command_writes_the_project(tmp_path):
    result = CliRunner().invoke(init.command, [str(tmp_path / "gate"), "--states", "shut, ajar, open", "--region", "0,0,0.5,1"])
    assert result.exit_code == 0, result.output
    assert Project.open(tmp_path / "gate").states == ["shut", "ajar", "open"]
    assert Project.open(tmp_path / "gate").name == "gate"


def test_init_command_leaves_nothing_behind_when_refused(tmp_path):
    result = CliRunner().invoke(init.command, [str(tmp_path / "gate"), "--states", "open"])
    assert result.exit_code != 0
    assert not (tmp_path / "gate" / "doorlens.toml").exists()
