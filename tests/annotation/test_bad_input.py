"""What goes wrong around the window is a sentence in it: no traceback, no lost label."""

import contextlib
import os
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import pytest
from annotation_projects import ROOT, STATES, frame_path, make_project
from desks import PATIENCE_S, Desk, sit_down  # noqa: F401  a fixture

from annotation import journal
from annotation.index import Index


@pytest.fixture(autouse=True)
def no_traceback(capfd):
    yield
    assert "Traceback" not in "".join(capfd.readouterr())


def _png(width, height):
    """A PNG whose header promises so many pixels."""
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"")


@pytest.mark.parametrize("spoil, sentence", [
    (lambda file: file.unlink(), "The picture is missing."),
    (lambda file: file.write_bytes(b"\xff\xd8 not a picture"), "not a JPEG or PNG"),
    (lambda file: file.write_bytes(file.read_bytes()[:300]), "cannot be read"),
    (lambda file: file.write_bytes(_png(10000, 10000)), "too large to show: 10000 x 10000 pixels"),
    (lambda file: (file.unlink(), file.mkdir()), "cannot be read"),
])
def test_picture_that_cannot_be_shown_is_a_sentence_and_can_be_labelled(sit_down, tmp_path, spoil, sentence):
    make_project(tmp_path, 3, pictures=True)
    spoil(tmp_path / frame_path(1))
    desk = sit_down()
    desk.press("Right", lambda: sentence in (desk.items("message") or [""])[0])
    desk.press("plus F3 F4 0 u", lambda: desk.session.position == 2 and desk.items("picture"))
    assert desk.on_disk()[1] == "unusable"


def test_index_that_a_newer_version_wrote_meanwhile_is_said_and_left_alone(sit_down, tmp_path):
    desk = sit_down()
    desk.press("o", lambda: desk.session.position == 1)
    before = _newer(tmp_path)
    desk.press("c", lambda: "update Doorlens" in desk.message())
    assert desk.session.position == 1
    assert {name: (tmp_path / name).read_bytes() for name in before} == before


def _newer(folder):
    """Replaces index and journal by some of a later format; {name: bytes}."""
    (folder / "index.json").write_text('{"format": 99, "entries": {}}')
    (folder / journal.NAME).write_text('{"n": 0, "format": 99, "journal": "x", "crc": "0"}\n')
    return {name: (folder / name).read_bytes() for name in ("index.json", journal.NAME)}


def test_index_of_a_newer_version_opens_a_window_that_says_so(display, project):
    (project / "doorlens.toml").write_text('name = "a"\nstates = ["closed", "open"]\n')
    before = _newer(project)
    environment = {**os.environ, "DISPLAY": display}
    command = subprocess.Popen([sys.executable, "-m", "host_tools.main", "annotate", str(project)], cwd=ROOT,
                               env=environment, stderr=subprocess.PIPE, text=True)
    try:
        found = subprocess.run(["xdotool", "search", "--sync", "--onlyvisible", "--name", "Doorlens: a"], env=environment,
                               capture_output=True, text=True, timeout=PATIENCE_S, check=True)
        while command.poll() is None:
            subprocess.run(["xdotool", "windowfocus", found.stdout.split()[-1], "key", "q"], env=environment,
                           capture_output=True)
            with contextlib.suppress(subprocess.TimeoutExpired):
                command.wait(0.2)
    finally:
        command.kill()
    assert command.returncode == 1
    assert "update Doorlens" in command.stderr.read()
    assert {name: (project / name).read_bytes() for name in before} == before


@pytest.fixture
def open_folder():
    """A folder that other users may read, whatever pytest's own is."""
    folder = Path(tempfile.mkdtemp(prefix="doorlens-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@contextlib.contextmanager
def _read_only(folder):
    """`folder` cannot be written by this process, not even by root's."""
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    for path in folders:
        path.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        for path in folders:
            path.chmod(0o755)


def test_read_only_folder_is_said_and_the_label_waits(display, open_folder):
    make_project(open_folder, 4, pictures=True)
    with _seated(Desk(display, open_folder)) as desk:
        desk.press("o", lambda: desk.session.position == 1)
        with _read_only(open_folder):
            desk.press("c", lambda: "Not saved" in desk.message())
            assert desk.session.position == 1
            desk.press("F4 plus", lambda: desk.window.picture.viewport.zoom > 1)
        desk.press("c", lambda: desk.session.position == 2)
        assert desk.on_disk()[:3] == ["open", "closed", None]


def test_project_that_is_read_only_from_the_start_can_be_looked_at(display, open_folder):
    make_project(open_folder, 4, pictures=True)
    with _read_only(open_folder), _seated(Desk(display, open_folder)) as desk:
        desk.press("Right End", lambda: desk.session.position == 3)
        desk.press("Home", lambda: desk.items("picture") and desk.session.position == 0)
        desk.press("o", lambda: "Not saved" in desk.message())


@contextlib.contextmanager
def _seated(desk):
    try:
        yield desk
    finally:
        desk.root.destroy()


@contextlib.contextmanager
def _full_at(size):
    """No file grows beyond `size` bytes: the write ends within a line, as on a full disk, with EFBIG for ENOSPC."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_full_disk_is_said_and_the_label_is_saved_when_there_is_room(sit_down, tmp_path):
    desk = sit_down()
    desk.press("o", lambda: desk.session.position == 1)
    with _full_at((tmp_path / journal.NAME).stat().st_size + 20):
        desk.press("c", lambda: "Not saved" in desk.message() and "cannot write" in desk.message())
        assert desk.session.position == 1
    desk.press("c", lambda: desk.session.position == 2)
    assert desk.on_disk()[:3] == ["open", "closed", None]


def test_two_windows_on_one_project_keep_each_others_labels_and_say_so(sit_down):
    one, two = sit_down(), sit_down(annotator="bob")
    one.root.focus_force()
    one.until(lambda: one.root.focus_get())
    one.press("o", lambda: one.session.position == 1)
    two.until(lambda: "Another window labelled 1 frame" in two.message())
    two.root.focus_force()
    two.until(lambda: two.root.focus_get())
    two.press("Right Right c", lambda: two.session.position == 3)
    one.until(lambda: "Another window labelled 1 frame" in one.message())
    assert one.on_disk() == two.on_disk() == ["open", None, "closed", None, None, None]
    assert [entry.annotator for entry in Index.open(one.project, STATES).entries.values()][:3] == ["ada", None, "bob"]
