import pytest

from training import folder
from training.errors import TrainingError


def fill(root, *names, manifest=None):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    if manifest is not None:
        root.mkdir(exist_ok=True)
        (root / "manifest.csv").write_text(manifest)
    return root


def labels(found, root):
    return {frame.path.relative_to(root).as_posix(): frame.label for frame in found.frames}


def test_sub_folders_are_labels_and_two_of_them_have_a_meaning(tmp_path):
    root = fill(tmp_path, "open/10.jpg", "open/9.JPG", "closed/deep/1.jpeg", "unlabelled/1.jpg", "blocked/1.jpg",
                "unusable/1.jpg", ".trash/1.jpg", "open/.hidden.jpg", "open/notes.txt")
    found = folder.read(root)
    assert labels(found, root) == {"open/10.jpg": "open", "open/9.JPG": "open", "closed/deep/1.jpeg": "closed",
                                   "unlabelled/1.jpg": None, "blocked/1.jpg": "unusable", "unusable/1.jpg": "unusable"}
    assert found.states == ["closed", "open"] and not found.notes
    names = [frame.path.name for frame in found.frames if frame.label == "open"]
    assert names == ["9.JPG", "10.jpg"]


def test_manifest_replaces_the_folder_and_adds_event_and_time(tmp_path):
    root = fill(tmp_path, "images/1.jpg", "images/2.jpg", "images/3.jpg", "open/4.jpg", "open/5.jpg", manifest=(
        "file,label,event,time\nimages/1.jpg,open,a,1772439300\nimages/2.jpg,closed,,\nimages/3.jpg,,,\n"
        "open/4.jpg,closed,,\nopen/5.jpg,unlabelled,,\n"))
    found = folder.read(root)
    assert labels(found, root) == {"images/1.jpg": "open", "images/2.jpg": "closed", "images/3.jpg": None,
                                   "open/4.jpg": "closed", "open/5.jpg": None}
    assert (found.frames[0].event, found.frames[0].time_ms) == ("a", 1_772_439_300_000)


def test_manifest_without_labels_leaves_the_folders(tmp_path):
    root = fill(tmp_path, "open/1.jpg", "closed/1.jpg", "closed/2.jpg", manifest="file,event\nclosed/1.jpg,e\n")
    found = folder.read(root)
    assert labels(found, root) == {"open/1.jpg": "open", "closed/1.jpg": "closed", "closed/2.jpg": "closed"}
    assert found.notes == ["2 pictures are not in manifest.csv and have their folder's label, no event and no time"]


def test_pictures_in_doubt_are_counted(tmp_path):
    root = fill(tmp_path, "open/1.jpg", "closed/1.jpg", "images/1.jpg", "loose.jpg", "open/2.png", manifest=(
        "file,label\nopen/1.jpg,open\nopen/1.jpg,open\nclosed/1.jpg,closed\nopen/2.png,open\ngone.jpg,open\n"))
    assert folder.read(root).notes == [
        "1 of the 4 pictures that manifest.csv names are missing, first gone.jpg",
        "1 lines of manifest.csv say the same twice",
        "1 pictures are not JPEG and left out, first open/2.png",
        "2 pictures are left out: manifest.csv does not name them and their folder is no label"]


def test_same_picture_with_two_labels_is_named(tmp_path):
    root = fill(tmp_path, "open/1.jpg", "closed/2.jpg", "closed/3.jpg")
    (root / "closed/3.jpg").write_bytes((root / "open/1.jpg").read_bytes())
    copies, torn = folder.read(root).notes
    assert copies.startswith("1 pictures are copies") and "two labels" in torn and "1.jpg" in torn


@pytest.mark.parametrize("names, manifest, states, sentence", [
    ([], None, None, "no JPEG pictures in .*sub-folder a label"),
    (["1.jpg", "2.jpg"], None, None, "no JPEG pictures in"),
    (["open/1.png"], None, None, "not JPEG; convert them"),
    (["open/1.jpg"], None, None, 'all labelled pictures in .* are "open"'),
    (["unusable/1.jpg", "unlabelled/1.jpg"], None, None, "no picture in .* is labelled with a state"),
    (["unknown/1.jpg", "open/1.jpg"], None, None, '"unknown", which is what a camera answers'),
    (["open/1.jpg", "closed/1.jpg", "opne/1.jpg"], None, ["closed", "open"], '"opne" \\(1 pictures are\\).*not one of the'),
    (["open/1.jpg", "closed/1.jpg"], None, ["open", "open"], "two or more different"),
    (["open/1.jpg", "closed/1.jpg"], None, ["open", "unusable"], '"unusable" cannot be one of the states'),
    (["images/1.jpg"], "file,label\n2.jpg,open\n3.jpg,closed\n", None, "none of the 2 pictures .* first 2.jpg"),
])
def test_folder_that_does_not_allow_a_run_is_one_sentence(tmp_path, names, manifest, states, sentence):
    fill(tmp_path / "data", *names, manifest=manifest)
    (tmp_path / "data").mkdir(exist_ok=True)
    with pytest.raises(TrainingError, match=sentence) as caught:
        folder.read(tmp_path / "data", states)
    assert "\n" not in str(caught.value)


def test_missing_folder_is_named(tmp_path):
    with pytest.raises(TrainingError, match="nowhere is not a folder"):
        folder.read(tmp_path / "nowhere")


def test_declared_states_keep_their_order_and_may_be_named_as_an_alias(tmp_path):
    root = fill(tmp_path, "open/1.jpg", "closed/1.jpg", "blocked/1.jpg")
    found = folder.read(root, ["open", "blocked", "closed"])
    assert found.states == ["open", "blocked", "closed"]
    assert labels(found, root)["blocked/1.jpg"] == "blocked"


def test_fingerprint_follows_names_contents_and_labels(tmp_path):
    root = fill(tmp_path, "open/1.jpg", "closed/1.jpg")
    first = folder.read(root).fingerprint
    assert folder.read(root).fingerprint == first
    (root / "open/1.jpg").write_bytes(b"another")
    second = folder.read(root).fingerprint
    fill(root, manifest="file,event\nopen/1.jpg,e\n")
    assert len({first, second, folder.read(root).fingerprint}) == 3
