import asyncio

from camera_firmware import mqtt_packets as packets
from camera_firmware.byte_reader import ByteReader
from camera_firmware.control import same_secret
from expect import raises


class Bytes:
    def __init__(self, data):
        self._data = data

    async def readinto(self, view):
        view[:1], self._data = self._data[:1], self._data[1:]
        return 1


def test_connect_is_that_of_the_standard():
    expected = (b"\x10\x29" b"\x00\x04MQTT\x04" b"\xee" b"\x00\x3c" b"\x00\x03cam" b"\x00\x04will" b"\x00\x07offline"
                b"\x00\x04user" b"\x00\x03key")
    assert packets.connect("cam", 60, "will", "offline", "user", "key") == expected
    assert packets.connect("cam", 60, "will", "offline")[9] == 0x2E, "no user, no password"


def test_publish_asks_to_be_acknowledged_and_is_retained_or_not():
    assert packets.publish("a/b", 2, 258, True) + b"{}" == b"\x33\x09\x00\x03a/b\x01\x02{}"
    assert packets.publish("a/b", 2, 258, False)[0] == 0x32
    assert packets.publish("t", 321 - 5, 1, True)[:3] == b"\x33\xc1\x02"
    assert packets.publish("t", 2097152 - 5, 1, True)[:5] == b"\x33\x80\x80\x80\x01"


def test_subscribe_and_message_are_those_of_the_standard():
    assert packets.subscribe("a/b", 10) == b"\x82\x08\x00\x0a\x00\x03a/b\x00"
    assert packets.message(memoryview(b"\x00\x03a/bonline")) == (b"a/b", b"online")
    for body in (b"", b"\x00", b"\x00\x09a"):
        assert packets.message(memoryview(body))[1] == b""


def test_packets_are_read_back():
    async def read(data, view=16):
        reader = ByteReader(Bytes(data))
        kind, body = await packets.read(reader, memoryview(bytearray(view)))
        return kind, bytes(body)
    assert asyncio.run(read(b"\x20\x02\x00\x05")) == (packets.CONNACK, b"\x00\x05")
    assert asyncio.run(read(b"\x40\x82\x00\x01\x02")) == (packets.PUBACK, b"\x01\x02")
    for data in (b"\x40\x11" + bytes(17), b"\x30\xff\xff\xff\xff\x01", b"\x30\xff\xff\xff\x7f", b"\x41\xff\xff\xff\x7f"):
        raises(packets.MqttError, asyncio.run, read(data))


def test_long_message_is_cut_and_the_next_packet_is_whole():
    async def read():
        reader, view = ByteReader(Bytes(b"\x30\x94\x01\x00\x01t" + bytes(145) + b"\x40\x02\x01\x02")), memoryview(bytearray(16))
        first = await packets.read(reader, view)
        return first[0], len(first[1]), await packets.read(reader, view)
    kind, length, second = asyncio.run(read())
    assert (kind, length) == (packets.PUBLISH, 16) and second[0] == packets.PUBACK and bytes(second[1]) == b"\x01\x02"


def test_secret_equals_only_itself():
    assert same_secret(b"token", b"token")
    for given in (b"", b"t", b"tokex", b"token ", b"tokentoken", b"xoken"):
        assert not same_secret(given, b"token")
