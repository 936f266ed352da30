from sampling_scene import difference, flat, look, nearest, pattern

from contract.sampling.album import Album
from contract.sampling.change import Background
from contract.sampling.events import BEGINNING, Events
from contract.sampling.settings import complete
from contract.sampling.stay import DRIFT, WITHIN, Stay

STEP_MS = 2000
CLOSED, OPEN = 60, 160  # grey levels


def wanted(levels, still=(), threshold=2048, **times):
    """[(frame, what)] of a Stay that sees these greys against a background of 60 and keeps all that it wants."""
    stay, kept = Stay(times.get("gap_ms", 20000), times.get("growth_ms", 2000), difference), []
    for i, level in enumerate(levels):
        what = stay.update(look(flat(level)), 256 * abs(level - CLOSED), threshold, i in still, i * STEP_MS)
        if what:
            if what != DRIFT:
                stay.kept(look(flat(level)), i * STEP_MS)
            kept.append((i, what))
    return kept


def test_a_door_that_flies_open_has_its_frame_at_once():
    assert wanted([60, 160, 60]) == [(1, BEGINNING)]


def test_a_door_that_opens_slowly_is_kept_when_it_is_open():
    assert wanted([60, 70, 75, 78, 78, 78, 60], still=(4, 5)) == [(4, BEGINNING)]
    assert wanted([60, 70, 75, 80, 70, 60]) == [(4, BEGINNING)]  # or as it begins to shut


def test_a_stretch_that_grows_without_end_is_not_waited_for():
    assert wanted([60, 69, 71, 73, 76, 79, 83]) == [(5, BEGINNING)]


def test_after_a_visitor_comes_the_door_that_he_opens():
    kept = wanted([60, 75, 75, 75, 160, 160, 60], still=(2, 3, 5))
    assert kept == [(2, BEGINNING), (5, BEGINNING)]


def test_a_door_that_shuts_again_needs_no_second_frame():
    assert wanted([60, 160, 150, 120, 90, 70, 60]) == [(1, BEGINNING)]


def test_stretches_close_together_are_one():
    assert len(wanted([60, 160, 60, 160, 60, 160])) == 1
    assert len(wanted([60, 160] + [60] * 12 + [160])) == 2


def test_where_the_picture_drifts_nothing_begins():
    assert wanted([60, 65, 67, 69, 72], still=range(5)) == [(3, DRIFT), (4, DRIFT)]


def test_background_knows_the_view_that_returns():
    """A parcel stands for five minutes in front of a view of hours; its removal shows nothing new, the door does."""
    scene = Background(2048, 60000, difference)
    for i in range(1000):
        scene.update(look(flat(CLOSED if i < 700 else 110)), i * STEP_MS)
    assert scene.returns(look(flat(CLOSED + 2))) and not scene.returns(look(flat(OPEN)))
    for i in range(1000, 1100):
        scene.update(look(flat(CLOSED)), i * STEP_MS)
    assert not scene.returns(look(flat(110))), "a parcel of five minutes is not the usual view"


def made():
    return Events(complete({}), difference, Album(8, 704, difference, nearest))


def play(events, shown, known=False):
    """Frames that are wanted; `shown`: (picture, verdict) each STEP_MS; `known`: the picture is its own tiny one."""
    kept = []
    for i, (picture, verdict) in enumerate(shown):
        seen = look(picture, verdict)
        seen.tiny = picture if known else None
        events.update(seen, i * STEP_MS)
        if events.wanted and events.plain:
            events.kept(seen, i * STEP_MS)
            kept.append(i)
    return kept


def test_an_opening_is_wanted_with_and_without_a_model():
    for closed, opened in ((None, None), ("closed", "open")):
        events = made()
        shown = [(flat(CLOSED), closed)] * 100 + [(flat(OPEN), opened)] * 10 + [(flat(CLOSED), closed)] * 100
        assert play(events, shown) == [100]


def test_light_that_comes_slowly_is_no_event_and_the_door_after_it_is_one():
    """A sun that makes the view brighter for half an hour, or for six minutes, then the door."""
    events = made()
    shown = [(flat(CLOSED + i // 20), None) for i in range(900)] + [(flat(OPEN + 40), None)] * 10
    assert play(events, shown) == [900]
    shown = [(flat(CLOSED + i // 2), None) for i in range(200)] + [(flat(OPEN + 40), None)] * 10
    assert play(made(), shown) == [200]


def test_what_only_the_model_sees_is_wanted_at_most_every_half_hour():
    events = made()
    shown = [(flat(CLOSED), "open" if i >= 500 and i % 20 < 3 else "closed") for i in range(2600)]
    assert play(events, shown) == [500, 1400, 2300]


def test_in_a_view_that_never_rests_the_model_is_believed():
    events = made()
    shown = [(pattern(i), "open" if i == 900 else "closed") for i in range(1000)]
    assert 900 in play(events, shown)


LAMP, SUN = flat(72), flat(CLOSED)  # as far from the closed door as from each other
SUN[:32] = bytes([CLOSED + 24] * 32)


def played(shown, known):
    """Frames that are wanted, and kept, of (picture, frames) one after the other."""
    events, kept, now_ms = made(), [], 0
    for picture, count in shown:
        for _ in range(count):
            seen = look(picture)
            seen.tiny = seen.small if known else None
            events.update(seen, now_ms)
            if events._album.stands:
                events._album.tidy(now_ms)
            if events.wanted:
                events.kept(seen, now_ms)
                kept.append(now_ms // STEP_MS)
            now_ms += STEP_MS
    return kept


def test_a_view_that_has_stood_for_long_is_no_event_when_it_returns_and_the_door_after_it_is_one():
    """Lamp and sun for twenty minutes each, then both again."""
    shown = [(flat(CLOSED), 650), (LAMP, 650), (SUN, 650), (flat(CLOSED), 650), (LAMP, 650), (flat(OPEN), 5)]
    assert played(shown, True) == [651, 1301, 3250]
    assert played(shown, False) == [651, 1301, 1951, 2601, 3250], "but for the album"


def test_an_opening_right_after_a_known_lamp_is_seen():
    shown = [(flat(CLOSED), 650), (LAMP, 650), (SUN, 650), (flat(CLOSED), 650), (LAMP, 2), (flat(OPEN), 5), (LAMP, 100)]
    assert [i for i in played(shown, True) if 2602 <= i < 2607] == [2603]


def test_a_light_changes_nearly_all_of_the_picture_and_a_door_a_part_of_it():
    events = made()
    calm = look(flat(CLOSED))
    calm.tiny = calm.small
    events.update(calm, 0)
    for changed, flash in ((64, True), (60, True), (40, False), (20, False)):
        seen = look(flat(CLOSED))
        seen.tiny = flat(CLOSED)
        for i in range(changed):
            seen.tiny[i] += 30
        assert events.is_flash(seen) == flash, changed
    assert not events.is_flash(look(flat(OPEN))), "without small pictures nothing is known of it"
