from camera_firmware.evidence import Evidence
from camera_firmware.metrics import Metrics


class Silent:
    said = None

    def repeated(self, area, text):
        self.said = text


def evidence(size=8, allocate=bytearray):
    made = Evidence(size, allocate, Silent(), Metrics())
    made.again()
    assert not made.waiting
    return made


def test_picture_on_its_way_stays_whole_while_newer_ones_come():
    one = evidence()
    one.offer(b"first")
    sent = one.begin()
    for newer in (b"second", b"third", b"4th"):
        one.offer(newer)
        assert bytes(sent) == b"first"
    one.end(True)
    assert one.waiting and bytes(one.begin()) == b"4th"
    one.offer(b"fifth")
    one.end(True)
    assert bytes(one.begin()) == b"fifth"
    one.end(True)
    assert not one.waiting


def test_another_connection_gets_the_newest_picture_again():
    one = evidence()
    one.offer(b"first")
    one.begin()
    one.end(True)
    one.again()
    assert one.waiting and bytes(one.begin()) == b"first"


def test_picture_that_breaks_three_connections_is_left_until_there_is_a_newer_one():
    one = evidence()
    one.offer(b"first")
    for _ in range(3):
        assert one.waiting
        one.begin()
        one.end(False)
        assert not one.waiting
        one.again()
    assert not one.waiting
    one.offer(b"second")
    assert one.waiting and bytes(one.begin()) == b"second"


def test_picture_that_is_too_large_or_for_which_there_is_no_memory_is_counted():
    def none(size):
        raise MemoryError
    for one in (evidence(4), evidence(8, none)):
        one.offer(b"first")
        assert not one.waiting and one._metrics.value("pictures_dropped") == 1
    assert one._log.said == "no memory for pictures of transitions"


def test_memory_is_taken_at_the_first_picture_only():
    taken = []

    def allocate(size):
        taken.append(size)
        return bytearray(size)
    one = evidence(8, allocate)
    assert taken == []
    for _ in range(3):
        one.offer(b"12345678")
    assert taken == [16]
