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


def test_publish_is_retained_and_acknowledged():
    assert packets.publish("a/b", b"{}", 258) == b"\x33\x09\x00\x03a/b\x01\x02{}"
    long = packets.publish("t", bytes(321 - 5), 1)
    assert long[:3] == b"\x33\xc1\x02" and len(long) == 3 + 321


def test_packets_are_read_back():
    async def read(data):
        kind, body = await packets.read(ByteReader(Bytes(data)), memoryview(bytearray(16)))
        return kind, bytes(body)
    assert asyncio.run(read(b"\x20\x02\x00\x05")) == (packets.CONNACK, b"\x00\x05")
    assert asyncio.run(read(b"\x40\x82\x00\x01\x02")) == (packets.PUBACK, b"\x01\x02")
    raises(packets.MqttError, asyncio.run, read(b"\x30\x11" + bytes(17)))
    raises(packets.MqttError, asyncio.run, read(b"\x30\xff\xff\xff\xff\x01"))


def test_secret_equals_only_itself():
    assert same_secret(b"token", b"token")
    for given in (b"", b"t", b"tokex", b"token ", b"tokentoken", b"xoken"):
        assert not same_secret(given, b"token")
