"""The MQTT 3.1.1 packets a publisher needs, as bytes (OASIS standard, section 3)."""

CONNACK, PUBLISH, PUBACK, PINGRESP = 2, 3, 4, 13
_CONNECT, _PINGREQ = 1, 12
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


def _packet(first, body):
    length, left = bytearray(), len(body)
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


def publish(topic, payload, identifier):
    """Retained, quality of service 1. identifier 1..65535."""
    first = PUBLISH << 4 | 0x02 | 0x01
    return _packet(first, _text(topic) + identifier.to_bytes(2, "big") + payload)


def ping():
    return bytes([_PINGREQ << 4, 0])


async def read(reader, view):
    """(type, body) of the next packet; the body lies in `view`. `reader` is a ByteReader.

    Raises MqttError for a packet larger than `view`, EOFError.
    """
    await reader.exactly(view[:1])
    kind, length, shift = view[0] >> 4, 0, 0
    while True:
        await reader.exactly(view[:1])
        length |= (view[0] & 0x7F) << shift
        shift += 7
        if view[0] < 0x80:
            break
        if shift > 21:
            raise MqttError("the broker's answer is not MQTT")
    if length > len(view):
        raise MqttError("the broker sends a packet of %d bytes" % length)
    await reader.exactly(view[:length])
    return kind, view[:length]
