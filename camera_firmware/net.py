"""Opening TCP and TLS connections with a deadline, so that no socket is left behind."""

import asyncio
import binascii
import select
import socket

from camera_firmware.portable import const, ticks_ms, ticks_since
from camera_firmware.tls import UNVERIFIED

_POLL_MS = const(5)
_NOT_OPEN = const(32)  # POLLNVAL
_BELOW = "below"       # of a stream with TLS: the socket that carries it


class NoConnection(OSError):
    """Within the time that there was."""

    cause = "timeout"  # of reasons.cause


async def connect(host, port, timeout_ms, tls=False):
    """An asyncio stream to host:port. Raises OSError, also when `timeout_ms` has passed.

    tls: False, True (the server's certificate is not verified) or a tls.Tls; a server that it refuses is a ValueError when the
    first bytes are written.
    """
    address = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)[0]
    opened = socket.socket(address[0], address[1], address[2])
    try:
        opened.setblocking(False)
        await _connected(opened, address[-1], timeout_ms)
        return _client_side(opened, host, tls) if tls else asyncio.StreamReader(opened)
    except BaseException:
        opened.close()
        raise


def peer(stream):
    """The address of a stream's other side without its port, as a text that can be compared; None if it has none."""
    name = stream.get_extra_info("peername")
    if isinstance(name, (bytes, bytearray)):  # MicroPython: a sockaddr_in or sockaddr_in6, the port in bytes 2 and 3
        return binascii.hexlify(bytes(name[4:8] if len(name) <= 16 else name[8:24])).decode()
    return name[0] if name else None


async def _connected(opened, address, timeout_ms):
    try:
        opened.connect(address)
    except OSError as error:
        if error.errno not in (115, 11):  # EINPROGRESS, EAGAIN
            raise
    poller = select.poll()
    poller.register(opened, select.POLLOUT)
    begin = ticks_ms()
    while True:
        events = poller.poll(0)
        if events:
            if events[0][1] & ~select.POLLOUT:
                opened.recv(1)  # raises the connection's own error
            return
        if ticks_since(begin) > timeout_ms:
            raise NoConnection("no connection within %d ms" % timeout_ms)
        await asyncio.sleep_ms(_POLL_MS)


def _client_side(opened, host, tls):
    context = (UNVERIFIED if tls is True else tls).context()
    return asyncio.StreamReader(context.wrap_socket(opened, server_hostname=host, do_handshake_on_connect=False), {_BELOW: opened})


def server_side(path):
    """The TLS context of a server whose certificate and private key are in the PEM file `path`. Raises OSError, ValueError."""
    import ssl
    with open(path, "rb") as file:
        pem = file.read()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, pem)  # each takes its own part
    return context


def accepted(stream, context):
    """The stream of a connection that a server has accepted, with TLS from now on; the first read shakes hands."""
    encrypted = context.wrap_socket(stream.s, server_side=True, do_handshake_on_connect=False)
    return asyncio.StreamReader(encrypted, dict(stream.e, **{_BELOW: stream.s}))


def close(stream):
    """Closes at once, whatever is still unsent. Never raises."""
    try:
        stream.s.close()
        below = getattr(stream, "e", {}).get(_BELOW)
        # MicroPython's TLS forgets the socket below when the handshake fails: nobody else would close it, ever.
        if below is not None and not _is_closed(below):
            below.close()
    except OSError:
        pass


def _is_closed(opened):
    """Whether the number of this socket is no open file's. True only until the next file is opened: do not wait before."""
    poller = select.poll()
    poller.register(opened, 0)
    return any(events & _NOT_OPEN for _, events in poller.poll(0))
