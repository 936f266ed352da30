from camera_firmware.collector import Collector
from camera_firmware.ring import Ring
from camera_firmware.sampler import Choice

FACTS = {"time_ms": 1772360430500, "width": 640, "height": 360, "state": "open", "score": 0.9125, "model": 3}


def jpeg(i, size=100):
    return bytes([i]) * size


def held(ring, since=0):
    return [bytes(view)[0] for view, _ in ring.since(since)]


def test_ring_holds_a_frame_a_second_and_gives_the_latest():
    ring = Ring(bytearray(2000))
    for i in range(40):
        ring.add(jpeg(i), 500 * i, **FACTS)
    assert held(ring) == [24, 26, 28, 30, 32, 34, 36, 38]
    assert held(ring, 17000) == [34, 36, 38]


def test_facts_and_bytes_come_back():
    ring = Ring(bytearray(2000))
    ring.add(jpeg(7), 0, **FACTS)
    nothing = {"time_ms": None, "width": 64, "height": 48, "state": None, "score": None, "model": None}
    ring.add(jpeg(8), 1000, **nothing)
    found = [(bytes(view), facts) for view, facts in ring.since(0)]
    assert found == [(jpeg(7), FACTS), (jpeg(8), nothing)]


def test_frames_of_any_size_never_overwrite_one_that_is_still_held():
    ring, state = Ring(bytearray(1000)), 3
    for i in range(500):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        ring.add(jpeg(i % 251, 1 + (state >> 8) % 600), 1000 * i, **FACTS)
        views = [bytes(view) for view, _ in ring.since(0)]
        assert all(view == view[:1] * len(view) for view in views) and sum([len(view) for view in views]) <= 1000
        assert [view[0] for view in views] == [at % 251 for at in range(i + 1 - len(views), i + 1)] and views
    ring.add(jpeg(1, 1001), 1000000, **FACTS)
    assert views == [bytes(view) for view, _ in ring.since(0)], "too large a frame is left out"


def test_clock_that_steps_back_begins_anew():
    ring = Ring(bytearray(1000))
    for i in (5000, 6000, 1000, 2000):
        ring.add(jpeg(i // 1000), i, **FACTS)
    assert held(ring) == [1, 2]


class Looker:
    small = None
    frame_width, frame_height = 64, 48


class Stage:
    looker, model, verdict, sequence = Looker(), True, "open", 3

    def score(self):
        return 0.5


class Script:
    """A sampler that chooses at given times."""

    def __init__(self, choices):
        self._choices = choices

    def update(self, look, time_ms):
        return self._choices.get(time_ms)


class Kept:
    def __init__(self):
        self.frames = []

    def keep(self, jpeg, now_ms, **about):
        self.frames.append((bytes(jpeg)[0], about["reason"], about["value"]))


def collected(choices, times):
    spool = Kept()
    collector = Collector("door", Script(choices), Ring(bytearray(2000)), spool)
    for i, time_ms in enumerate(times):
        collector.offer(jpeg(i), time_ms, 1000 * i, Stage(), "open")
    return spool.frames


def test_frames_around_a_change_are_kept_once_and_in_order():
    found = collected({6000: Choice("flip", 200, False, 2000), 8000: Choice("flip", 100, False, 3000)}, range(0, 20000, 500))
    assert [i for i, _, _ in found] == [8, 10, 12, 13, 15, 16, 17, 19, 21]
    assert [reason for _, reason, _ in found].count("flip") == 2
    assert found[0][1:] == ("roll", 100) and found[2][1:] == ("flip", 200) and found[-1][1:] == ("roll", 50)


def test_choice_without_roll_is_kept_alone():
    assert collected({6000: Choice("periodic", 60)}, range(0, 20000, 500)) == [(12, "periodic", 60)]


def test_clock_that_jumps_back_ends_the_frames_after_a_change():
    times = list(range(100000, 104000, 1000)) + list(range(50000, 60000, 1000))
    found = collected({103000: Choice("flip", 200, False, 2000)}, times)
    assert [i for i, _, _ in found] == [1, 2, 3]
