"""The real window on a virtual display, worked with real key and mouse events."""

import os
import subprocess
import sys
import time

import pytest
from annotation_projects import ROOT, frame_path, make_project
from desks import PATIENCE_S, sit_down  # noqa: F401  a fixture
from PIL import Image, ImageStat

from annotation.index import Index

def test_one_key_labels_saves_and_advances(sit_down):
    desk = sit_down()
    desk.press("o", lambda: desk.session.position == 1)
    assert desk.on_disk() == ["open", None, None, None, None, None]
    desk.press("c u 2 1", lambda: desk.session.position == 5)
    assert desk.on_disk() == ["open", "closed", "unusable", "open", "closed", None]
    assert desk.badge() == "no label"


def test_capital_letters_and_keypad_label_too(sit_down):
    desk = sit_down()
    desk.press("O KP_1", lambda: desk.session.position == 2)
    assert desk.on_disk()[:2] == ["open", "closed"]


def test_label_is_on_disk_before_the_next_picture_shows(sit_down):
    desk = sit_down()
    seen = []
    show = desk.window.picture.show
    desk.window.picture.show = lambda *arguments, **more: (seen.append(desk.on_disk()[0]), show(*arguments, **more))
    desk.press("o", lambda: desk.session.position == 1)
    assert seen[0] == "open"


def test_keys_move_and_jump(sit_down):
    desk = sit_down(frames=50)
    for keys, position in (("Right Right", 2), ("Left", 1), ("Next", 21), ("Prior", 1), ("End", 49), ("Home", 0),
                           ("o o Home n", 2), ("End l", 1)):
        desk.press(keys, lambda: desk.session.position == position)
    assert desk.badge() == "open"


def test_undo_by_z_and_by_control_z_and_unlabel_by_backspace(sit_down):
    desk = sit_down()
    desk.press("o c", lambda: desk.session.position == 2)
    desk.press("z", lambda: desk.session.position == 1)
    assert desk.on_disk()[:2] == ["open", None]
    desk.press("ctrl+z", lambda: desk.session.position == 0)
    assert desk.on_disk()[:2] == [None, None]
    desk.press("z", lambda: desk.message() == "There is nothing to undo.")
    desk.press("o Left BackSpace", lambda: desk.session.position == 0 and desk.badge() == "no label")
    assert desk.on_disk()[0] is None


def test_control_and_alt_with_a_letter_do_not_label(sit_down):
    desk = sit_down()
    desk.press("ctrl+c alt+o Right", lambda: desk.session.position == 1)
    assert desk.on_disk() == [None] * 6


def test_label_shows_as_text_and_colour(sit_down):
    desk = sit_down()
    desk.press("o Left", lambda: desk.badge() == "open")
    box = desk.window.picture.find_withtag("badge")[0]
    assert desk.window.picture.itemcget(box, "fill") == "#e69f00"


def test_end_of_work_is_said(sit_down):
    desk = sit_down(frames=2)
    desk.press("o o n", lambda: desk.message() == "Every frame has a label.")
    assert desk.window.layout.heading.left.cget("text") == "all labelled"


def test_missing_and_damaged_pictures_are_messages_and_can_be_labelled(sit_down, tmp_path, capsys):
    make_project(tmp_path, 4, pictures=True)
    (tmp_path / frame_path(0)).unlink()
    (tmp_path / frame_path(1)).write_bytes(b"\xff\xd8 not a picture")
    desk = sit_down()
    assert "The picture is missing." in desk.items("message")[0]
    desk.press("u", lambda: "not a JPEG" in (desk.items("message") or [""])[0])
    desk.press("u", lambda: desk.items("picture"))
    assert desk.on_disk()[:2] == ["unusable", "unusable"]
    assert "Traceback" not in capsys.readouterr().err


def test_picture_fills_the_window_after_a_resize(sit_down):
    desk = sit_down()
    view = desk.window.picture
    for width, height, filled in ((620, 700, "width"), (1100, 600, "height")):
        desk.root.geometry("%dx%d" % (width, height))
        desk.until(lambda: view.winfo_width() == width and view._resizing is None and view.placement)
        left, top, right, bottom = view.bbox("picture")
        spare = {"width": view.winfo_width() - (right - left), "height": view.winfo_height() - (bottom - top)}
        assert 0 <= spare[filled] <= 20


def test_region_is_drawn_where_it_is(sit_down):
    desk = sit_down(region=[2500, 0, 7500, 10000])
    canvas = desk.window.picture
    left, _, right, _ = canvas.bbox("picture")
    x0, _, x1, _ = canvas.coords(canvas.find_withtag("region")[0])
    assert abs((x0 - left) / (right - left) - 0.25) < 0.01
    assert abs((x1 - left) / (right - left) - 0.75) < 0.01


def test_whole_picture_as_region_draws_nothing(sit_down):
    assert not sit_down(region=[0, 0, 10000, 10000]).items("region")


