import gc
import json

from expect import raises
from sampling_scene import DAY_MS, HOUR_MS, START_MS, Lcg, difference, flat, look, most, pattern

from contract.sample import REASONS
from contract.sampling import Policy, SamplingError

try:
    from micropython import heap_lock, heap_unlock
except ImportError:
    heap_lock = heap_unlock = gc.collect

STEP_MS = 60000
DAY = DAY_MS // STEP_MS


def policy(seed=1, **settings):
    return Policy(settings, difference, Lcg(seed))


def play(sampler, looks, start=START_MS, step_ms=STEP_MS, size=0, monotonic=None):
    """[(frame, choice)]; `looks` gives one look a step."""
    kept = []
    for i, seen in enumerate(looks):
        now_ms = None if monotonic is None else monotonic + i * step_ms
        choice = sampler.update(seen, None if start is None else start + i * step_ms, now_ms)
        if choice:
            sampler.kept(size or 20000)
            kept.append((i, choice))
    return kept


def reasons(kept):
    return [choice.reason for _, choice in kept]


def frames(kept, reason):
    return [i for i, choice in kept if choice.reason == reason]


def door(opening_frames, count=DAY, model=True):
    """A closed door that is open at the given frames; both states look each like itself."""
    closed, opened = pattern(1), pattern(2)
    for i in range(count):
        is_open = i in opening_frames
        yield look(opened if is_open else closed, ("open" if is_open else "closed") if model else None)


