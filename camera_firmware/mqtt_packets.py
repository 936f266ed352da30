"""The MQTT 3.1.1 packets that a camera needs, as bytes (OASIS standard, section 3)."""

from camera_firmware.portable import const

CONNACK, PUBLISH, PUBACK, SUBACK, PINGRESP = 2, 3, 4, 9, 13
REFUSED_TOPIC = 0x80  # in a SUBACK
_QUALITY = const(0x06)  # of service, in the flags of a PUBLISH
_CONNECT, _SUBSCRIBE, _PINGREQ = 1, 8, 12
_SENT_BY_BROKERS = (CONNACK, PUBLISH, PUBACK, SUBACK, PINGRESP)  # to a client that asks for no more
NOT_MQTT = "the broker does not speak MQTT"
_MAX_SKIPPED = const(65536)  # of a message that is longer than what is of use here
_CLEAN_SESSION, _WILL, _WILL_QOS1, _WILL_RETAIN, _PASSWORD, _USER = 0x02, 0x04, 0x08, 0x20, 0x40, 0x80

REFUSED = {
    1: "the broker does not speak MQTT 3.1.1",
    2: "the broker refuses the client's name",
    3: "the broker is not ready",
    4: "the broker refuses mqtt.user or mqtt.password",
    5: "the broker does not authorise this camera",
}


class MqttError(ValueError):
    """The broker refuses, or sends what is not MQTT."""


def _text(value):
    data = value if isinstance(value, bytes) else value.encode()
    return len(data).to_bytes(2, "big") + data


def _packet(first, body, more=0):
    """A packet whose body is `body` and `more` bytes that follow by themselves."""
    length, left = bytearray(), len(body) + more
    while True:
        left, digit = left >> 7, left & 0x7F
        length.append(digit | (0x80 if left else 0))
        if not left:
            return bytes([first]) + bytes(length) + body


def connect(client, keepalive_s, will_topic, will_payload, user="", password=""):
    """With a clean session and a retained last will of quality of service 1."""
    flags = _CLEAN_SESSION | _WILL | _WILL_QOS1 | _WILL_RETAIN
    payload = _text(client) + _text(will_topic) + _text(will_payload)
    if user:
        flags |= _USER
        payload += _text(user)
        if password:
            flags |= _PASSWORD
            payload += _text(password)
    return _packet(_CONNECT << 4, _text("MQTT") + bytes([4, flags]) + keepalive_s.to_bytes(2, "big") + payload)


def publish(topic, length, identifier, retain):
    """What comes before the `length` bytes of the payload. Quality of service 1; identifier 1..65535."""
    first = PUBLISH << 4 | 0x02 | (0x01 if retain else 0)
    return _packet(first, _text(topic) + identifier.to_bytes(2, "big"), length)


def subscribe(topic, identifier):
    """To messages of quality of service 0, which want no answer."""
    return _packet(_SUBSCRIBE << 4 | 0x02, identifier.to_bytes(2, "big") + _text(topic) + b"\0")


def message(body):
    """(topic, payload) of a PUBLISH of quality of service 0, as bytes; nothing in them where it is none."""
    length = body[0] << 8 | body[1] if len(body) > 1 else 0
    return bytes(body[2:2 + length]), bytes(body[2 + length:])


def ping():
    return bytes([_PINGREQ << 4, 0])


async def read(reader, view):
    """(type, body) of the next packet; the body lies in `view`. `reader` is a ByteReader.

    What a message has beyond `view` is left out; of one that is not of quality of service 0, as it was asked for, everything.
    Raises MqttError for any other packet larger than that, and for what no broker sends; EOFError.
    """
    await reader.exactly(view[:1])
    kind, flags, length, shift = view[0] >> 4, view[0] & 0x0F, 0, 0
    if kind not in _SENT_BY_BROKERS or (flags and kind != PUBLISH):
        raise MqttError(NOT_MQTT)
    while True:
        await reader.exactly(view[:1])
        length |= (view[0] & 0x7F) << shift
        shift += 7
        if view[0] < 0x80:
            break
        if shift > 21:
            raise MqttError(NOT_MQTT)
    left_out = length if flags & _QUALITY else max(0, length - len(view))
    if left_out > (_MAX_SKIPPED if kind == PUBLISH else 0):
        raise MqttError(NOT_MQTT)
    body = view[:length - left_out]
    await reader.exactly(body)
    await reader.skip(left_out)
    return kind, body
