"""Opening TCP and TLS connections with a deadline, so that no socket is left behind."""

import asyncio
import select
import socket

from camera_firmware.portable import const, ticks_ms, ticks_since

_POLL_MS = const(5)


async def connect(host, port, timeout_ms, tls=False):
    """An asyncio stream to host:port. Raises OSError, also when `timeout_ms` has passed.

    The server's certificate is not verified: cameras sign their own.
    """
    address = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)[0]
    opened = socket.socket(address[0], address[1], address[2])
    try:
        opened.setblocking(False)
        await _connected(opened, address[-1], timeout_ms)
        if tls:
            opened = _wrapped(opened, host)
    except BaseException:
        opened.close()
        raise
    return asyncio.StreamReader(opened)


def peer(stream):
    """The address of a stream's other side without its port, as anything that can be compared; None if it has none."""
    name = stream.get_extra_info("peername")
    if isinstance(name, (bytes, bytearray)):  # MicroPython: a sockaddr_in or sockaddr_in6, the port in bytes 2 and 3
        return bytes(name[4:8] if len(name) <= 16 else name[8:24])
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
            raise OSError("no connection within %d ms" % timeout_ms)
        await asyncio.sleep_ms(_POLL_MS)


def _wrapped(opened, host):
    import ssl
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(opened, server_hostname=host, do_handshake_on_connect=False)


def close(stream):
    """Closes at once, whatever is still unsent. Never raises."""
    try:
        stream.s.close()
    except OSError:
        pass
