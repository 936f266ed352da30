"""Events to an MQTT broker: retained, in order, at least once; the broker may come and go.

One message is under way at a time, so their order is kept. What waits is bounded; when it is too
much the oldest goes, so the retained state always ends with the newest event.
"""

import asyncio
import json

from camera_firmware import mqtt_packets as packets
from camera_firmware import net
from camera_firmware.byte_reader import ByteReader
from camera_firmware.clock import Backoff
from camera_firmware.portable import SEPARATORS, const
from camera_firmware.reasons import reason
from contract.events import OFFLINE, ONLINE, availability_topic, state_topic

QUEUE_EVENTS = const(64)
HEARTBEAT_MS = const(60000)  # the retained state is published again with a newer last_frame
_ANSWER_S = const(10)
_PACKET_BYTES = const(256)  # of what a broker sends to a publisher


class MqttLink:
    """`settings` is the section "mqtt"; `refreshed()` returns the latest event, brought up to date."""

    def __init__(self, settings, camera, refreshed, random, monotonic, log, metrics, connect=net.connect):
        self.connected = False
        self.last_error = None
        self._settings = settings
        self._camera = camera
        self._refreshed = refreshed
        self._random = random
        self._monotonic = monotonic
        self._log = log
        self._metrics = metrics
        self._connect = connect
        self._queue = []
        self._wake = asyncio.Event()
        self._answer = asyncio.Event()
        self._identifier = 0
        self._acknowledged = 0
        self._failure = None
        self._stream = None

    def offer(self, event, jpeg=None):
        """Takes an event, never waits."""
        if len(self._queue) == QUEUE_EVENTS:
            self._queue.pop(0)
            self._metrics.count("mqtt_dropped")
        self._queue.append(json.dumps(event, separators=SEPARATORS).encode())
        self._wake.set()

    async def flush(self, timeout_ms):
        """Waits, at most `timeout_ms`, until a connected broker has everything."""
        deadline = self._monotonic.now() + timeout_ms
        while self.connected and self._queue and self._monotonic.now() < deadline:
            await asyncio.sleep(0.02)

    async def run(self):
        backoff = Backoff(self._random)
        while True:
            try:
                await self._session(backoff)
            except (OSError, EOFError, ValueError, asyncio.TimeoutError) as error:
                self.last_error = str(error) if isinstance(error, ValueError) else reason(error)
                self._log.repeated("mqtt", self.last_error)
            self.connected = False
            await asyncio.sleep(backoff.next_ms() / 1000)

    async def _session(self, backoff):
        self._failure, receiver = None, None
        broker = self._settings
        self._stream = await self._connect(broker["host"], broker["port"], _ANSWER_S * 1000)
        try:
            reader, view = ByteReader(self._stream, 512), memoryview(bytearray(_PACKET_BYTES))
            await self._greet(reader, view)
            self.connected = True
            self._metrics.count("mqtt_connections")
            self._log.recovered("mqtt", "connected again")
            backoff.reset()
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
            raise packets.MqttError("the broker's answer is not MQTT")
        if body[1]:
            raise packets.MqttError(packets.REFUSED.get(body[1], "the broker refuses with code %d" % body[1]))

    async def _receive(self, reader, view):
        """Runs beside _transmit; its end is told through `_failure`."""
        try:
            while True:
                kind, body = await packets.read(reader, view)
                if kind == packets.PUBACK and len(body) == 2:
                    self._acknowledged = body[0] << 8 | body[1]
                if kind in (packets.PUBACK, packets.PINGRESP):
                    self._answer.set()
        except Exception as error:
            self._failure = error
            self._answer.set()
            self._wake.set()

    async def _transmit(self):
        """Until something fails."""
        base, camera = self._settings["topic"], self._camera
        await self._publish(availability_topic(base, camera), ONLINE.encode())
        topic, idle_ms = state_topic(base, camera), min(HEARTBEAT_MS, self._settings["keepalive_s"] * 500)
        heartbeat = self._monotonic.now() - HEARTBEAT_MS  # after a reconnect the state is told again
        while True:
            self._check()
            if self._queue:
                payload = self._queue[0]
                await self._publish(topic, payload)
                if self._queue and self._queue[0] is payload:
                    self._queue.pop(0)
                heartbeat = self._monotonic.now()
            elif self._monotonic.now() - heartbeat >= HEARTBEAT_MS:
                await self._repeat(topic)
                heartbeat = self._monotonic.now()
            else:
                await self._idle(idle_ms)

    async def _repeat(self, topic):
        event = self._refreshed()
        if event:
            await self._publish(topic, json.dumps(event, separators=SEPARATORS).encode())

    async def _idle(self, idle_ms):
        """Waits for an event; pings when none comes."""
        self._wake.clear()
        try:
            await asyncio.wait_for(self._wake.wait(), idle_ms / 1000)
        except asyncio.TimeoutError:
            self._answer.clear()
            await self._send(packets.ping())
            await self._answered()

    async def _publish(self, topic, payload):
        self._identifier = self._identifier % 65535 + 1
        self._answer.clear()
        await self._send(packets.publish(topic, payload, self._identifier))
        while self._acknowledged != self._identifier:
            await self._answered()
            self._answer.clear()
        self._acknowledged = 0
        self._metrics.count("mqtt_published")

    async def _answered(self):
        self._check()
        await asyncio.wait_for(self._answer.wait(), _ANSWER_S)
        self._check()

    def _check(self):
        if self._failure:
            raise self._failure

    async def _send(self, data):
        self._stream.write(data)
        await asyncio.wait_for(self._stream.drain(), _ANSWER_S)
