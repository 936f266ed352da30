"""State, events and pictures to an MQTT broker, which may come and go.

The retained state is always the newest one. Beside it every event is told in order, from the outbox, so that the broker may be
away for days. One message is under way at a time, with quality of service 1.
"""

import asyncio
import json

from camera_firmware import mqtt_packets as packets
from camera_firmware import net
from camera_firmware.allowance import Allowance
from camera_firmware.byte_reader import ByteReader
from camera_firmware.clock import Backoff
from camera_firmware.complaints import Complaints
from camera_firmware.home_assistant import BIRTH
from camera_firmware.portable import SEPARATORS, const
from camera_firmware.reasons import reason
from contract.events import OFFLINE, ONLINE, availability_topic, event_topic, picture_topic, state_topic

HEARTBEAT_MS = const(60000)  # the retained state is published again with a newer last_frame
_ANSWER_S = const(10)
_PACKET_BYTES = const(256)  # of what a broker sends; of a longer message the rest is left out
_PIECE_BYTES = const(4096)  # of a payload, with a look at the frames in between
_UNASKED = const(100)       # so many packets that nothing was asked with are borne in a minute
_MINUTE_MS = const(60000)


class MqttLink:
    """`settings` is the section "mqtt"; `refreshed()` returns the latest event, brought up to date, or None.

    `outbox` is an outbox.Outbox, `picture` an evidence.Evidence or None, `home` a home_assistant.HomeAssistant or None.
    """

    def __init__(self, settings, camera, refreshed, outbox, picture, home, tls, random, monotonic, log, metrics,
                 connect=net.connect):
        self.connected = False
        self.last_error = None
        self._settings = settings
        self._camera = camera
        self._refreshed = refreshed
        self._outbox = outbox
        self._picture = picture
        self._home = home
        self._tls = tls
        self._monotonic = monotonic
        self._log = log
        self._metrics = metrics
        self._connect = connect
        self._news = outbox.news
        self._newest = 1  # counts the states that were to be told
        self._told = 0    # the last of them that the broker has
        self._answer = asyncio.Event()
        self._pinged = False
        self._unasked = None
        self._backoff = Backoff(random)
        self._complaints = Complaints(log, "mqtt")
        self._identifier = 0
        self._awaited = 0  # the identifier that the broker has still to acknowledge
        self._failure = None
        self._stream = None

    def offer(self, event, jpeg):
        """There is a new state; `jpeg` is its frame, which is copied, or None. Never waits."""
        self._newest += 1
        if jpeg is not None and self._picture:
            self._picture.offer(jpeg)
        self._news.set()

    @property
    def waiting(self):
        """How many events and other things the broker has not acknowledged."""
        return self._outbox.waiting + int(self._told != self._newest) + int(bool(self._picture and self._picture.unsettled))

    async def flush(self, timeout_ms):
        """Waits, at most `timeout_ms`, until a connected broker has everything."""
        deadline = self._monotonic.now() + timeout_ms
        while self.connected and self.waiting and self._monotonic.now() < deadline:
            await asyncio.sleep(0.02)

    async def run(self):
        while True:
            try:
                await self._session()
            except (OSError, EOFError, ValueError, asyncio.TimeoutError) as error:
                self.last_error = str(error).strip() if isinstance(error, ValueError) else reason(error)
                self._metrics.count("mqtt_failures")
                self._complaints.failed(self.last_error)
            self.connected = False
            await asyncio.sleep(self._backoff.next_ms() / 1000)

    async def _session(self):
        self._failure, receiver = None, None
        self._awaited, self._unasked = 0, Allowance(_UNASKED, _MINUTE_MS)
        broker = self._settings
        self._stream = await self._connect(broker["host"], broker["port"], _ANSWER_S * 1000, self._tls)
        try:
            reader, view = ByteReader(self._stream, 512), memoryview(bytearray(_PACKET_BYTES))
            await self._greet(reader, view)
            self.connected = True
            self._metrics.count("mqtt_connections")
            receiver = asyncio.create_task(self._receive(reader, view))
            await self._transmit()
        finally:
            if receiver:
                receiver.cancel()
            net.close(self._stream)

    async def _greet(self, reader, view):
        broker, topic = self._settings, availability_topic(self._settings["topic"], self._camera)
        await self._send(packets.connect("doorlens-" + self._camera, broker["keepalive_s"], topic, OFFLINE,
                                         broker["user"], broker["password"]))
        kind, body = await asyncio.wait_for(packets.read(reader, view), _ANSWER_S)
        if kind != packets.CONNACK or len(body) != 2:
            raise packets.MqttError(packets.NOT_MQTT)
        if body[1]:
            raise packets.MqttError(packets.REFUSED.get(body[1], "the broker refuses with code %d" % body[1]))

    async def _receive(self, reader, view):
        """Runs beside _transmit; its end is told through `_failure`."""
        try:
            while True:
                kind, body = await packets.read(reader, view)
                if not self._expected(kind, body) and not self._unasked.take(self._monotonic.now()):
                    raise packets.MqttError("the broker sends more than it was asked for")
                if kind == packets.PUBLISH:
                    self._heard(*packets.message(body))
                    continue
                if kind == packets.SUBACK and len(body) > 2 and body[2] == packets.REFUSED_TOPIC:
                    self._log.warning("mqtt", "the broker does not let this camera hear when Home Assistant starts")
                if kind in (packets.PUBACK, packets.SUBACK, packets.PINGRESP):
                    self._answer.set()
        except Exception as error:
            self._failure = error
            self._answer.set()
            self._news.set()

    def _expected(self, kind, body):
        """Takes an answer to what was sent; False for everything else."""
        if kind == packets.PINGRESP:
            expected, self._pinged = self._pinged, False
            return expected
        if kind not in (packets.PUBACK, packets.SUBACK) or len(body) < 2 or not self._awaited:
            return False
        expected = body[0] << 8 | body[1] == self._awaited
        if expected:
            self._awaited = 0
        return expected

    def _heard(self, topic, payload):
        if self._home and topic == self._home.status_topic.encode() and payload == BIRTH:
            self._log.info("mqtt", "Home Assistant has started; it is told again")
            self._home.again()
            self._newest += 1
            self._news.set()

    async def _transmit(self):
        """Until something fails. A broker that has just started may know nothing."""
        self._newest += 1
        if self._picture:
            self._picture.again()
        await self._state()
        await self._publish(availability_topic(self._settings["topic"], self._camera), ONLINE.encode())
        if self._home:
            self._home.again()
            await self._acknowledge(packets.subscribe(self._home.status_topic, self._next_identifier()))
        told, idle_ms = self._monotonic.now(), min(HEARTBEAT_MS, self._settings["keepalive_s"] * 500)
        while True:
            self._check()
            if self._told != self._newest or self._monotonic.now() - told >= HEARTBEAT_MS:
                await self._state()
                told = self._monotonic.now()
            elif self._home and self._home.due:
                await self._announce()
            elif not await self._event() and not await self._evidence():
                await self._idle(idle_ms)

    async def _state(self):
        event, newest = self._refreshed(), self._newest
        if event:
            await self._publish(state_topic(self._settings["topic"], self._camera),
                                json.dumps(event, separators=SEPARATORS).encode())
        self._told = newest

    async def _announce(self):
        for topic, payload in self._home.messages():
            await self._publish(topic, payload)
            await asyncio.sleep(0)
        self._home.told()
        self._newest += 1  # Home Assistant listens to the state's topic only now

    async def _event(self):
        """The oldest one that waits; False if there is none."""
        try:
            line = self._outbox.oldest()
            self._log.recovered("outbox", "events.jsonl can be read again")
        except OSError as error:
            self._log.repeated("outbox", "events.jsonl cannot be read: %s" % reason(error))
            return False
        if line is None:
            return False
        await self._publish(event_topic(self._settings["topic"], self._camera), line, False)
        self._outbox.done()
        return True

    async def _evidence(self):
        """The newest picture if it waits; False otherwise."""
        if not self._picture or not self._picture.waiting:
            return False
        jpeg, told = self._picture.begin(), False
        try:
            await self._publish(picture_topic(self._settings["topic"], self._camera), jpeg)
            told = True
        finally:
            self._picture.end(told)
        return True

    async def _idle(self, idle_ms):
        """Waits for news; pings when none come."""
        self._news.clear()
        if self._failure:
            return
        try:
            await asyncio.wait_for(self._news.wait(), idle_ms / 1000)
        except asyncio.TimeoutError:
            self._answer.clear()
            self._pinged = True
            await self._send(packets.ping())
            await self._answered(_ANSWER_S)

    async def _publish(self, topic, payload, retain=True):
        head = packets.publish(topic, len(payload), self._next_identifier(), retain)
        if len(payload) <= _PIECE_BYTES:
            await self._acknowledge(head + payload)
        else:
            await self._send(head)
            view = memoryview(payload)
            for at in range(0, len(payload), _PIECE_BYTES):
                await self._send(view[at:at + _PIECE_BYTES])
            await self._acknowledge(b"", _ANSWER_S + len(payload) // _PIECE_BYTES)
        self._metrics.count("mqtt_published")

    def _next_identifier(self):
        self._identifier = self._awaited = self._identifier % 65535 + 1
        self._answer.clear()
        return self._identifier

    async def _acknowledge(self, data, patience_s=_ANSWER_S):
        """Sends `data`, which ends the packet of the latest identifier, and waits until the broker has it."""
        if data:
            await self._send(data)
        deadline = self._monotonic.now() + 1000 * patience_s
        while self._awaited:
            await self._answered(max(0, deadline - self._monotonic.now()) / 1000)
            self._answer.clear()
        self._complaints.recovered("connected again")  # only now it is known to be a broker
        self._backoff.reset()

    async def _answered(self, patience_s):
        self._check()
        await asyncio.wait_for(self._answer.wait(), patience_s)
        self._check()

    def _check(self):
        if self._failure:
            raise self._failure

    async def _send(self, data):
        self._stream.write(data)
        await asyncio.wait_for(self._stream.drain(), _ANSWER_S)
