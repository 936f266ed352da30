from sampling_scene import Lcg, difference, flat, nearest, pattern

from contract.sampling.album import Album

ALIKE = 704
MINUTE_MS = 60000


def album(places=4, find=nearest):
    return Album(places, ALIKE, difference, find)


def kept(book, picture, time_ms, searched=True):
    book.show(picture, True, time_ms)
    if searched:
        book.has()
    book.add(time_ms)


def known(book, picture, time_ms=0):
    book.show(picture, True, time_ms)
    return book.has()


def test_an_empty_album_knows_nothing():
    for picture in (None, flat(0), flat(127), flat(255), pattern(1)):
        assert not known(album(), picture)


def test_what_was_kept_is_known_and_how_long_ago():
    for searched in (True, False):
        book = album()
        kept(book, flat(100), 5000, searched)
        assert known(book, flat(102)) and book.age(65000) == 60000 and not book.usual()
        assert not known(book, flat(103)) and not known(book, pattern(1))


def test_no_picture_is_added_by_show_alone():
    book = album()
    known(book, flat(100))
    assert not known(book, flat(100))


def test_alike_pictures_are_found_across_the_edges_of_shelves():
    """Two greys on both sides of every edge, the last and the first shelf among them."""
    for grey in range(7, 255, 8):
        book = album()
        kept(book, flat(grey), 0)
        assert known(book, flat(grey + 1)), grey
        book = album()
        kept(book, flat(grey + 1), 0)
        assert known(book, flat(grey)), grey


def test_one_that_is_like_another_makes_it_younger():
    book = album(2)
    for i in range(50):
        kept(book, flat(100 + i % 2), i * 1000)
    kept(book, flat(96), 60000)
    assert known(book, flat(100)) and book.age(60000) == 11000
    assert known(book, flat(96)) and book.age(60000) == 0


def mean_100(seed):
    """Pictures of one mean brightness, unlike each other."""
    picture, random = flat(100), Lcg(seed)
    for i in range(0, 64, 2):
        step = random.below(90)
        picture[i] += step
        picture[i + 1] -= step
    return picture


def test_a_full_shelf_lets_go_of_what_was_not_recognised():
    book = album(4)
    for i in range(12):
        kept(book, mean_100(i), i)
        assert known(book, mean_100(0)), "it is recognised every time"
    assert known(book, mean_100(11)) and not known(book, mean_100(5))


def test_other_shelves_do_not_suffer():
    book = album(2)
    kept(book, flat(30), 0)
    for i in range(20):
        kept(book, mean_100(i), i)
    assert known(book, flat(30))


def stand(book, picture, from_ms, minutes, tidy=True):
    """As it is shown every ten seconds, like the background."""
    for now_ms in range(from_ms, from_ms + minutes * MINUTE_MS, 10000):
        book.show(picture, False, now_ms)
        if book.stands and tidy:
            book.tidy(now_ms)


def test_what_stands_for_ten_minutes_is_usual():
    book = album()
    stand(book, flat(50), 0, 9)
    assert not known(book, flat(50))
    book = album()
    stand(book, flat(50), 0, 12)
    assert known(book, flat(51)) and book.usual() and book.age(720000) <= 120000


def test_it_has_ten_minutes_of_its_own_after_anything_else():
    book = album()
    stand(book, flat(50), 0, 6)
    book.show(pattern(1), True, 6 * MINUTE_MS)
    stand(book, flat(50), 6 * MINUTE_MS, 8)
    assert not known(book, flat(50))


def test_a_frame_kept_after_five_calm_minutes_is_usual_and_one_of_an_event_is_not():
    book = album()
    stand(book, flat(50), 0, 6)
    book.show(flat(50), False, 6 * MINUTE_MS)
    book.add(6 * MINUTE_MS)
    kept(book, flat(150), 7 * MINUTE_MS)
    assert known(book, flat(50)) and book.usual()
    assert known(book, flat(150)) and not book.usual()


def test_one_call_for_all_pictures_gives_what_one_call_each_gives():
    slow, quick, random = album(3, None), album(3), Lcg(4)
    for i in range(300):
        picture = mean_100(random.below(12)) if i % 2 else flat(random.below(256))
        assert known(slow, picture, i) == known(quick, picture, i)
        assert slow.age(i) == quick.age(i) and slow.usual() == quick.usual()
        for book in (slow, quick):
            book.add(i)


def test_pictures_of_another_length_begin_a_new_album():
    book = album()
    kept(book, flat(100), 0)
    assert not known(book, bytearray([100] * 16))
    kept(book, bytearray([100] * 16), 1)
    assert known(book, bytearray([100] * 16)) and not known(book, flat(100))


def test_clock_that_steps_back_lets_calm_begin_anew():
    book = album()
    stand(book, flat(50), 100 * MINUTE_MS, 5)
    stand(book, flat(50), 0, 8)
    assert not known(book, flat(50))


def test_times_move_on_together():
    book = album()
    kept(book, flat(100), 5000)
    book.rebase(4000)
    assert known(book, flat(100)) and book.age(3000) == 2000
