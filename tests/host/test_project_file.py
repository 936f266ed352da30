import os

import pytest

from contract import durable
from host_tools.errors import ProjectError
from host_tools.project import CameraSettings, Project, create
from host_tools.project_file import write_region


def test_region_is_replaced_and_everything_else_kept(tmp_path):
    create(tmp_path, "a", ["closed", "open"], region=(0.1, 0.2, 0.5, 0.9))
    file = tmp_path / "doorlens.toml"
    file.write_text(file.read_text() + "\n[cameras.front]  # at the gate\nurl = \"http://10.0.0.9:8090\"\ntoken = \"a\"\n")
    before = file.read_text()
    write_region(tmp_path, [1250, 0, 10000, 3333])
    assert Project.open(tmp_path).region == [1250, 0, 10000, 3333]
    changed = [(old, new) for old, new in zip(before.splitlines(), file.read_text().splitlines()) if old != new]
    assert len(changed) == 1 and changed[0][0].startswith("region")
    assert len(before.splitlines()) == len(file.read_text().splitlines())


def test_project_without_a_region_gets_one_before_its_tables(tmp_path):
    (tmp_path / "doorlens.toml").write_text('name = "a"\nstates = ["closed", "open"]\n\n[training]\nconfig = "quick"\n')
    write_region(tmp_path, [1000, 1000, 2000, 2000])
    opened = Project.open(tmp_path)
    assert opened.region == [1000, 1000, 2000, 2000]
    assert opened.training.config == "quick"


def test_token_can_be_read_by_nobody_else_at_any_instant(tmp_path, monkeypatch):
    modes, replace = [], durable._replace
    monkeypatch.setattr(durable, "_replace", lambda part, file: (modes.append(os.stat(part).st_mode & 0o777), replace(part, file)))
    create(tmp_path, "a", ["closed", "open"], cameras={"front": CameraSettings("http://10.0.0.9:8090", "secret")})
    write_region(tmp_path, [0, 0, 5000, 5000])
    assert modes == [0o600] * 2 and os.stat(tmp_path / "doorlens.toml").st_mode & 0o777 == 0o600
    assert not (tmp_path / "doorlens.toml.part").exists()


def test_file_that_others_may_read_stays_so(tmp_path):
    create(tmp_path, "a", ["closed", "open"])
    (tmp_path / "doorlens.toml").chmod(0o640)
    write_region(tmp_path, [0, 0, 5000, 5000])
    assert os.stat(tmp_path / "doorlens.toml").st_mode & 0o777 == 0o640


@pytest.mark.parametrize("region", [[0, 0, 0, 10], [0, 0, 10001, 10], [5, 5, 4, 9]])
def test_impossible_region_is_refused_and_the_file_stays(tmp_path, region):
    create(tmp_path, "a", ["closed", "open"])
    before = (tmp_path / "doorlens.toml").read_bytes()
    with pytest.raises(ProjectError, match="region"):
        write_region(tmp_path, region)
    assert (tmp_path / "doorlens.toml").read_bytes() == before


@pytest.mark.parametrize("spoil", [lambda file: file.unlink(), lambda file: file.write_text("name = ")])
def test_missing_or_broken_file_is_a_sentence(tmp_path, spoil):
    create(tmp_path, "a", ["closed", "open"])
    spoil(tmp_path / "doorlens.toml")
    with pytest.raises(ProjectError, match="doorlens.toml"):
        write_region(tmp_path, [0, 0, 10, 10])
