from expect import raises
from sampling_scene import Lcg, difference, flat, nearest, pattern

from contract.sampling.centres import FAR, Centres


def filled(vectors, capacity=4, join=512):
    centres = Centres(capacity, join, difference)
    for vector in vectors:
        centres.add(vector)
    return centres


def greys(centres):
    return sorted(vector[0] for vector in centres._vectors[:len(centres)])


def test_without_centres_everything_is_far():
    assert Centres(4, 512, difference).distance(flat(0), 65280) == FAR
    assert filled([flat(0)]).distance(bytearray(16), 65280) == FAR


def test_distance_is_that_of_the_nearest_centre():
    centres = filled([flat(0), flat(100), flat(200)])
    for grey, distance in ((0, 0), (10, 10), (90, 10), (149, 49), (255, 55)):
        assert centres.distance(flat(grey), 0) == distance * 256


def test_enough_may_end_the_search_early():
    calls = []
    centres = Centres(8, 0, lambda a, b: calls.append(1) or difference(a, b))
    for i in range(8):
        centres.add(flat(30 * i))
    del calls[:]
    centres.distance(flat(211), 512)
    assert len(calls) == 1
    centres.distance(flat(0), 512)
    assert len(calls) == 10
    centres.distance(flat(0), 512)
    assert len(calls) == 11


def test_a_near_vector_joins_and_a_far_one_becomes_a_centre():
    assert greys(filled([flat(0), flat(1), flat(2), flat(3), flat(100)])) == [0, 3, 100]


def test_a_full_set_gives_up_one_of_its_two_nearest_for_something_farther():
    assert greys(filled([flat(v) for v in (0, 100, 110, 200, 250)])) in ([0, 100, 200, 250], [0, 110, 200, 250])


def test_a_full_set_ignores_what_would_lie_closer_than_its_nearest_two():
    assert greys(filled([flat(v) for v in (0, 80, 160, 240, 200)])) == [0, 80, 160, 240]


def test_of_the_two_nearest_the_one_that_more_frames_joined_stays():
    assert greys(filled([flat(v) for v in (0, 100, 110, 111, 200, 250)])) == [0, 110, 200, 250]


def test_spread_is_exact_after_tidying():
    random, centres = Lcg(5), Centres(6, 256, difference)
    assert centres.spread == 0
    for _ in range(200):
        centres.add(flat(random.below(256)))
        for _ in range(7):
            centres.tidy()
        held = greys(centres)
        if len(held) == 6:
            assert centres.spread == 256 * min(b - a for a, b in zip(held, held[1:]))


def test_every_vector_stays_within_twice_the_spread_of_some_centre():
    """The covering radius of a stream: not far from the best that so many centres can do."""
    random, centres, seen = Lcg(9), Centres(8, 256, difference), []
    for _ in range(300):
        seen.append(random.below(256))
        centres.add(flat(seen[-1]))
        centres.tidy()
    radius = max(min(abs(v - grey) for grey in greys(centres)) for v in seen)
    assert len(centres) == 8 and radius <= 36  # the best is 16


def test_a_vector_that_waits_counts_already():
    centres = filled([flat(0)])
    centres.later(flat(100))
    assert centres.near(flat(101), 512) and centres.distance(flat(110), 0) == 2560 and len(centres) == 1
    assert centres.near(flat(1), 512)
    centres.settle()
    assert greys(centres) == [0, 100] and not centres.waits


def test_vectors_wait_in_a_queue_and_the_oldest_is_forgotten_where_it_is_full():
    centres = Centres(8, 512, difference)
    for i in range(5):
        centres.later(flat(50 * i))
        assert [centres.near(flat(50 * j), 0) for j in range(i + 1)][-4:] == [True] * min(4, i + 1)
    assert centres.waits == 4 and not centres.near(flat(0), 0)
    for left in (3, 2, 1, 0):
        assert centres.tidy() and centres.waits == left
    assert greys(centres) == [50, 100, 150, 200]


def test_one_call_for_all_centres_gives_what_one_call_each_gives():
    random, slow, quick = Lcg(3), Centres(5, 256, difference), Centres(5, 256, difference, nearest)
    for i in range(150):
        vector = pattern(random.below(30))
        assert slow.distance(vector, 0) == quick.distance(vector, 0)
        for centres in (slow, quick):
            centres.later(vector)
            for _ in range(i % 4):
                centres.tidy()
        assert slow.spread == quick.spread
    assert slow.dump() == quick.dump() and len(quick) == 5


def test_prepared_buffers_stay_empty_and_are_made_once():
    centres = Centres(4, 512, difference)
    centres.prepare(64)
    table = centres._table
    assert len(centres) == 0 and centres.distance(flat(0), 65280) == FAR
    centres.add(flat(7))
    centres.prepare(64)
    assert centres._table is table and greys(centres) == [7]


def test_restart_keeps_the_centres():
    before = filled([pattern(i) for i in range(4)])
    after = Centres(4, 512, difference)
    after.restore(before.dump())
    assert len(after) == 4 and after.distance(pattern(2), 0) == 0
    assert after.dump() == before.dump()


def test_damaged_dumps_are_refused():
    good = filled([pattern(i) for i in range(4)]).dump()
    for damaged in ({}, {"vectors": ["AAAA"], "hits": []}, {"vectors": ["AAAA", "AA=="], "hits": [1, 1]},
                    {"vectors": good["vectors"]}, {"vectors": [3], "hits": [1]}, {"vectors": [""], "hits": [1]}):
        raises((ValueError, KeyError, TypeError), Centres(4, 512, difference).restore, damaged)


def test_vectors_of_another_length_begin_a_new_set():
    centres = filled([flat(0), flat(100)])
    centres.add(bytearray(16))
    assert len(centres) == 1 and centres.distance(bytearray(16), 0) == 0
