from camera_firmware.sampler import Sampler
from contract.sampling import Look

PERIOD_MS, CHANGE, MIN_MS = 60000, 2560, 5000


def difference(a, b):
    """imgprep.mean_abs_diff by definition."""
    return 256 * sum(abs(a[i] - b[i]) for i in range(len(a))) // len(a)


class Reasons:
    """A Sampler that says only why."""

    def __init__(self):
        self._sampler = Sampler(PERIOD_MS, CHANGE, MIN_MS, difference, 3000)

    def update(self, small, time_ms, smoothed=None):
        choice = self.choice(small, time_ms, smoothed)
        return choice.reason if choice else None

    def choice(self, small, time_ms, smoothed):
        return self._sampler.update(Look(small, smoothed=smoothed), time_ms)


def sampler():
    return Reasons()


def flat(grey, size=16):
    return bytearray([grey] * size)


def test_first_frame_is_kept_and_then_one_a_period():
    kept = sampler()
    reasons = [kept.update(flat(100), t) for t in range(0, 3 * PERIOD_MS, 10000)]
    assert [i for i, reason in enumerate(reasons) if reason] == [0, 6, 12]
    assert reasons[0] == "first" and reasons[6] == reasons[12] == "periodic"


def test_change_is_measured_against_the_last_kept_frame_so_that_a_slow_drift_counts():
    kept = sampler()
    reasons = [kept.update(flat(100 + i), MIN_MS * i) for i in range(12)]
    assert [i for i, reason in enumerate(reasons) if reason] == [0, 11] and reasons[11] == "change"


def test_change_must_exceed_the_threshold():
    kept = sampler()
    kept.update(flat(100), 0)
    assert kept.update(flat(110), MIN_MS) is None
    assert kept.update(flat(111), MIN_MS) == "change"


def test_changes_keep_their_distance_in_time():
    kept = sampler()
    kept.update(flat(0), 0)
    assert kept.update(flat(200), MIN_MS - 1) is None
    assert kept.update(flat(200), MIN_MS) == "change"


def test_kept_picture_is_a_copy():
    kept, picture = sampler(), flat(0)
    kept.update(picture, 0)
    picture[:] = flat(200)
    assert kept.update(picture, MIN_MS) == "change"


def test_clock_that_steps_back_does_not_stop_sampling():
    kept = sampler()
    kept.update(flat(0), 10 * PERIOD_MS)
    assert kept.update(flat(0), 0) is None
    assert kept.update(flat(0), PERIOD_MS) == "periodic"


def test_picture_of_another_size_is_not_compared():
    kept = sampler()
    kept.update(flat(0), 0)
    assert kept.update(flat(200, 64), MIN_MS) is None
    assert kept.update(flat(200, 64), PERIOD_MS) == "periodic"


def test_change_of_the_state_is_kept_with_what_is_around_it():
    kept = sampler()
    assert kept.update(flat(0), 0, "closed") == "first"
    assert kept.update(flat(0), 500, "closed") is None
    choice = kept.choice(flat(0), 1000, "open")
    assert (choice.reason, choice.roll, choice.evaluation) == ("flip", 3000, False)
    assert kept.choice(flat(0), PERIOD_MS + 1000, "open").roll == 0


def test_state_that_flickers_is_kept_now_and_then():
    kept = sampler()
    states = ["open" if i % 2 else "closed" for i in range(40)]
    reasons = [kept.update(flat(0), 500 * i, states[i]) for i in range(40)]
    assert [i for i in range(40) if reasons[i] == "flip"] == [1, 11, 21, 31]


def test_new_model_is_no_change_of_the_state():
    kept = sampler()
    kept.update(flat(0), 0)
    assert kept.update(flat(0), 1000, "unknown") is None
