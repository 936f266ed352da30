"""A small HTTP/1.1 server: bounded in connections, header size, body size and time."""

import asyncio

from camera_firmware import net
from camera_firmware.byte_reader import ByteReader
from camera_firmware.http_request import Gone, Refusal, read_request
from camera_firmware.http_response import Respond
from camera_firmware.portable import const
from camera_firmware.reasons import reason
from contract import api

MAX_CONNECTIONS = const(8)
_LINE_BYTES = const(2048)
_RETRY_S = const(5)    # while the port is taken
_IDLE_S = const(60)    # between two requests of a connection
_HEADER_S = const(10)  # from a request's first byte to its empty line
# After a last answer that refuses, what still comes is read and forgotten: a reset would take the answer away.
_LINGER_S = const(5)
_LINGER_BYTES = const(4194304)
_BUSY_S = const(1)     # the same for who is turned away
_BUSY_BYTES = const(8192)


class _Connection:
    def __init__(self, task):
        self.task = task
        self.request = None  # the one that is being answered

    @property
    def busy(self):
        """With a request of somebody who knows the token."""
        return self.request is not None and self.request.authorized


class Server:
    """`handle(request, respond)` is awaited for every request; it raises Refusal or answers once, and sets
    request.authorized. Whoever has not shown the token makes room for the next one.
    """

    def __init__(self, handle, log, metrics):
        self._handle = handle
        self._log = log
        self._metrics = metrics
        self._connections = []  # those that were served last stand last
        self._turned_away = 0  # that are being told so
        self._tls = None

    async def run(self, host, port, certificate=None):
        """certificate: path of a PEM file with certificate and private key for TLS, or None for plain HTTP."""
        server = await self._listen(host, port, certificate)
        self._log.info("control", "listening on %s:%d%s" % (host, port, ", TLS" if certificate else ""))
        await server.wait_closed()

    async def _listen(self, host, port, certificate):
        while True:
            try:
                self._tls = net.server_side(certificate) if certificate else None
                return await asyncio.start_server(self._serve, host, port)
            except (OSError, ValueError) as error:
                self._log.repeated("control", "cannot listen on %s:%d: %s" % (host, port, reason(error)))
                await asyncio.sleep(_RETRY_S)

    @property
    def open(self):
        """Number of connections."""
        return len(self._connections)

    async def _serve(self, stream, _):
        connection = _Connection(asyncio.current_task())
        if self.open >= MAX_CONNECTIONS and not self._make_room():
            await self._turn_away(stream)
            return
        self._connections.append(connection)
        try:
            if self._tls:
                stream = net.accepted(stream, self._tls)
            reader = ByteReader(stream, _LINE_BYTES)
            while await self._one(connection, stream, reader):
                pass
        except (OSError, EOFError, asyncio.TimeoutError, Gone):
            pass  # the other side is gone or too slow
        except asyncio.CancelledError:
            if connection in self._connections:  # not to make room
                raise
        except Exception as error:
            self._log.crash("control", error)
        finally:
            self._leave(connection)
            net.close(stream)

    def _make_room(self):
        """Ends the connection that has been without a good request for longest; False if all are busy."""
        for connection in self._connections:
            if not connection.busy:
                self._leave(connection)
                connection.task.cancel()
                return True
        return False

    def _leave(self, connection):
        if connection in self._connections:
            self._connections.remove(connection)

    async def _turn_away(self, stream):
        """Tells that all are busy, as far as there are not too many to tell."""
        self._turned_away += 1
        try:
            if not self._tls and self._turned_away <= MAX_CONNECTIONS:
                await self._refuse(Respond(stream), Refusal("busy", "all connections are in use", True, "Retry-After: 5"), False)
                await asyncio.wait_for(ByteReader(stream, _LINE_BYTES).skip(_BUSY_BYTES), _BUSY_S)
        except (OSError, EOFError, asyncio.TimeoutError, Gone):
            pass
        finally:
            self._turned_away -= 1
            net.close(stream)

    async def _one(self, connection, stream, reader):
        """Answers one request; True if the connection stays."""
        respond, request = Respond(stream), None
        try:
            await asyncio.wait_for(reader.peek(), _IDLE_S)
            self._metrics.count("http_requests")
            request = await self._read(reader)
            request.peer = net.peer(stream)
            respond.head_only = request.method == "HEAD"
            connection.request = request
            await self._answer(request, respond)
            if connection.busy:
                self._leave(connection)
                self._connections.append(connection)
            return request.keep and not request.body_pending
        except Refusal as refusal:
            keep = bool(request) and request.keep and not refusal.closes and not request.body_pending
            await self._refuse(respond, refusal, keep)
        finally:
            connection.request = None
        if not keep:
            await asyncio.wait_for(reader.skip(_LINGER_BYTES), _LINGER_S)
        return keep

    async def _read(self, reader):
        try:
            return await asyncio.wait_for(read_request(reader), _HEADER_S)
        except asyncio.TimeoutError:
            raise Refusal("timeout", "the request did not come in time", True)
        except MemoryError:
            raise Refusal("internal", "the camera is out of memory", True)

    async def _answer(self, request, respond):
        try:
            await self._handle(request, respond)
        except (Refusal, Gone):
            raise
        except MemoryError:
            raise Refusal("internal", "the camera is out of memory", True)
        except OSError as error:
            self._log.repeated("control", "%s %s cannot be answered: %s" % (request.method, request.path, reason(error)))
            raise Refusal("internal", "the camera's disk fails: %s" % reason(error), True)
        except Exception as error:
            self._log.crash("control", error)
            raise Refusal("internal", "the camera made a mistake; its log says more", True)

    async def _refuse(self, respond, refusal, keep):
        self._metrics.count("http_refused")
        if respond.begun:
            raise Gone  # nothing but the connection's end can tell
        status, body = api.error(refusal.code, refusal.message)
        await respond.json(body, status, keep, refusal.header)
