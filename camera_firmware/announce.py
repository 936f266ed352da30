"""Says on the local network that a control API is here: DNS service discovery over multicast (RFC 6762, RFC 6763).

Who asks for _doorlens._tcp, or for what that led to, is told everything at once, at most once a second; so is everybody at
the start. IPv4 only. Two cameras with one name are not told apart: nothing is done about that.
"""

import asyncio
import socket
import struct

from camera_firmware.dns_packets import A, ANY, MAX_LABEL, PTR, SRV, TXT, answers, encoded, questions, record
from camera_firmware.portable import const
from camera_firmware.reasons import reason

_TYPE = (b"_doorlens", b"_tcp", b"local")
_SERVICES = (b"_services", b"_dns-sd", b"_udp", b"local")
_LIFE_S = const(120)
_GROUP = "224.0.0.251"
_PORT = const(5353)
_TICK_MS = const(200)
_PAUSE_MS = const(1000)    # between two answers
_AGAIN_MS = const(60000)   # then addresses are looked at again: they may have changed
_AT_ONCE = const(32)       # packets looked at in a tick
_PACKET_BYTES = const(1500)
_ADDRESSES = "/proc/net/fib_trie"
# Linux's numbers, the same on every architecture; MicroPython has no names for them.
_SOL_IP = const(0)
_REUSE_PORT = const(15)
_MULTICAST_IF = const(32)
_MULTICAST_TTL = const(33)
_ADD_MEMBERSHIP = const(35)


class Service:
    """`<camera>._doorlens._tcp.local` at `port`; facts: texts such as "tls=1"."""

    def __init__(self, camera, port, facts=()):
        self._port, self._facts = port, facts
        self._name = (camera.encode()[:MAX_LABEL],) + _TYPE
        self._host = (b"doorlens-" + camera.lower().replace("_", "-").encode()[:MAX_LABEL - 9], b"local")
        self._kinds = {_TYPE: (PTR, ANY), _SERVICES: (PTR, ANY), self._host: (A, ANY),
                       (self._name[0].lower(),) + _TYPE: (SRV, TXT, ANY)}

    def is_meant(self, packet):
        """Whether a packet asks for any of it."""
        try:
            return any(kind in self._kinds.get(name, ()) for name, kind in questions(packet))
        except ValueError:
            return False

    def answer(self, address):
        """The packet that says everything; address: 4 bytes."""
        facts = b"".join(bytes((len(fact),)) + fact.encode() for fact in self._facts)
        return answers([
            record(_SERVICES, PTR, encoded(_TYPE), _LIFE_S, False),
            record(_TYPE, PTR, encoded(self._name), _LIFE_S, False),
            record(self._name, SRV, struct.pack(">HHH", 0, 0, self._port) + encoded(self._host), _LIFE_S),
            record(self._name, TXT, facts or b"\0", _LIFE_S),
            record(self._host, A, address, _LIFE_S),
        ])


class Announcer:
    """`host` is the address that the control API listens on, or 0.0.0.0: then every address of this machine counts."""

    def __init__(self, service, host, monotonic, log):
        self._service, self._host, self._monotonic, self._log = service, host, monotonic, log
        self._said_ms = -_PAUSE_MS
        self._buffer = bytearray(_PACKET_BYTES)

    async def run(self):
        told = None
        while True:
            try:
                addresses = _own(self._host)
                opened = _open(addresses)
                try:
                    await self._listen(opened, addresses, addresses != told)
                finally:
                    opened.close()
                told = addresses
            except OSError as error:
                self._log.repeated("announce", "nobody can be told that this camera is here: %s" % reason(error))
                await asyncio.sleep(_AGAIN_MS / 1000)

    async def _listen(self, opened, addresses, waiting):
        """For a while. waiting: somebody is to be told already."""
        until = self._monotonic.now() + _AGAIN_MS
        while self._monotonic.now() < until:
            waiting = self._asked(opened) or waiting
            if waiting and self._monotonic.now() - self._said_ms >= _PAUSE_MS:
                waiting, self._said_ms = False, self._monotonic.now()
                self._say(opened, addresses)
            await asyncio.sleep(_TICK_MS / 1000)

    def _asked(self, opened):
        asked = False
        for _ in range(_AT_ONCE):
            count = opened.readinto(self._buffer)
            if not count:
                break
            asked = asked or self._service.is_meant(memoryview(self._buffer)[:count])
        return asked

    def _say(self, opened, addresses):
        """On every network, with the address that the camera has there."""
        group = socket.getaddrinfo(_GROUP, _PORT)[0][-1]
        for address in addresses:
            try:
                opened.setsockopt(_SOL_IP, _MULTICAST_IF, address)
                opened.sendto(self._service.answer(address), group)
            except OSError as error:  # a network without multicast; the others have it
                self._log.repeated("announce", "a network cannot be told that this camera is here: %s" % reason(error))


def _open(addresses):
    """A socket that hears what is said to the group on the networks of these addresses; others may listen beside it."""
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        opened.setblocking(False)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.setsockopt(socket.SOL_SOCKET, _REUSE_PORT, 1)
        opened.bind(socket.getaddrinfo("0.0.0.0", _PORT)[0][-1])
        opened.setsockopt(_SOL_IP, _MULTICAST_TTL, 255)
    except OSError:
        opened.close()
        raise
    for address in addresses:
        try:
            opened.setsockopt(_SOL_IP, _ADD_MEMBERSHIP, packed(_GROUP) + address)
        except OSError:
            pass  # a network without multicast
    return opened


def _own(host):
    """The addresses, 4 bytes each, at which the camera is reached. Raises OSError."""
    if host != "0.0.0.0":
        return [packed(host)]
    with open(_ADDRESSES) as file:
        return local_addresses(file.read())


def local_addresses(text):
    """The IPv4 addresses of this machine by the text of /proc/net/fib_trie, each once."""
    found, leaf = [], None
    for line in text.split("\n"):
        words = line.split()
        if len(words) == 2 and words[0] == "|--":
            leaf = words[1]
        elif words == ["/32", "host", "LOCAL"] and leaf and packed(leaf) not in found:
            found.append(packed(leaf))
    return found


def packed(address):
    """"192.0.2.1" as 4 bytes. Raises OSError for what is no IPv4 address."""
    try:
        parts = [int(part) for part in address.split(".")]
        if len(parts) != 4:
            raise ValueError
        return bytes(parts)
    except ValueError:
        raise OSError("%s is no IPv4 address" % address)
