from sampling_scene import DAY_MS, HOUR_MS, Lcg, difference, flat, look, pattern

from contract.sampling.change import Background, Change
from contract.sampling.novelty import Colour, Shape
from contract.sampling.periodic import Periodic, Random
from contract.sampling.rarity import BEGINNING, WITHIN, Episodes, Rarity
from contract.sampling.unexpected import Margin, Unexpected


def play(strategy, looks, step_ms=1000, start=0):
    """The reasons, one frame every step_ms; a frame with a reason is kept."""
    reasons = []
    for i, seen in enumerate(looks):
        reasons.append(strategy.update(seen, start + i * step_ms))
        if reasons[-1]:
            strategy.kept(seen, start + i * step_ms)
    return reasons


def times(reasons):
    return [i for i, reason in enumerate(reasons) if reason]


def test_periodic_counts_from_the_last_kept_frame():
    periodic = Periodic(60000)
    assert times(play(periodic, [look(flat(0))] * 13, 10000)) == [6, 12]
    periodic.kept(None, 130000)
    assert periodic.update(None, 189999) is None and periodic.update(None, 190000) == "periodic"


def test_periodic_waits_anew_when_the_clock_steps_back():
    periodic = Periodic(60000)
    periodic.kept(None, DAY_MS)
    assert periodic.update(None, 0) is None and periodic.update(None, 59999) is None
    assert periodic.update(None, 60000) == "periodic"


