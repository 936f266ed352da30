import asyncio
import json
import os

from camera_firmware.event_log import LOG_BYTES, MAX_LINE_BYTES, EventLog
from camera_firmware.events import Events
from camera_firmware.metrics import Metrics
from camera_firmware.outbox import Cursors
from contract.events import FIELDS, FRAMES, KINDS, REASONS
from contract.smoother import Smoother
from expect import raises


class Silent:
    said = None

    def info(self, area, text):
        pass

    def repeated(self, area, text):
        self.said = text

    def recovered(self, area, text):
        self.said = None


def folder():
    path = "/tmp/doorlens-events-test-%s" % "".join("%02x" % value for value in os.urandom(8))
    os.mkdir(path)
    return path


def clear(path):
    for name in os.listdir(path):
        os.remove(path + "/" + name)
    os.rmdir(path)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def event(number, length=0):
    return json.dumps({"sequence": number, "text": "x" * length}).encode()


def numbers(log, after=0):
    place, found = log.after(after), []
    while True:
        one = log.read(place)
        if one is None:
            return found
        found.append(one[0])
        place = one[2]


def filled(path, count, limit=LOG_BYTES, length=0):
    log = EventLog(path, limit)
    for number in range(log_start(log), log_start(log) + count):
        log.append(event(number, length), number)
    return log


def log_start(log):
    log.open()
    return log.last + 1


def test_log_goes_on_where_the_last_life_ended():
    path = folder()
    assert numbers(EventLog(path)) == []
    filled(path, 3)
    log = filled(path, 2)
    assert log.last == 5 and numbers(log) == [1, 2, 3, 4, 5] and numbers(log, 3) == [4, 5] and numbers(log, 5) == []
    assert [json.loads(line)["sequence"] for line in read(path + "/events.jsonl").decode().splitlines()] == [1, 2, 3, 4, 5]
    clear(path)


def test_log_is_bounded_and_loses_its_oldest():
    path = folder()
    log = EventLog(path, 1000)
    place = log.after(0)
    for number in range(1, 101):
        log.append(event(number, 20), number)
        assert sum(len(read(path + "/" + name)) for name in os.listdir(path)) <= 2000
    kept = numbers(log)
    assert kept == list(range(kept[0], 101)) and 20 < len(kept) < 60
    assert log.read(place)[0] == kept[0], "a place that is gone becomes the oldest there is"
    assert numbers(EventLog(path, 1000)) == kept and EventLog(path, 1000).after(0) == (-1, 0)
    clear(path)


def test_place_behind_any_number_is_found_in_a_long_log():
    path = folder()
    log = filled(path, 300, 20000, 100)
    assert len(os.listdir(path)) == 2
    kept = numbers(log)
    for number in range(kept[0], 301, 7):
        assert numbers(log, number) == list(range(number + 1, 301)), number
    clear(path)


def test_reader_follows_the_log_over_a_rotation():
    path = folder()
    log, place, seen = EventLog(path, 1000), None, []
    for number in range(1, 60):
        log.append(event(number, 20), number)
        place = place or log.after(0)
        while number % 7 == 0:
            one = log.read(place)
            if one is None:
                break
            seen.append(one[0])
            place = one[2]
    assert seen == list(range(1, 57))
    clear(path)


def test_torn_line_of_any_length_is_written_over():
    for torn in (b'{"seq', b'{"sequence": 9, "te', event(9)[:-1], b"\0" * 700, b"\0" * 4096, b"\n", b"x\ny\n{}\n[]\n3\n", b"\xff\xfe"):
        path = folder()
        filled(path, 3)
        whole = read(path + "/events.jsonl")
        write(path + "/events.jsonl", whole + torn)
        log = EventLog(path)
        log.open()
        assert log.last == 3 and numbers(log) == [1, 2, 3], torn
        log.append(event(4), 4)
        log.append(event(5), 5)
        text = read(path + "/events.jsonl").decode()
        assert [json.loads(line)["sequence"] for line in text.splitlines()] == [1, 2, 3, 4, 5], torn
        assert numbers(log) == numbers(EventLog(path)) == [1, 2, 3, 4, 5]
        clear(path)


def test_cut_at_every_byte_gives_no_number_twice():
    path = folder()
    filled(path, 5)
    whole = read(path + "/events.jsonl")
    for length in range(len(whole) + 1):
        write(path + "/events.jsonl", whole[:length])
        log = EventLog(path)
        log.open()
        assert log.last == whole[:length].count(b"\n")
        log.append(event(log.last + 1), log.last + 1)
        assert numbers(EventLog(path)) == list(range(1, log.last + 1))
    clear(path)


def test_power_cut_between_the_two_renames_of_a_rotation_loses_nothing():
    path = folder()
    filled(path, 9)
    os.rename(path + "/events.jsonl", path + "/events.previous.jsonl")
    log = filled(path, 1)
    assert log.last == 10 and numbers(log) == list(range(1, 11))
    clear(path)


def test_log_that_cannot_be_read_gives_no_number():
    path = folder()
    filled(path, 3)
    os.mkdir(path + "/bad")
    os.mkdir(path + "/bad/events.jsonl")
    log = EventLog(path + "/bad")
    raises(OSError, log.append, event(1), 1)
    raises(OSError, EventLog(path).append, event(4, MAX_LINE_BYTES), 4)
    os.rmdir(path + "/bad/events.jsonl")
    os.rmdir(path + "/bad")
    clear(path)


# Events and outboxes.

def events(path):
    return Events(path, "door", Silent(), Metrics())


def with_outbox(path):
    """(Events, its Outbox "mqtt")"""
    made = events(path)
    return made, made.outbox("mqtt", "mqtt_dropped")


