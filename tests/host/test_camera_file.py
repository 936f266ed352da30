import stat

import pytest

from host_tools import camera_file, project
from host_tools.errors import ProjectError
from host_tools.project import CameraSettings, Project

TOKEN = "a secret with \"quotes\" and \\"


@pytest.fixture
def folder(tmp_path):
    project.create(tmp_path / "door", "front door", ["closed", "open"])
    return tmp_path / "door"


def test_added_camera_is_found_with_what_was_given(folder):
    camera_file.add(folder, "front", CameraSettings("http://192.0.2.1:8090", TOKEN, ["north", "yard"]))
    assert Project.open(folder).cameras == {"front": CameraSettings("http://192.0.2.1:8090", TOKEN, ("north", "yard"))}


def test_known_camera_is_put_right_and_keeps_its_tags(folder):
    first = CameraSettings("https://a", "t", ("north",), "root", "old password")
    assert camera_file.put(folder, "front", first) and not camera_file.put(folder, "front", first)
    assert camera_file.put(folder, "front", CameraSettings("https://a", "t", (), "root", "new password"))
    assert Project.open(folder).cameras == {"front": CameraSettings("https://a", "t", ("north",), "root", "new password")}


def test_comments_and_everything_else_stay_as_they_are(folder):
    file = folder / "doorlens.toml"
    camera_file.add(folder, "front", CameraSettings("http://192.0.2.1:8090", TOKEN))
    by_hand = file.read_text().replace("\n[cameras.front]", "\n# reset button behind the cover\n[cameras.front]")
    file.write_text(by_hand)
    camera_file.add(folder, "back", CameraSettings("http://192.0.2.2:8090", TOKEN))
    camera_file.tag(folder, "back", ["yard"])
    camera_file.remove(folder, "back")
    assert file.read_text().rstrip() == by_hand.rstrip()


def test_tables_in_any_order_are_changed(folder):
    file = folder / "doorlens.toml"
    file.write_text('name = "x"\nstates = ["a", "b"]\n[cameras.front]\nurl = "http://a"\ntoken = "t"\n[training]\nconfig = "demo"\n'
                    '[cameras.back]\nurl = "http://b"\ntoken = "t"\n')
    camera_file.add(folder, "side", CameraSettings("http://c", "t"))
    camera_file.tag(folder, "front", ["north"])
    opened = camera_file.remove(folder, "back")
    assert list(opened.cameras) == ["front", "side"] and opened.cameras["front"].tags == ("north",)
    assert opened.training.config == "demo"


def test_tags_are_given_once_and_taken_away(folder):
    camera_file.add(folder, "front", CameraSettings("http://a", "t", ["north"]))
    assert camera_file.tag(folder, "front", ["north", "yard"]).cameras["front"].tags == ("north", "yard")
    assert camera_file.tag(folder, "front", (), ["north", "never"]).cameras["front"].tags == ("yard",)
    assert camera_file.tag(folder, "front", (), ["yard"]).cameras["front"].tags == ()


def test_file_stays_private(folder):
    camera_file.add(folder, "front", CameraSettings("http://a", "t"))
    assert stat.S_IMODE((folder / "doorlens.toml").stat().st_mode) == 0o600


@pytest.mark.parametrize("change", [
    lambda folder: camera_file.add(folder, "front", CameraSettings("http://b", "t")),
    lambda folder: camera_file.add(folder, "all", CameraSettings("http://b", "t")),
    lambda folder: camera_file.add(folder, "two words", CameraSettings("http://b", "t")),
    lambda folder: camera_file.add(folder, "back", CameraSettings("http://b", "t", ["all"])),
    lambda folder: camera_file.tag(folder, "front", ["two words"]),
    lambda folder: camera_file.tag(folder, "back", ["north"]),
    lambda folder: camera_file.remove(folder, "back"),
], ids=["twice", "named all", "two words", "tag all", "tag of two words", "tag for nobody", "remove nobody"])
def test_refused_change_leaves_the_file_alone(folder, change):
    camera_file.add(folder, "front", CameraSettings("http://a", "t"))
    before = (folder / "doorlens.toml").read_bytes()
    with pytest.raises(ProjectError) as error:
        change(folder)
    assert "\n" not in str(error.value) and (folder / "doorlens.toml").read_bytes() == before


@pytest.mark.parametrize(("words", "tags", "names"), [
    (["b"], [], ["b"]), (["all"], [], ["a", "b", "c"]), (["c", "all"], [], ["c", "a", "b"]),
    ([], ["north"], ["a", "c"]), (["b"], ["north"], ["b", "a", "c"]), ([], ["south", "north"], ["b", "a", "c"]),
])
def test_cameras_are_chosen_by_names_and_tags_in_the_order_asked_for(folder, words, tags, names):
    for name, tag in (("a", "north"), ("b", "south"), ("c", "north")):
        camera_file.add(folder, name, CameraSettings("http://" + name, "t", [tag]))
    assert Project.open(folder).chosen(words, tags) == names


def test_choice_that_means_nobody_says_why(folder):
    opened = Project.open(folder)
    with pytest.raises(ProjectError, match="cameras add"):
        opened.chosen(["all"])
    camera_file.add(folder, "a", CameraSettings("http://a", "t", ["north"]))
    assert Project.open(folder).chosen() == ["a"], "the only camera needs no name"
    opened = camera_file.add(folder, "b", CameraSettings("http://b", "t"))
    for words, tags, says in (([], [], "--tag"), ([], ["south"], "north"), (["d"], [], "a, b")):
        with pytest.raises(ProjectError, match=says):
            opened.chosen(words, tags)