def test_random_takes_one_frame_a_slot_at_an_instant_that_content_does_not_move():
    dull = times(play(Random(HOUR_MS, Lcg(1)), [look(flat(0))] * 1440, 60000))
    lively = times(play(Random(HOUR_MS, Lcg(1)), [look(pattern(i % 9)) for i in range(1440)], 60000))
    assert dull == lively and [(i - 1) // 60 for i in dull] == list(range(24))


def test_random_instants_are_uniform_within_the_slot():
    minutes = [(i - 1) % 60 for i in times(play(Random(HOUR_MS, Lcg(3)), [look(flat(0))] * 6001, 60000))]
    quarters = [len([m for m in minutes if m // 15 == q]) for q in range(4)]
    assert sum(quarters) == 100 and min(quarters) > 15 and max(quarters) < 36


def test_random_survives_jumps_of_the_clock():
    random = Random(HOUR_MS, Lcg(1))
    for start in (0, 100 * DAY_MS, 5 * DAY_MS):
        assert 9 <= len(times(play(random, [look(flat(0))] * 600, 60000, start))) <= 11


def test_change_is_against_the_frame_before():
    reasons = play(Change(1024, difference), [look(flat(v)) for v in (50, 52, 60, 60, 50, 50)])
    assert reasons == [None, None, "change", None, "change", None]


def test_change_learns_a_noisy_camera():
    random = Lcg(1)
    change = Change(512, difference)
    noisy = [look(bytearray([100 + random.below(20) for _ in range(64)])) for _ in range(100)]
    reasons = play(change, noisy)
    assert reasons[1] == "change" and not any(reasons[40:])
    assert change.update(look(flat(180)), 0) == "change"


def test_change_forgives_pictures_of_another_size():
    change = Change(1024, difference)
    assert change.update(look(flat(0)), 0) is None and change.update(look(bytearray(16)), 1) is None
    assert change.update(look(bytearray([50] * 16)), 2) == "change"


def background():
    return Background(1024, 60000, difference)


def test_background_sees_what_came_in_slowly_and_what_stays():
    scene = background()
    slow = play(scene, [look(flat(100 + i)) for i in range(10)])
    assert times(slow) == [5, 6, 7, 8, 9]  # more than four grey levels from the first picture


def test_background_takes_in_what_stands_still_but_not_what_passes():
    scene = background()
    parcel = play(scene, [look(flat(100))] + [look(flat(140))] * 100)
    assert times(parcel) == list(range(1, 61))
    passing = play(background(), [look(flat(100 if i % 30 < 20 else 140)) for i in range(300)])
    assert len(times(passing)) == 100


def test_background_follows_slow_light():
    scene = background()
    levels = [look(flat(50 + i)) for i in range(30)]
    assert not times(play(scene, [levels[i // 100] for i in range(3000)]))


def test_background_waits_anew_when_the_clock_steps_back():
    scene = background()
    play(scene, [look(flat(100))], start=DAY_MS)
    assert len(times(play(scene, [look(flat(140))] * 100))) == 60


def test_shape_is_the_distance_to_everything_kept():
    shape = Shape(2048, 8, difference)
    reasons = play(shape, [look(pattern(i)) for i in (1, 2, 1, 2, 3, 3, 1)])
    assert reasons == ["shape", "shape", None, None, "shape", None, None]


def test_shape_prefers_the_histogram_of_gradients():
    shape = Shape(2048, 8, difference)
    first, second = look(pattern(1)), look(pattern(2))
    second.hog = first.hog
    assert play(shape, [first, second]) == ["shape", None]


def test_colour_needs_a_histogram():
    colour = Colour(2048, 8, difference)
    grey = look(flat(0))
    grey.colour = None
    assert play(colour, [grey, look(flat(0)), look(flat(0)), look(flat(99))]) == [None, "colour", None, "colour"]


def test_a_frame_must_be_the_stranger_the_greater_the_strain():
    shape = Shape(2048, 8, difference)
    shape.kept(look(flat(100)), 0)
    assert shape.beyond(look(flat(110)), 256) and not shape.beyond(look(flat(110)), 512)


def states(letters, short_ms=5000):
    names = {"c": "closed", "o": "open", "u": "unknown", "-": None}
    unexpected = Unexpected(short_ms)
    pairs = [pair if len(pair) == 2 else pair * 2 for pair in letters.split()]
    return [unexpected.update(look(flat(0), names[v], 100, names[s]), 1000 * i) for i, (v, s) in enumerate(pairs)]


def test_flip_is_a_change_of_the_smoothed_state_but_not_its_first():
    assert states("-- uu cc cc uu oo oo") == [None] * 5 + ["flip", None]


def test_state_held_for_an_implausibly_short_time_is_short():
    assert states("c o o o o c") == [None, "flip", None, None, None, "short"]
    assert states("c o o o o o c")[-1] == "flip"


def test_disagreement_is_the_first_frame_of_its_run():
    assert states("cc oc oc cc oc uc oc") == [None, "disagreement", None, None, "disagreement", None, "disagreement"]


def test_margin_is_a_small_lead():
    margin = Margin(24)
    found = [margin.update(look(flat(0), "open", lead), 0) for lead in (255, 25, 24, 0)]
    assert found == [None, None, "margin", "margin"] and margin.update(look(flat(0)), 0) is None


def test_a_state_of_less_than_a_fifth_of_the_frames_is_rare():
    rarity = Rarity()
    assert [rarity.update(state) for state in ["closed"] * 4 + ["open"]] == [False] * 5
    assert [rarity.update(state) for state in ["closed"] * 20 + ["open"]] == [False] * 20 + [True]
    assert not rarity.update("unknown") and not rarity.update(None)


def test_rarity_survives_a_restart():
    rarity, again = Rarity(), Rarity()
    for _ in range(100):
        rarity.update("closed")
    again.restore(rarity.dump())
    assert again.update("open")


def test_an_episode_is_kept_at_its_beginning_and_then_ever_more_seldom():
    episodes, kept = Episodes(8000, 20000), []
    for second in range(200):
        wanted = episodes.update("open", True, second * 1000)
        if wanted:
            kept.append((second, wanted))
            episodes.kept("open", second * 1000)
    assert kept == [(0, BEGINNING), (20, WITHIN), (60, WITHIN), (140, WITHIN)]


def test_episodes_begin_no_more_often_than_the_gap():
    episodes, kept = Episodes(8000, 20000), []
    for second in range(40):
        if episodes.update("open" if second % 2 else "closed", second % 2 == 1, second * 1000):
            kept.append(second)
            episodes.kept("open", second * 1000)
    assert kept == [1, 9, 17, 25, 33]
