"""The link to a broker that is none, and that becomes one."""

import asyncio

from camera_firmware import mqtt_link
from camera_firmware.complaints import Complaints
from camera_firmware.metrics import Metrics
from hostile_broker import CONNACK, Babble, Good, sayings

EVENTS = [b'{"sequence":%d}' % number for number in range(1, 8)]
SETTINGS = {"host": "broker", "port": 1883, "user": "", "password": "", "topic": "doorlens", "keepalive_s": 60}


_PATIENCE = 2000  # turns of the loop


class Hasty:
    """Stands in for the module asyncio: time is turns of the loop. `slept` are the pauses that were wanted."""

    Event, TimeoutError, CancelledError = asyncio.Event, asyncio.TimeoutError, asyncio.CancelledError

    def __init__(self):
        self.slept = []

    def create_task(self, coroutine):
        return asyncio.create_task(coroutine)

    async def wait_for(self, coroutine, timeout):
        task = asyncio.create_task(coroutine)
        for _ in range(_PATIENCE):
            await asyncio.sleep(0)
            if task.done():
                return await task
        task.cancel()
        raise asyncio.TimeoutError

    async def sleep(self, seconds):
        if seconds:
            self.slept.append(seconds)
        await asyncio.sleep(0)


class Outbox:
    def __init__(self):
        self.news, self._at = asyncio.Event(), 0

    @property
    def waiting(self):
        return len(EVENTS) - self._at

    def oldest(self):
        return EVENTS[self._at] if self.waiting else None

    def done(self):
        self._at += 1


class Log:
    def __init__(self):
        self.lines = []

    def repeated(self, area, text):
        assert area == "mqtt" and text and "\n" not in text
        if self.lines[-1:] != [text]:
            self.lines.append(text)

    def info(self, area, text):
        self.lines.append(text)

    def recovered(self, area, text):
        if area == "mqtt":
            self.lines.append(text)

    def warning(self, area, text):
        raise AssertionError(text)


class Clock:
    def now(self):
        return 0


def meet(brokers):
    """A link that meets these brokers, one after the other, and then a good one, to which it tells everything."""
    good, hasty, log, metrics, outbox = Good(), Hasty(), Log(), Metrics(), Outbox()
    coming, frames = list(brokers), [0]

    async def connect(host, port, timeout_ms, tls):
        return coming.pop(0) if coming else good

    async def frame_loop():
        while True:
            frames[0] += 1
            await asyncio.sleep(0)

    async def life():
        link = mqtt_link.MqttLink(SETTINGS, "door", lambda: {"state": "open"}, outbox, None, None, False, lambda: 0.5, Clock(), log,
                                  metrics, connect)
        tasks = [asyncio.create_task(link.run()), asyncio.create_task(frame_loop())]
        while link.waiting:
            if tasks[0].done():
                await tasks[0]  # raises what has ended it
            await asyncio.sleep(0.001)
        for task in tasks:
            task.cancel()

    mqtt_link.asyncio = hasty
    try:
        asyncio.run(life())
    finally:
        mqtt_link.asyncio = asyncio
    return good, hasty, log, metrics, frames[0]


def told(good):
    return [payload for topic, payload in good.told if topic == "doorlens/door/event"]


def test_everything_is_told_in_order_after_brokers_that_say_anything():
    brokers = [Babble(b"" if data is None else data, data is None or name == "silence") for name, data in sayings()]
    good, hasty, log, metrics, frames = meet(brokers)
    assert told(good) == EVENTS
    assert metrics.value("mqtt_failures") == len(brokers) and frames > 2 * len(brokers)
    assert hasty.slept[:8] == [0.5, 1, 2, 4, 8, 16, 30, 30] and set(hasty.slept[8:]) == {30}, "each time longer"
    assert len(log.lines) <= 12 and log.lines[-1] == "connected again", log.lines


def test_broker_that_goes_on_with_what_is_no_answer_is_left():
    for endless in (b"\xd0\0", b"\x40\x02\xff\xff", b"\x30\x04\0\x01tx"):
        good, _, log, _, _ = meet([Babble(CONNACK + endless * 5000, True)])
        assert log.lines == ["the broker sends more than it was asked for", "connected again"] and told(good) == EVENTS


def test_pause_is_short_again_after_a_broker_that_acknowledges():
    class Short(Good):
        def _answer(self, first, body):
            if len(self.told) < 2:
                super()._answer(first, body)
            else:
                self._silent = False  # the end, behind what it has said

    good, hasty, log, metrics, _ = meet([Short() for _ in range(4)])
    assert hasty.slept[:4] == [0.5] * 4 and told(good) == EVENTS and metrics.value("mqtt_failures") == 4


def test_complaints_that_take_turns_are_told_once():
    log = Log()
    complaints = Complaints(log, "mqtt")
    for text in ("closed", "silent", "closed", "silent", "closed"):
        complaints.failed(text)
    complaints.recovered("good")
    complaints.recovered("good")
    complaints.failed("closed")
    assert log.lines == ["closed", "silent", "good", "closed"]