def tell(made, count=1):
    for _ in range(count):
        smoother = Smoother(1, 1, 1000, FRAMES, 0)
        smoother.state = "open"
        made.publish(smoother, 0.5, 3)


def delivered(outbox, count=1000):
    told = []
    while len(told) < count:
        line = outbox.oldest()
        if line is None:
            break
        told.append(json.loads(line)["sequence"])
        outbox.done()
    return told


def test_events_have_the_fields_of_the_contract_in_its_order():
    path = folder()
    made = events(path)
    tell(made)
    text = read(path + "/events.jsonl").decode()
    places = [text.find('"%s":' % field[0]) for field in FIELDS]
    assert sorted(json.loads(text)) == sorted([field[0] for field in FIELDS]) and places == sorted(places) and places[0] == 1
    assert made.latest["sequence"] == 1 and made.latest["kind"] in KINDS and made.latest["reason"] in REASONS
    clear(path)


def test_outbox_tells_everything_in_order_and_once():
    path = folder()
    made, outbox = with_outbox(path)
    assert outbox.oldest() is None and not outbox.waiting
    tell(made, 3)
    assert outbox.waiting and json.loads(outbox.oldest())["sequence"] == json.loads(outbox.oldest())["sequence"] == 1
    assert delivered(outbox, 2) == [1, 2]
    tell(made)
    assert delivered(outbox) == [3, 4] and not outbox.waiting
    clear(path)


def test_new_outbox_begins_with_this_life_and_an_old_one_where_it_was():
    path = folder()
    tell(events(path), 3)
    made, outbox = with_outbox(path)
    tell(made, 3)
    assert delivered(outbox, 1) == [4]
    again = events(path)
    assert delivered(again.outbox("mqtt", "mqtt_dropped")) == [4, 5, 6], "what was delivered had not been written down"
    again.keep()
    assert delivered(events(path).outbox("mqtt", "mqtt_dropped")) == []
    clear(path)


def test_numbers_go_on_when_the_log_was_deleted():
    path = folder()
    made, outbox = with_outbox(path)
    tell(made, 7)
    assert delivered(outbox) == [1, 2, 3, 4, 5, 6, 7]
    made.keep()
    os.remove(path + "/events.jsonl")
    made, outbox = with_outbox(path)
    tell(made, 2)
    assert delivered(outbox) == [8, 9]
    clear(path)


def test_nothing_is_written_while_nothing_is_delivered():
    path = folder()
    made, outbox = with_outbox(path)
    tell(made, 2)
    made.keep()
    assert "mqtt" in json.loads(read(path + "/outbox.json"))
    write(path + "/outbox.json", b"not JSON")
    made.keep()
    assert read(path + "/outbox.json") == b"not JSON"
    delivered(outbox)
    made.keep()
    assert json.loads(read(path + "/outbox.json")) == {"mqtt": 2}
    clear(path)


def test_what_was_told_is_written_down_when_all_is_told_and_then_once_a_minute():
    path = folder()
    made, outbox = with_outbox(path)
    tell(made, 3)
    slept, kept = [], []

    class Enough(Exception):
        pass

    async def sleep(seconds):
        slept.append(seconds)
        kept.append(json.loads(read(path + "/outbox.json"))["mqtt"])
        delivered(outbox, 1)
        if len(slept) == 6:
            tell(made)
        if len(slept) == 8:
            raise Enough

    raises(Enough, asyncio.run, made.run(sleep))
    assert slept == [1, 1, 1, 60, 60, 60, 60, 60] and kept == [0, 0, 0, 3, 3, 3, 3, 4]
    clear(path)


def test_what_is_told_to_nobody_for_a_minute_is_not_waited_for():
    path = folder()
    made, outbox = with_outbox(path)
    tell(made, 3)
    slept = []

    async def sleep(seconds):
        slept.append(seconds)
        if seconds > 1:
            raise OSError

    raises(OSError, asyncio.run, made.run(sleep))
    assert slept == [1] * 60 + [60]
    clear(path)


def test_outbox_that_was_away_too_long_counts_what_is_gone():
    path = folder()
    made = events(path)
    made._file._limit = 2000
    outbox = made.outbox("mqtt", "mqtt_dropped")
    tell(made, 50)
    told = delivered(outbox)
    assert told == list(range(told[0], 51)) and made._metrics.value("mqtt_dropped") == told[0] - 1 > 20
    clear(path)


def test_events_of_a_disk_that_fails_are_told_without_a_number_in_their_order():
    path = folder()
    made, outbox = with_outbox(path)
    tell(made, 2)
    working = made._file.append
    made._file.append = refuse
    tell(made, 40)
    assert made.latest["sequence"] is None and made._log.said == "events.jsonl cannot be read or written: the disk is full"
    made.keep()
    made._file.append = working
    tell(made)
    assert delivered(outbox) == [1, 2] + [None] * 32 + [3]
    assert made._metrics.value("events_unlogged") == 40 and made._metrics.value("mqtt_dropped") == 8
    made._file.append = refuse
    tell(made)
    made._file.append = working
    made.keep()
    assert delivered(outbox) == [None, 4] and made.latest["sequence"] == 4 and not outbox.waiting
    clear(path)


def refuse(line, number):
    raise OSError(28)


def test_cursors_that_are_no_cursors_are_left():
    for text in (b"", b"[1]", b'{"mqtt": "x", "webhook": -1, "other": 3}', b"\xff"):
        path = folder()
        write(path + "/outbox.json", text)
        cursors = Cursors(path, Silent())
        assert cursors.get("mqtt") is None and cursors.get("webhook") is None and cursors.highest() in (0, 3)
        clear(path)
