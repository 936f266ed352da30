"""Pictures of the window for the documentation. DOORLENS_PICTURES=docs/pictures writes them there."""

import os

import pytest
from annotation_projects import ROOT
from desks import Desk
from PIL import ImageStat
from scene_project import STATES, make_day

from annotation.index import Index
from annotation.views import Look, Views

_SIZE = "1180x880"
_LAPTOP = "1190x706"  # what is left of a screen of 1366 x 768, and fits the tests' own
_HOUR = 3600000


def _views(folder, scene):
    """As doorlens annotate hands them in, with the scene's truth for a model."""
    from training.pixels import network_input

    def score(path):
        number = int(path[-12:-4])
        truth = scene.truth(times[path])
        sure = 0.62 + 0.37 * (number * 7919 % 101) / 101
        return ("unusable" if truth.blocked else truth.state), sure

    def look(file, region):
        pixels = network_input(file.read_bytes(), region, 64, 64, 1)
        label, sure = score(file.relative_to(folder).as_posix())
        rest = [name for name in (*STATES, "unusable") if name != label]
        return Look(pixels.tobytes(), 64, 64, 1, [(label, sure), (rest[0], (1 - sure) * 0.8), (rest[1], (1 - sure) * 0.2)],
                    "model of run tuesday")
    times = {path: entry.time_ms for path, entry in Index.open(folder).entries.items()}
    return Views(look, score, lambda region: None)


@pytest.fixture(scope="module")
def lobby(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lobby")
    return folder, *make_day(folder, 10 * _HOUR, 10 * _HOUR, "lobby")


@pytest.fixture(scope="module")
def garage(tmp_path_factory):
    folder = tmp_path_factory.mktemp("garage")
    return folder, *make_day(folder, 23 * _HOUR, 20 * _HOUR, "garage")


@pytest.fixture
def sit(display):
    """sit((folder, scene, position), dark, size) -> a Desk at that frame"""
    desks = []

    def take(place, dark=False, size=_SIZE):
        folder, scene, position = place
        desk = Desk(display, folder, size=size, region=scene.region, dark=dark, views=_views(folder, scene))
        desks.append(desk)
        desk.window.go(position)
        desk.until(lambda: desk.window.arrivals._predictions.number == len(desk.session.paths))
        return desk
    yield take
    for desk in desks:
        desk.root.destroy()


def save(desk, name, tmp_path, box=None):
    desk.window.show()
    desk.until(lambda: desk.window._resting is None and desk.window.bars.filmstrip._polling is None)
    target = ROOT / os.environ["DOORLENS_PICTURES"] if os.environ.get("DOORLENS_PICTURES") else tmp_path
    target.mkdir(parents=True, exist_ok=True)
    shot = desk.screenshot().crop(box).quantize(256)  # a third of the bytes
    shot.save(target / ("annotator-%s.png" % name), optimize=True)


def test_window_by_day(sit, lobby, tmp_path):
    desk = sit(lobby)
    desk.window.run("network")
    save(desk, "day", tmp_path)
    assert desk.items("suggestion")[1].startswith("suggested: closed")
    assert desk.items("network input")
    assert len(desk.window.bars.filmstrip.find_withtag("thumbnail")) >= 7


def test_window_by_night_with_the_stretch(sit, garage, tmp_path):
    desk = sit(garage, dark=True)

    def brightness():
        return ImageStat.Stat(desk.screenshot().crop(desk.window.picture.bbox("picture")).convert("L")).mean[0]
    before = brightness()
    desk.window.run("stretch")
    assert brightness() > before + 10
    save(desk, "night", tmp_path)
    assert "stretched" in desk.items("note")[1]


def test_timeline_shows_the_outage(sit, lobby, tmp_path):
    desk = sit(lobby)
    bars = desk.window.bars
    save(desk, "timeline", tmp_path, (0, bars.winfo_y(), bars.winfo_width(), bars.winfo_y() + bars.winfo_height()))
    assert len(bars.timeline.find_withtag("gap")) == 1


def test_help_page(sit, lobby, tmp_path):
    desk = sit(lobby, size=_LAPTOP)
    desk.window.run("help")
    save(desk, "help", tmp_path)
    assert desk.window.layout.help.winfo_ismapped() and desk.window.layout.help._view.yview() == (0.0, 1.0)
