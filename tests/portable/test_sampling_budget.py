from expect import raises
from sampling_scene import DAY_MS, HOUR_MS, START_MS, Lcg, most

from contract.sampling.budget import EVEN, NOVEL, RANDOM, RARE, TELLING, Budget
from contract.sampling.elapsed import Elapsed
from contract.sampling.hours import HourShare
from contract.sampling.settings import DEFAULTS, SamplingError, complete

POOLS = (EVEN, NOVEL, TELLING, RARE, RANDOM)


def greedy(budget, pools, step_ms, steps, size=0):
    """Times at which the first of `pools` with room was taken from, at every step."""
    taken = []
    for i in range(steps):
        now = i * step_ms
        for pool in pools:
            if budget.may(pool, now, size):
                budget.take(pool, now)
                budget.take_bytes(size)
                taken.append(now)
                break
        budget.pass_time(step_ms)
    return taken


def test_no_day_and_no_hour_exceeds_the_budget_whatever_is_asked_for():
    for day, hour in ((100, 20), (37, 4), (500, 60)):
        taken = greedy(Budget(complete({"day_frames": day, "hour_frames": hour})), POOLS, 61000, 3 * 1440)
        assert most(taken, HOUR_MS) <= hour and most(taken, DAY_MS) <= day
        assert len(taken) > 2 * day  # and it is not because nothing is given


def test_no_day_exceeds_its_bytes():
    for size in (20000, 100000, 600000):
        budget = Budget(complete({"day_frames": 1000, "hour_frames": 100, "day_bytes": 3000000}))
        taken = greedy(budget, POOLS, 61000, 3 * 1440, size)
        assert most(taken, DAY_MS) * size <= 3000000 and taken


def test_novel_frames_leave_the_reserve_to_transitions():
    budget = Budget(complete({"hour_frames": 20, "hour_reserve_percent": 40}))
    assert len(greedy(budget, [NOVEL], 1000, 60)) == 12
    assert len(greedy(budget, [RARE, TELLING], 1000, 60)) == 7
    assert budget.may(RANDOM, 59000) and budget.may(EVEN, 59000) and not budget.may(RARE, 59000)


def test_no_pool_empties_another():
    for greedy_pool in POOLS:
        budget = Budget(complete({"hour_frames": 3600}))
        greedy(budget, [greedy_pool], 1000, 600)
        assert [pool for pool in POOLS if not budget.may(pool, DAY_MS)] == [greedy_pool]


def test_shares_add_up_to_the_day():
    assert sum(Budget(complete({})).limits) == DEFAULTS["day_frames"]


def test_unknown_size_is_taken_to_be_the_largest_of_late():
    budget = Budget(complete({"day_bytes": 100000}))
    budget.take_bytes(40000)
    assert not budget.may(NOVEL, 0) and budget.may(NOVEL, 0, 20000)


def test_restart_does_not_refill_the_budget():
    budget = Budget(complete({}))
    taken = greedy(budget, POOLS, 60000, 600, 10000)
    again = Budget(complete({}))
    again.restore(budget.dump(600 * 60000))
    assert not any(again.may(pool, 0, 10000) for pool in (NOVEL, TELLING, RARE, RANDOM))
    assert again.dump(0)["frames"] == budget.dump(600 * 60000)["frames"] and taken
    again.pass_time(26 * HOUR_MS)
    assert all(again.may(pool, 26 * HOUR_MS, 10000) for pool in POOLS)


def test_damaged_dumps_are_refused():
    good = Budget(complete({})).dump(0)
    for key, value in (("frames", [[1]]), ("bytes", ["1"] * 25), ("into", -1), ("ago", None), ("ago", [-5]),
                       ("largest", "")):
        raises((ValueError, KeyError, TypeError, IndexError), Budget(complete({})).restore, dict(good, **{key: value}))


def test_hour_of_day_has_its_share_and_the_next_hour_its_own():
    hours = HourShare(2)
    hours.sync(START_MS + 30 * 60000)
    given = []
    for minute in range(120):
        if hours.may():
            hours.take()
            given.append(minute)
        hours.pass_time(60000)
    assert given == [0, 1, 30, 31, 90, 91]


def test_without_the_time_of_day_there_is_no_share():
    for time_ms in (None, 5000000):
        hours = HourShare(0)
        hours.sync(time_ms)
        assert hours.may() and not hours.known


def test_elapsed_counts_what_a_steady_clock_shows():
    elapsed = Elapsed()
    assert [elapsed.update(START_MS + t) for t in (0, 40, 2040, 602040)] == [0, 40, 2000, 600000]


def test_elapsed_goes_on_at_once_after_a_step_back():
    elapsed, back = Elapsed(), START_MS - 5 * HOUR_MS
    passed = [elapsed.update(time_ms) for time_ms in (START_MS, START_MS + 2000, back, back + 2000, back + 4000)]
    assert passed == [0, 2000, 0, 0, 2000]


def test_elapsed_goes_on_after_a_step_back_where_long_steps_are_usual():
    elapsed = Elapsed()
    for minute in range(60):
        elapsed.update(START_MS + minute * 60000)
    back = START_MS - 5 * DAY_MS
    assert [elapsed.update(back + minute * 60000) for minute in range(4)] == [0, 0, 60000, 60000]


def test_a_clock_that_swings_earns_no_time():
    elapsed, random, shown = Elapsed(), Lcg(1), 0
    for i in range(1000):
        shown += 2000
        elapsed.update(START_MS + shown + (random.below(48) - 24) * HOUR_MS)
    assert elapsed.ms < shown + 2 * DAY_MS


def test_a_leap_of_years_counts_little_more_than_a_day():
    elapsed = Elapsed()
    elapsed.update(0)
    assert elapsed.update(START_MS) == 26 * HOUR_MS


def test_settings_name_what_is_wrong():
    assert complete({"day_frames": 50})["day_frames"] == 50 and complete({}) == DEFAULTS
    for wrong in ({"frames": 1}, {"day_frames": 5}, {"day_frames": 1.5}, {"day_frames": True}, {"rare_percent": 90}):
        text = str(raises(SamplingError, complete, wrong))
        assert "\n" not in text and ("percent" in text or list(wrong)[0] in text)
