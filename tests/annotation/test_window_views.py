"""What the window shows besides the picture: zoom, region, the network's view, night, flicker, filmstrip, timeline."""

import pytest
from annotation_projects import STATES
from desks import sit_down  # noqa: F401  a fixture
from PIL import ImageStat

from annotation.commands import COMMANDS
from annotation.views import Look, Views

REGION = [2500, 2500, 7500, 7500]


def test_plus_minus_and_arrows_zoom_and_pan_and_0_shows_all(sit_down):
    desk = sit_down()
    port = desk.window.picture.viewport
    desk.press("plus plus", lambda: port.zoom == 2)
    centre = port.centre
    desk.press("shift+Right", lambda: port.centre[0] > centre[0])
    desk.press("minus", lambda: port.zoom == 1.5)
    assert "zoom 1.5" in desk.items("note")[1]
    desk.press("Right", lambda: desk.session.position == 1)
    assert port.zoom == 1.5
    desk.press("0", lambda: port.zoom == 1)


def test_wheel_zooms_where_the_mouse_is_and_dragging_pans(sit_down):
    desk = sit_down()
    view = desk.window.picture
    x, y = view.winfo_rootx() + view.winfo_width() // 4, view.winfo_rooty() + view.winfo_height() // 2
    desk.xdotool("mousemove", str(x), str(y), "click", "4", "click", "4")
    desk.until(lambda: view.viewport.zoom == 2)
    assert view.viewport.centre[0] < 0.5
    before = view.viewport.centre
    desk.xdotool("mousedown", "1", "mousemove", str(x - 60), str(y), "mouseup", "1")
    desk.until(lambda: view.viewport.centre[0] > before[0])


def test_region_is_changed_by_keys_and_saved_by_return(sit_down):
    saved = []
    desk = sit_down(region=REGION, views=Views(save_region=saved.append))
    desk.press("F2 Right Up shift+Down ctrl+Left plus", lambda: desk.window.picture.region == [2450, 2400, 7600, 7550])
    assert not saved
    desk.press("o Return", lambda: saved)
    assert saved == [[2450, 2400, 7600, 7550]]
    assert "saved" in desk.message()
    assert desk.on_disk()[0] is None


def test_escape_leaves_the_region_as_it_was(sit_down):
    saved = []
    desk = sit_down(region=REGION, views=Views(save_region=saved.append))
    desk.press("F2 Right Right", lambda: desk.window.picture.region != REGION)
    desk.press("Escape", lambda: desk.window.picture.region == REGION)
    desk.press("o", lambda: desk.session.position == 1)
    assert not saved


def test_region_that_cannot_be_saved_stays_open_and_says_why(sit_down):
    from annotation.errors import AnnotationError

    def full(region):
        raise AnnotationError("doorlens.toml cannot be written: No space left on device")
    desk = sit_down(region=REGION, views=Views(save_region=full))
    desk.press("F2 Right Return", lambda: "No space left" in desk.message())
    assert desk.window.looks.editor.active


def test_region_is_changed_with_the_mouse(sit_down):
    saved = []
    desk = sit_down(region=REGION, views=Views(save_region=saved.append))
    view = desk.window.picture
    desk.press("F2", lambda: desk.window.looks.editor.active)
    left, top, right, bottom = view.region_box()
    x, y = view.winfo_rootx(), view.winfo_rooty()
    _drag(desk, (x + right, y + bottom), (x + right + 40, y + bottom + 20))
    desk.until(lambda: view.region[2] > 7500 and view.region[3] > 7500)
    assert view.region[:2] == REGION[:2]
    bigger = view.region
    _drag(desk, (x + left + 60, y + top + 60), (x + left + 20, y + top + 60))
    desk.until(lambda: view.region[0] < bigger[0])
    assert view.region[2] - view.region[0] == bigger[2] - bigger[0]


def _drag(desk, start, end):
    desk.xdotool("mousemove", *map(str, start), "mousedown", "1", "mousemove", *map(str, end), "mouseup", "1")


def test_network_view_shows_the_input_of_the_current_frame_and_scores(sit_down):
    asked = []

    def look(file, region):
        asked.append((file.name, region))
        return Look(bytes(range(64)), 8, 8, 1, [("open", 0.9), ("closed", 0.1)], "model of run a")
    desk = sit_down(region=REGION, views=Views(look=look))
    desk.press("F3", lambda: desk.items("network input"))
    assert asked[-1] == ("0badcafe-00000000.jpg", REGION)
    assert "model of run a" in desk.items("network text")
    desk.press("Right", lambda: asked[-1][0] == "0badcafe-00000001.jpg")
    desk.press("F3", lambda: not desk.items("network"))


def test_network_view_of_a_picture_that_the_camera_cannot_read_is_a_sentence(sit_down):
    def look(file, region):
        raise ValueError("ujpeg: the picture is damaged")
    desk = sit_down(views=Views(look=look))
    desk.press("F3", lambda: "ujpeg: the picture is damaged" in desk.items("network text"))


def test_flicker_shows_the_previous_frame_in_turn_until_the_next_key(sit_down):
    desk = sit_down()
    desk.press("o Right", lambda: desk.session.position == 2)
    desk.press("F5", lambda: "the frame before" in " ".join(map(str, desk.items("note"))))
    desk.until(lambda: not desk.items("note"))
    desk.until(lambda: desk.items("note"))
    desk.press("Left", lambda: desk.session.position == 1)
    assert not desk.window.looks.flicker.running
    assert not desk.items("note")


