"""Brokers in memory: ones that send anything, and a good one."""

import asyncio

from noise import noise

CONNACK = b"\x20\x02\0\0"


def _publish(first, payload, identifier=b""):
    body = b"\0\x01t" + identifier + payload
    return bytes([first, len(body) & 0x7F | 0x80, len(body) >> 7]) + body


def sayings():
    """(name, what a broker says whatever it hears); None stands for silence, after it or in its place."""
    for seed in range(1, 13):
        yield "noise", bytes(noise(1500, seed))
        yield "noise after a greeting", CONNACK + bytes(noise(1500, 100 + seed))
    for code in (1, 2, 3, 4, 5, 6, 255):
        yield "refusal", bytes([0x20, 2, 0, code])
    for reply in (b"", b"\x20", b"\x20\x02\0", b"\x20\0", b"\x20\x03\0\0\0", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x15\x03\x01\0\x02"):
        yield "cut or no greeting", reply
    for length in (b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff\x7f", b"\x80\x80\x04", b"\xff\xff\x03"):
        for first in (b"\x30", b"\x40", b"\xd0", b"\x90"):
            yield "lengths", CONNACK + first + length + bytes(3000)
    for first in range(0, 256, 7):
        yield "kinds", CONNACK + bytes([first, 2, 0, 9]) * 200
    yield "flood", CONNACK + b"\xd0\0" * 3000
    yield "flood", CONNACK + _publish(0x30, b"online") * 300
    yield "flood", CONNACK + _publish(0x31, bytes(1000)) * 110
    yield "service", CONNACK + (_publish(0x34, b"x", b"\0\x07") + b"\x62\x02\0\x07") * 200
    yield "service", CONNACK + _publish(0x32, b"x", b"\0\x07") * 200
    yield "identifiers", CONNACK + b"".join([bytes([0x40, 2, n >> 8, n & 255]) for n in range(60000, 60300)])
    yield "identifiers", CONNACK + b"\x40\x02\0\0" * 300
    yield "silence", None
    yield "silence", CONNACK + b"\x40\x02\0"


class Babble:
    """A stream on which `data` comes; `silent`: then nothing, for ever, else the end."""

    def __init__(self, data, silent):
        self.s, self._data, self._at, self._silent = self, data, 0, silent

    async def readinto(self, view):
        await asyncio.sleep(0)
        count = min(len(view), len(self._data) - self._at)
        if not count and self._silent:
            return None
        view[:count] = self._data[self._at:self._at + count]
        self._at += count
        return count

    def write(self, data):
        pass

    async def drain(self):
        await asyncio.sleep(0)

    def close(self):
        pass


class Good(Babble):
    """Acknowledges everything; `told` are (topic, payload) in the order of their coming."""

    def __init__(self):
        super().__init__(b"", True)
        self.told, self._heard = [], b""

    def write(self, data):
        self._heard += bytes(data)
        while True:
            packet = self._packet()
            if packet is None:
                return
            self._answer(*packet)

    def _packet(self):
        length = shift = 0
        for at in range(1, len(self._heard)):
            length |= (self._heard[at] & 0x7F) << shift
            shift += 7
            if self._heard[at] < 0x80:
                if len(self._heard) <= at + length:
                    return None
                first, body, self._heard = self._heard[0], self._heard[at + 1:at + 1 + length], self._heard[at + 1 + length:]
                return first, body
        return None

    def _answer(self, first, body):
        if first >> 4 == 1:
            self._data += CONNACK
        elif first >> 4 == 3:
            end = 2 + (body[0] << 8 | body[1])
            self.told.append((body[2:end].decode(), body[end + 2:]))
            self._data += b"\x40\x02" + body[end:end + 2]
        elif first >> 4 == 8:
            self._data += b"\x90\x03" + body[:2] + b"\0"
        elif first >> 4 == 12:
            self._data += b"\xd0\0"
