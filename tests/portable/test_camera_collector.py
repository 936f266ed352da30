from camera_firmware.collector import Collector
from camera_firmware.ring import Ring
from camera_firmware.sampler import Picture
from contract.sampling import Choice


class Looker:
    small = None
    frame_width, frame_height = 64, 48


class Stage:
    looker, model, verdict, sequence = Looker(), True, "open", 3

    def score(self):
        return 0.5


class Script:
    """A sampler that chooses at given times."""

    def __init__(self, choices, room=True):
        self._choices = choices
        self.room = room
        self.told = []

    def update(self, look, time_ms, now_ms, size):
        return self._choices.get(time_ms)

    def kept(self, size, rolled=False):
        self.told.append((size, rolled))

    def may_roll(self, size):
        return self.room


class Kept:
    """A spool."""

    def __init__(self):
        self.frames = []
        self.is_due = False
        self.flushed = 0
        self.syncs = 0

    def due(self, now_ms):
        return self.is_due

    def flush(self, now_ms):
        self.flushed += 1

    def synced(self, now_ms, count):
        self.syncs += count

    def keep(self, jpeg, now_ms, **about):
        self.frames.append((bytes(jpeg)[0], about["reason"], about["value"]))
        return True


class State:
    saved = 0

    def save(self):
        self.saved += 1
        return 2


def jpeg(i):
    return bytes([i]) * 100


def made(sampler):
    state, spool = State(), Kept()
    return Collector("door", sampler, Picture(), state, Ring(bytearray(2000)), spool), state, spool


def collected(choices, times, room=True):
    sampler = Script(choices, room)
    collector, _, spool = made(sampler)
    for i, time_ms in enumerate(times):
        collector.offer(jpeg(i), time_ms, 1000 * i, Stage(), "open")
    assert sampler.told == [(100, reason == "roll") for _, reason, _ in spool.frames]
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


def test_frames_around_a_change_are_left_out_when_the_policy_has_no_room():
    assert collected({6000: Choice("flip", 200, False, 2000)}, range(0, 20000, 500), False) == [(12, "flip", 200)]


def test_state_is_saved_when_the_disk_may_be_synced_and_something_was_kept():
    collector, state, spool = made(Script({1000: Choice("periodic", 60)}))
    spool.is_due = True
    collector.tick(0)
    assert (state.saved, spool.flushed, spool.syncs) == (0, 1, 0)
    collector.offer(jpeg(0), 1000, 1000, Stage(), "open")
    spool.is_due = False
    collector.tick(500000)
    assert state.saved == 0
    collector.tick(600000)
    assert (state.saved, spool.flushed, spool.syncs) == (1, 1, 2), "at the latest after ten minutes"
    spool.is_due = True
    collector.tick(700000)
    assert state.saved == 1
    collector.close(700000)
    assert state.saved == 2