def test_f6_changes_between_light_and_dark(sit_down):
    desk = sit_down()
    light = _heading_brightness(desk)
    desk.press("F6", lambda: desk.window.theme.dark)
    canvas = desk.window.bars.timeline
    desk.until(lambda: str(canvas.cget("background")) == desk.window.theme.palette.panel)
    assert desk.window.picture.cget("background") == desk.window.theme.palette.canvas
    assert _heading_brightness(desk) < light - 100


def _heading_brightness(desk):
    return ImageStat.Stat(desk.screenshot().crop((0, 0, 900, 30)).convert("L")).median[0]


def test_f7_gives_the_room_of_the_bars_to_the_picture(sit_down):
    desk = sit_down()
    height = desk.window.picture.winfo_height()
    desk.press("F7", lambda: desk.window.picture.winfo_height() > height)
    desk.press("F7", lambda: desk.window.picture.winfo_height() == height)


def test_scale_enlarges_texts_and_bars(sit_down):
    desk = sit_down(scale=2.0, size="1190x890")
    assert desk.window.theme.fonts["body"].cget("size") == -26
    assert desk.window.bars.timeline.winfo_reqheight() > 80


def test_ctrl_g_goes_to_a_number_or_a_time_without_labelling(sit_down):
    desk = sit_down(frames=30)
    desk.press("ctrl+g", lambda: desk.window.layout.ask.is_shown() and desk.root.focus_get() is desk.window.layout.ask.entry)
    desk.press("1 2 Return", lambda: desk.session.position == 11)
    desk.press("ctrl+g", lambda: desk.root.focus_get() is desk.window.layout.ask.entry)
    desk.press("1 0 colon 2 2 Return", lambda: desk.session.position == 1)
    desk.press("ctrl+g", lambda: desk.root.focus_get() is desk.window.layout.ask.entry)
    desk.press("o o o Return", lambda: "neither" in desk.window.layout.ask._hint.cget("text"))
    desk.press("Escape", lambda: not desk.window.layout.ask.is_shown())
    assert set(desk.on_disk()) == {None}


def test_click_on_the_filmstrip_and_on_the_timeline_goes_there(sit_down):
    desk = sit_down(frames=14)
    strip, line = desk.window.bars.filmstrip, desk.window.bars.timeline
    x = strip.winfo_rootx() + strip._left(2) + 5
    desk.click(x, strip.winfo_rooty() + 20, lambda: desk.session.position == 2)
    time = desk.session.index.entries[desk.session.paths[9]].time_ms
    desk.click(line.winfo_rootx() + int(line.x(time)), line.winfo_rooty() + 25, lambda: desk.session.position == 9)


def test_filmstrip_shows_states_as_colours(sit_down):
    desk = sit_down()
    desk.press("o c", lambda: desk.session.position == 2)
    strip = desk.window.bars.filmstrip

    def fills():
        return [strip.itemcget(item, "fill") for item in strip.find_withtag("state")]
    desk.until(lambda: fills()[:2] == ["#e69f00", "#0072b2"])
    desk.until(lambda: len(strip.find_withtag("thumbnail")) == 6)


def test_help_page_lists_every_command_and_every_label(sit_down):
    desk = sit_down()
    texts = desk.window.layout.help.texts()
    assert all(command.shown in texts and command.text in texts for command in COMMANDS)
    assert all("label %s and go on" % label in texts for label in (*STATES, "unusable"))
    assert set(desk.window._actions) == {command.action for command in COMMANDS}


@pytest.mark.parametrize("size, whole", [("1190x706", True), ("1000x600", True), ("560x420", False)])
def test_help_page_is_whole_or_scrolls(sit_down, size, whole):
    desk = sit_down(size=size)
    help_page = desk.window.layout.help
    desk.press("F1", lambda: help_page.winfo_ismapped() and help_page.winfo_width() > 1)
    assert help_page.winfo_width() <= desk.root.winfo_width() and help_page.winfo_height() <= desk.root.winfo_height()
    assert (help_page._view.yview() == (0.0, 1.0)) is whole
    if not whole:
        desk.press("Next Next Next Next Down", lambda: help_page._view.yview()[1] == 1.0)
        desk.press("Prior", lambda: help_page._view.yview()[1] < 1.0)
    desk.press("Down" if whole else "space", lambda: not help_page.winfo_ismapped())
    assert desk.session.position == 0 and desk.on_disk()[0] is None


@pytest.mark.parametrize("size", ["560x420", "1190x890"])
def test_small_window_leaves_the_picture_its_room(sit_down, size):
    desk = sit_down(size=size)
    width, height = (int(side) for side in size.split("x"))
    desk.until(lambda: desk.root.winfo_width() == width and desk.window.picture.placement)
    desk.until(lambda: desk.window.picture._resizing is None)
    assert desk.window.picture.winfo_height() > height * 0.45


def test_filmstrip_fills_by_itself_when_the_window_opens_and_when_it_grows(sit_down):
    desk = sit_down(frames=30, size="700x780")
    strip = desk.window.bars.filmstrip
    desk.until(lambda: len(strip.find_withtag("thumbnail")) >= 3)
    desk.root.geometry("1190x780")
    desk.until(lambda: strip.winfo_width() > 1100 and len(strip.find_withtag("thumbnail")) >= 5)