def test_click_on_the_strip_goes_to_that_frame(sit_down):
    desk = sit_down(frames=10)
    strip = desk.window.bars.strip
    x = strip.winfo_rootx() + strip.winfo_width() * 7 // 10 + 5
    desk.click(x, strip.winfo_rooty() + 10, lambda: desk.session.position == 7)


def test_click_on_a_button_labels(sit_down):
    desk = sit_down()
    button = desk.window.layout.labels._buttons["open"][0]
    desk.click(button.winfo_rootx() + 10, button.winfo_rooty() + 10, lambda: desk.session.position == 1)
    assert desk.on_disk()[0] == "open"


@pytest.mark.parametrize("key", ["question", "F1"])
def test_help_opens_and_any_key_closes_it_without_labelling(sit_down, key):
    desk = sit_down()
    desk.press(key, lambda: desk.window.layout.help.winfo_ismapped())
    desk.press("o", lambda: not desk.window.layout.help.winfo_ismapped())
    assert desk.on_disk() == [None] * 6


def test_save_that_fails_stays_on_the_frame_and_says_so(sit_down, tmp_path):
    desk = sit_down()
    (tmp_path / "index.json.new").mkdir()
    desk.press("o", lambda: "cannot write" in desk.message())
    assert desk.session.position == 0
    (tmp_path / "index.json.new").rmdir()
    desk.press("o", lambda: desk.session.position == 1)
    assert desk.on_disk()[0] == "open"


def test_closing_with_a_label_that_cannot_be_saved_asks_first(sit_down, tmp_path, monkeypatch):
    from tkinter import messagebox
    asked, answers = [], [False, True]
    monkeypatch.setattr(messagebox, "askokcancel", lambda *texts: (asked.append(texts), answers[len(asked) - 1])[1])
    desk = sit_down()
    (tmp_path / "index.json.new").mkdir()
    desk.press("o", lambda: desk.message().startswith("Not saved"))
    desk.press("q", lambda: asked)
    assert not desk.is_closed()
    desk.press("q", desk.is_closed)
    assert "cannot write" in asked[1][1]


def test_frames_of_a_running_ingest_appear_by_themselves(sit_down, tmp_path):
    Index.open(tmp_path).save()
    desk = sit_down()
    assert "no frames yet" in desk.items("message")[0]
    make_project(tmp_path, 3, pictures=True)
    desk.until(lambda: desk.items("picture"))
    assert desk.window.layout.heading.number.cget("text") == "1 of 3"


def test_quitting_and_starting_again_goes_on_where_it_stopped(sit_down):
    desk = sit_down()
    desk.press("o c q", desk.is_closed)
    again = sit_down()
    assert again.session.position == 2
    assert again.on_disk()[:2] == ["open", "closed"]


@pytest.mark.parametrize("dark", [False, True])
def test_screenshot_shows_the_picture_and_the_theme(sit_down, tmp_path, dark):
    make_project(tmp_path, 2)
    file = tmp_path / frame_path(0)
    file.parent.mkdir(parents=True)
    Image.new("RGB", (320, 180), (10, 200, 30)).save(file)
    desk = sit_down(dark=dark)
    shot = desk.screenshot()
    red, green, blue = shot.getpixel((shot.width // 2, shot.height // 2))
    assert abs(red - 10) + abs(green - 200) + abs(blue - 30) < 20
    heading = ImageStat.Stat(shot.crop((0, 0, shot.width, 40)).convert("L"))
    assert (heading.median[0] < 64) is dark
    assert heading.stddev[0] > 10  # there is writing on it


def test_without_a_display_the_command_says_what_to_do_in_one_line(project):
    (project / "doorlens.toml").write_text('name = "a"\nstates = ["closed", "open"]\n')
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    done = subprocess.run([sys.executable, "-m", "host_tools.main", "annotate", str(project)], cwd=ROOT,
                          env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "DISPLAY" in done.stderr


def test_command_opens_a_window_with_the_projects_keys(display, project):
    (project / "doorlens.toml").write_text('name = "a"\nstates = ["closed", "open"]\n')
    environment = {**os.environ, "DISPLAY": display}
    command = subprocess.Popen([sys.executable, "-m", "host_tools.main", "annotate", str(project), "--key", "open=x",
                                "--annotator", "eve"], cwd=ROOT, env=environment)
    try:
        found = subprocess.run(["xdotool", "search", "--sync", "--onlyvisible", "--name", "Doorlens: a"],
                               env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=True)
        window = found.stdout.split()[-1]
        _press_until(environment, window, "x", lambda: Index.open(project).entries[frame_path(0)].label == "open")
        assert Index.open(project).entries[frame_path(0)].annotator == "eve"
        _press_until(environment, window, "q", lambda: command.poll() is not None)
        assert command.returncode == 0
    finally:
        command.kill()
        command.wait()


def _press_until(environment, window, key, condition):
    """Once: a window without a window manager may need a moment before it takes the focus."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        subprocess.run(["xdotool", "windowfocus", window, "key", key], env=environment, capture_output=True)
        time.sleep(0.2)
