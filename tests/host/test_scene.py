"""The procedural scene: purity, variety, and a truth that agrees with the pictures."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy
import pytest

from host_tools.scene import DayPlan, Scene, SceneError

DAY = 86_400_000
HOUR = 3_600_000
START = 20_513 * DAY
SIZE = (320, 180)
NAMES = ("lobby", "garage", "yard")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module", params=NAMES)
def scene(request):
    return Scene(request.param, seed=7, size=SIZE)


def digest(picture):
    return hashlib.sha256(picture.tobytes()).hexdigest()


def crop(scene, picture):
    x0, y0, x1, y1 = (value / 10_000 for value in scene.region)
    height, width = picture.shape[:2]
    return picture[int(y0 * height):int(y1 * height), int(x0 * width):int(x1 * width)]


def moments(scene):
    """Times over the day that include openings, obstacles, night and people."""
    day, walkers = scene._timeline.day(START // DAY)
    times = [START + 2 * HOUR, START + 13 * HOUR, day.openings[2].start_ms + 700, day.obstacles[0].start_ms + 900]
    return times + [(walkers[3].start_ms + walkers[3].end_ms) // 2, (day.openings[4].start_ms + day.openings[4].end_ms) // 2]


def test_frame_is_rgb_of_the_asked_size(scene):
    picture = scene.render(START + 12 * HOUR)
    assert picture.shape == (180, 320, 3) and picture.dtype == numpy.uint8


def test_frame_does_not_depend_on_the_order_of_calls(scene):
    times = moments(scene)
    forward = [digest(scene.render(time_ms)) for time_ms in times]
    other = Scene(scene.installation, seed=7, size=SIZE)
    backward = [digest(other.render(time_ms)) for time_ms in reversed(times)]
    assert forward == backward[::-1]
    assert len(set(forward)) == len(times)


def test_frame_is_the_same_in_a_fresh_process():
    scene = Scene("yard", seed=3, size=SIZE)
    times = moments(scene)
    code = ("import sys, hashlib\nfrom host_tools.scene import Scene\nscene = Scene('yard', seed=3, size=(320, 180))\n"
            "for t in sys.argv[1:]: print(hashlib.sha256(scene.render(int(t)).tobytes()).hexdigest())")
    answer = subprocess.run([sys.executable, "-c", code] + [str(t) for t in times], cwd=ROOT, check=True,
                            capture_output=True, text=True, timeout=120)
    assert answer.stdout.split() == [digest(scene.render(time_ms)) for time_ms in times]


def test_seeds_days_and_installations_differ():
    pictures = [digest(Scene(name, seed=seed, size=SIZE).render(START + 12 * HOUR)) for name in NAMES for seed in (1, 2)]
    assert len(set(pictures)) == len(pictures)
    scene = Scene("lobby", seed=1, size=SIZE)
    first = [start % DAY for start, _ in scene.openings(START, START + DAY)]
    second = [start % DAY for start, _ in scene.openings(START + DAY, START + 2 * DAY)]
    assert first != second
    assert Scene("lobby", seed=2, size=SIZE).openings(START, START + DAY) != scene.openings(START, START + DAY)


def test_truth_agrees_with_openings(scene):
    spans = scene.openings(START, START + DAY)
    assert spans == sorted(spans)
    for start, end in spans:
        states = [scene.truth(t).state for t in (start - 1, start, (start + end) // 2, end - 1, end)]
        assert states == ["closed", "open", "open", "open", "closed"]


def test_openings_are_cut_to_the_interval(scene):
    start, end = scene.openings(START, START + DAY)[0]
    middle = (start + end) // 2
    assert scene.openings(middle, middle + 1000) == [(middle, middle + 1000)]
    assert scene.openings(end, end + 1000) == []


def test_day_keeps_to_its_plan(scene):
    for day in range(5):
        begin = START + day * DAY
        spans = scene.openings(begin, begin + DAY)
        minutes = [(end - start) / 60_000 for start, end in spans]
        assert 12 <= len(spans) <= 20
        assert min(minutes) > 0.5 and max(minutes) <= 40
        assert any(scene.truth((start + end) // 2).infrared for start, end in spans)
        assert 3 <= len(scene._timeline.day(begin // DAY)[0].obstacles) <= 6


def test_plan_can_be_changed():
    plan = DayPlan(openings=(2, 2), blocked=(0, 0), night_openings=0, passers=(0, 0), loiterers=(0, 0))
    scene = Scene("lobby", seed=1, size=SIZE, plan=plan)
    assert len(scene.openings(START, START + DAY)) == 2
    assert scene.blocked_periods(START, START + DAY) == []


def test_blocked_periods_agree_with_visible_fraction(scene):
    spans = scene.blocked_periods(START, START + DAY)
    assert len([1 for start, end in spans if end - start > 90_000]) >= 3
    for start, end in spans:
        for time_ms, blocked in ((start - 1, False), (start, True), ((start + end) // 2, True), (end - 1, True),
                                 (end, False)):
            truth = scene.truth(time_ms)
            assert truth.blocked == blocked == (truth.visible < 0.35)
    clear = numpy.random.default_rng(1).integers(START, START + DAY, 200)
    for time_ms in map(int, clear):
        assert scene.truth(time_ms).blocked == any(start <= time_ms < end for start, end in spans)


def test_blocked_picture_hides_whether_the_door_is_open(scene):
    """The door moved behind an obstacle changes only the part of the region that the truth calls visible."""
    start, end = max(scene.blocked_periods(START, START + DAY), key=lambda span: span[1] - span[0])
    time_ms = (start + end) // 2
    timeline, opening = scene._timeline, scene._timeline.opening
    shut = crop(scene, scene.render(time_ms)).astype(int)
    timeline.opening = lambda t: 1.0 if t == time_ms else opening(t)
    opened = crop(scene, scene.render(time_ms)).astype(int)
    timeline.opening = opening
    changed = (abs(shut - opened).max(-1) > 40).mean()
    assert changed <= scene.truth(time_ms).visible + 0.03


def test_night_is_grey_and_noisy_and_day_is_coloured(scene):
    night, later = (scene.render(START + 3 * HOUR + ms).astype(int) for ms in (0, 40))
    day, after = (scene.render(START + 13 * HOUR + ms).astype(int) for ms in (0, 40))
    assert scene.truth(START + 3 * HOUR).infrared and not scene.truth(START + 13 * HOUR).infrared
    assert (night[..., 0] == night[..., 2]).all()
    assert abs(day[..., 0] - day[..., 2]).mean() > 8
    assert abs(night - later).mean() > 1.5 * abs(day - after).mean()


def test_exposure_keeps_every_hour_readable(scene):
    for hour in range(24):
        mean = scene.render(START + hour * HOUR + 600_000).mean()
        assert 25 < mean < 215, hour


def test_open_door_changes_the_region_and_little_else(scene):
    span = next(o for o in scene._timeline.day(START // DAY)[0].openings if o.end_ms - o.start_ms > 100_000)
    region = crop(scene, scene.render(span.start_ms - 8000)).astype(float)
    opened = crop(scene, scene.render(span.start_ms + span.opening_ms + 20_000)).astype(float)
    assert abs(region - opened).mean() > 8


def test_brightness_alone_does_not_separate_the_states(scene):
    rng = numpy.random.default_rng(0)
    values = {"open": [], "closed": []}
    for start, end in scene.openings(START, START + 2 * DAY):
        values["open"].append(crop(scene, scene.render((start + end) // 2)).mean())
    while len(values["closed"]) < 60:
        time_ms = int(rng.integers(START, START + 2 * DAY))
        truth = scene.truth(time_ms)
        if truth.state == "closed" and not truth.blocked:
            values["closed"].append(crop(scene, scene.render(time_ms)).mean())
    opened, closed = numpy.array(values["open"]), numpy.array(values["closed"])
    best = max(max(balanced, 1 - balanced) for threshold in numpy.concatenate([opened, closed])
               for balanced in [((opened < threshold).mean() + (closed >= threshold).mean()) / 2])
    assert best < 0.93


def test_region_surrounds_the_opening(scene):
    x0, y0, x1, y1 = scene.region
    rectangle = [value * 10_000 for value in scene._timeline.rectangle]
    assert 0 <= x0 <= rectangle[0] and 0 <= y0 <= rectangle[1]
    assert rectangle[2] <= x1 <= 10_000 and rectangle[3] <= y1 <= 10_000


@pytest.mark.parametrize("arguments", [{"installation": "castle"}, {"size": (641, 360)}, {"size": (8, 8)}])
def test_unknown_installation_and_odd_sizes_are_refused(arguments):
    with pytest.raises(SceneError):
        Scene(**arguments)


def test_openings_shorter_than_the_doors_movement_can_be_drawn():
    plan = DayPlan(openings=(12, 12), opening_minutes=(0.15, 0.3), typical_minutes=0.2)
    scene = Scene("garage", seed=3, size=SIZE, plan=plan)
    spans = scene.openings(START, START + DAY)
    assert len(spans) >= 5 and all(scene.truth((low + high) // 2).state == "open" for low, high in spans)
    scene.render(spans[0][0])