def test_a_dull_day_has_a_frame_in_every_hour_and_little_else():
    kept = play(policy(), door((), 2 * DAY))
    assert {i * STEP_MS // HOUR_MS for i, _ in kept} == set(range(48))
    assert reasons(kept)[0] == "first" and set(reasons(kept)) == {"first", "periodic", "random"}
    assert len(kept) < 66


def test_every_opening_has_a_frame_with_and_without_a_model():
    openings = set(range(40, DAY, 70))
    for model in (True, False):
        kept = play(policy(change=1024), door(openings, model=model))
        opened = {i for i, _ in kept} & openings
        assert len(opened) == len(openings) if model else len(opened) >= 1, model
        assert len(kept) <= 100


def test_every_opening_has_its_frame_however_much_else_there_is_to_see():
    """Twelve hours a day of pictures that are all new, and a door that opens every ninety minutes in the other twelve."""
    def scene():
        for i in range(2 * DAY):
            is_open = i % DAY >= 720 and i % 90 == 60
            lively = i % DAY < 720
            yield look(pattern(i if lively else 4001 if is_open else 4000), "open" if is_open else "closed")
    openings = {i for i in range(2 * DAY) if i % DAY >= 720 and i % 90 == 60}
    kept = {i for i, _ in play(policy(), scene())}
    assert len(openings) == 16 and openings <= kept


def test_nothing_exceeds_the_budget_when_every_frame_is_new():
    for settings in ({}, {"day_frames": 40, "hour_frames": 6}, {"day_bytes": 600000}):
        sampler = policy(**settings)
        names = ("closed", "open", "unknown")
        kept = play(sampler, (look(pattern(i), names[i % 3], i % 50) for i in range(2 * DAY)))
        times = [i * STEP_MS for i, _ in kept]
        assert most(times, HOUR_MS) <= settings.get("hour_frames", 20)
        assert most(times, DAY_MS) <= settings.get("day_frames", 100)
        assert most(times, DAY_MS) * 20000 <= settings.get("day_bytes", 1 << 40)
        assert len({time // DAY_MS for time in times}) == 2


def test_storm_of_change_leaves_the_reserve_for_transitions():
    """Twelve hours of ever new pictures, then an opening: it is kept at once."""
    def scene():
        for i in range(720):
            yield look(pattern(i), "closed")
        yield look(pattern(1), "open")
    kept = play(policy(), scene())
    assert kept[-1][0] == 720 and kept[-1][1].roll > 0 and kept[-1][1].value >= 200


def test_no_hour_of_the_day_takes_more_than_its_share_of_ordinary_frames():
    kept = play(policy(hour_percent=5, change=0), (look(pattern(i), "closed") for i in range(DAY)))
    ordinary = [i * STEP_MS // HOUR_MS for i, choice in kept if choice.reason in ("shape", "colour")]
    assert ordinary and max(ordinary.count(hour) for hour in ordinary) <= 5


def test_without_the_time_of_day_it_works_on_a_monotonic_clock_and_hours_have_no_share():
    for monotonic in (0, 1 << 29):
        kept = play(policy(hour_percent=1), door((), DAY), None, monotonic=monotonic)
        assert {i * STEP_MS // HOUR_MS for i, _ in kept} == set(range(24))
    storm = play(policy(hour_percent=1), (look(pattern(i)) for i in range(60)), None, monotonic=0)
    limited = play(policy(hour_percent=1), (look(pattern(i), "closed") for i in range(60)))
    assert len(storm) > 5 and len(limited) <= 4


def test_a_monotonic_clock_in_place_of_the_time_works_as_well():
    assert len(play(policy(), door((), DAY), 1000)) >= 24


def test_without_any_time_is_an_error():
    raises(ValueError, policy().update, look(flat(0)), None)


def swinging(count, hours):
    random, now = Lcg(4), START_MS
    for _ in range(count):
        now += STEP_MS
        yield now + (random.below(2 * hours) - hours) * HOUR_MS


def test_jumps_of_the_clock_bring_neither_a_storm_nor_silence():
    for hours in (2, 100):
        sampler, kept = policy(), []
        for i, time_ms in enumerate(swinging(DAY * 3 // 2, hours)):
            if sampler.update(look(pattern(i)), time_ms):
                sampler.kept(20000)
                kept.append(i)
        assert 20 <= len(kept) <= 150 + hours and max(kept) > DAY


def test_one_jump_forward_or_back_leaves_the_rhythm():
    for jump in (-5 * DAY_MS, 5 * DAY_MS, -HOUR_MS, HOUR_MS):
        sampler, scene = policy(), list(door((), 2))
        first = play(sampler, (scene[0] for _ in range(300)))
        second = play(sampler, (scene[0] for _ in range(600)), START_MS + 300 * STEP_MS + jump)
        assert len(first) <= 8 and 10 <= len(second) <= 15
        gaps = [b - a for (a, _), (b, _) in zip(second, second[1:])]
        assert max(gaps) <= 115


def test_with_a_monotonic_clock_jumps_of_the_time_change_nothing_but_the_share():
    def kept(times):
        sampler, out = policy(hour_percent=100, period_ms=1200000), []
        for i, time_ms in enumerate(times):
            choice = sampler.update(look(pattern(i)), time_ms, i * STEP_MS)
            if choice:
                out.append((i, choice.reason))
        return out
    assert kept(swinging(300, 100)) == kept([None] * 300)


def restarted(sampler, **settings):
    again = policy(**settings)
    assert again.restore(json.loads(json.dumps(sampler.dump())))
    return again


def test_restart_knows_what_was_kept():
    sampler = policy()
    play(sampler, door((), 60))
    kept = play(restarted(sampler), door((), 50), START_MS + HOUR_MS)
    assert set(reasons(kept)) <= {"random"}


def test_restarts_do_not_refill_the_budget():
    for start in (START_MS, None):
        sampler, kept = policy(), []
        for i in range(DAY):
            if i % 30 == 0:
                sampler = restarted(sampler)
            time_ms = None if start is None else start + i * STEP_MS
            if sampler.update(look(pattern(i), "open" if i % 2 else "closed"), time_ms, i * STEP_MS):
                kept.append(i * STEP_MS)
                sampler.kept(20000)
        assert most(kept, HOUR_MS) <= 20 and 20 <= len(kept) <= 100


def test_budget_returns_with_the_time_that_a_stopped_process_missed():
    sampler = policy()
    play(sampler, door((), 2))
    sampler.kept(1 << 25)  # all bytes of a day
    assert not play(restarted(sampler), door((), 120), None, monotonic=0)
    assert play(restarted(sampler), door((), 120), START_MS + 3 * DAY_MS, monotonic=0)


def test_damaged_memory_begins_anew():
    good = policy().dump()
    for damaged in ({}, [], None, {"version": 2}, dict(good, budget={}), dict(good, shape=1), dict(good, states=[1]),
                    dict(good, time_ms="x"), dict(good, colour={"vectors": ["!"], "hits": [1]})):
        sampler = policy()
        assert not sampler.restore(damaged)
        assert sampler.update(look(flat(0)), START_MS).reason == "first"


def test_random_slice_is_marked_and_does_not_depend_on_content():
    def slice_of(looks):
        kept = play(policy(), looks)
        assert all(choice.evaluation == (choice.reason == "random") for _, choice in kept)
        return frames(kept, "random")
    dull = slice_of(door(()))
    assert dull == slice_of(look(pattern(i), "open" if i % 2 else "closed", 0) for i in range(DAY)) and len(dull) >= 4


def test_flapping_verdicts_do_not_use_up_the_day():
    """A model that flips every few seconds for an hour over the same picture, and a door that opens afterwards."""
    def scene():
        for i in range(2400):
            yield look(pattern(1), "closed")
        for i in range(1800):
            yield look(pattern(1), "open" if i % 3 == 0 else "closed")
        for i in range(900):
            yield look(pattern(1), "closed")
        yield look(pattern(2), "open")
    kept = play(policy(), scene(), step_ms=2000)
    assert kept[-1][0] == 5100 and len(kept) < 30


def test_disagreement_and_low_margin_are_kept():
    def scene():
        for i in range(100):
            yield look(pattern(1), "closed")
        yield look(pattern(2), "open", 100, "closed")
        for i in range(100):
            yield look(pattern(1), "closed")
        yield look(pattern(3), "closed", 3)
    kept = dict(play(policy(), scene(), step_ms=2000))
    assert kept[100].reason == "disagreement" and kept[201].reason in ("margin", "change")


def test_transition_is_worth_more_than_a_novel_frame_and_that_more_than_a_periodic_one():
    best = {}
    openings = set(range(50, DAY, 90))
    shown = [(i // 300, "closed") if i not in openings else (2000, "open") for i in range(DAY)]
    scene = (look(pattern(seed), state) for seed, state in shown)
    for _, choice in play(policy(), scene):
        best.setdefault(choice.reason, []).append(choice.value)
        assert 0 <= choice.value <= 255
    assert min(best["random"]) > max(best["disagreement"] if "disagreement" in best else best["flip"])
    assert min(best["flip"]) > max(best["change"]) > max(best["periodic"])


def test_rolled_frames_count():
    sampler = policy(day_frames=20)
    rolled = 0
    while sampler.may_roll():
        sampler.kept(10000, True)
        rolled += 1
    assert 0 < rolled <= 5


def test_three_days_of_frames_keep_times_small():
    sampler = policy()
    kept = play(sampler, door((), 20 * 24), step_ms=HOUR_MS // 2)  # ten days
    assert sampler._elapsed.ms < 1 << 28 and len(kept) > 200
    assert max(b - a for (a, _), (b, _) in zip(kept, kept[1:])) <= 3


def test_settings_are_checked():
    raises(SamplingError, policy, frames=3)


def quiet(sampler, looks, now_ms):
    """Frames that are not kept, 2 s apart; True if one was. Nothing in here may allocate."""
    heap_lock()
    try:
        for i in range(20):
            if sampler.update(looks[i & 1], None, now_ms):
                return True
            now_ms += 2000
        return False
    finally:
        heap_unlock()


def test_a_frame_that_is_not_kept_allocates_nothing():
    for state in (None, "closed"):
        sampler, looks = policy(), [look(pattern(1), state), look(pattern(1), state)]
        looks[1].small = bytearray(looks[0].small)
        looks[1].small[0] ^= 7
        sampler.update(looks[0], None, 0)
        for i in range(20):
            sampler.update(looks[i & 1], None, 2000 * i)
        assert not quiet(sampler, looks, 40000)


def test_frames_refused_for_lack_of_budget_allocate_nothing():
    sampler = policy(hour_frames=4, change=1024)
    looks = [look(pattern(i), "closed", 0) for i in (1, 2)]
    for i in range(20):
        sampler.update(looks[i & 1], None, 2000 * i)
    assert not quiet(sampler, looks, 40000)


def test_every_reason_is_one_that_sidecars_know():
    scene = (look(pattern(i), ("closed", "open", "unknown")[i // 7 % 3], i % 60) for i in range(DAY))
    found = set(reasons(play(policy(), scene)))
    assert len(found) >= 4 and found <= set(REASONS), found


def test_without_a_model_every_sudden_change_that_lasts_is_kept_even_if_it_looks_like_an_earlier_one():
    def scene():
        for i in range(10):
            for _ in range(100):
                yield look(pattern(1))
            for _ in range(3):
                yield look(pattern(2))
    kept = {i for i, _ in play(policy(), scene(), step_ms=20000)}
    assert all({103 * i + 100, 103 * i + 101, 103 * i + 102} & kept for i in range(10))
