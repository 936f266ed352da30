"""A network between a host and a camera that breaks at random bytes, and remembers what the host was told and said."""

import contextlib
import random
import re
import socket
import struct
import threading
import time

_DELETE = re.compile(rb"DELETE /api/v1/samples/([0-9a-f]{8}-[0-9]{8}) HTTP")
_LISTED = re.compile(rb'"id": ?"([0-9a-f]{8}-[0-9]{8})"')
_PIECE = 4096
_OVERLAP = 80  # bytes; no pattern is longer
_SECONDS = 20


class CuttingProxy:
    """Forwards connections to `target`, a port of this machine; cuts a share of them (`cuts`) after some bytes, half of these
    bytes counted from the first deletion on.

    `deleted`: ids that the host has asked to delete; `listed`: ids that came to the host in a list; `broken`: how many
    connections were cut. A context manager.
    """

    def __init__(self, target, seed, cuts=0.5):
        self.target, self.cuts = target, cuts
        self.deleted, self.listed, self.broken = set(), set(), 0
        self._drawn = random.Random(seed)
        self._lock = threading.Lock()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exception):
        self._server.close()

    def _accept(self):
        while True:
            try:
                host, _ = self._server.accept()
            except OSError:
                return
            try:
                camera = socket.create_connection(("127.0.0.1", self.target), _SECONDS)
            except OSError:
                host.close()
                continue
            _Connection(self, host, camera, *self._plan()).start()

    def _plan(self):
        """(bytes until the cut, None = none; whether they count from the first deletion on)"""
        with self._lock:
            if self._drawn.random() >= self.cuts:
                return None, False
            late = self._drawn.random() < 0.5
            return int(self._drawn.uniform(0, 2000) if late else 10 ** self._drawn.uniform(1, 5)), late

    def wait_deleted(self, seconds):
        """Until the host deletes something more, or for so long."""
        before, until = len(self.deleted), time.monotonic() + seconds
        while len(self.deleted) == before and time.monotonic() < until:
            time.sleep(0.001)

    def note(self, pattern, found, data):
        """What the bytes of one direction tell."""
        with self._lock:
            found.update(name.decode() for name in pattern.findall(data))

    def cut(self):
        with self._lock:
            self.broken += 1


class _Connection:
    def __init__(self, proxy, host, camera, left, late):
        self._proxy, self._host, self._camera, self._left, self._late = proxy, host, camera, left, late

    def start(self):
        for arguments in ((self._host, self._camera, _DELETE, self._proxy.deleted),
                          (self._camera, self._host, _LISTED, self._proxy.listed)):
            threading.Thread(target=self._forward, args=arguments, daemon=True).start()

    def _forward(self, source, sink, pattern, found):
        seen = b""
        with contextlib.suppress(OSError):
            source.settimeout(_SECONDS)
            while data := source.recv(_PIECE):
                self._late = self._late and b"DELETE " not in data
                counts = self._left is not None and not self._late
                allowed = min(len(data), self._left) if counts else len(data)
                seen = seen[-_OVERLAP:] + data[:allowed]
                self._proxy.note(pattern, found, seen)  # before it is on its way
                sink.sendall(data[:allowed])
                if counts:
                    self._left -= allowed
                    if self._left <= 0:
                        self._proxy.cut()
                        break
        for end in (source, sink):
            with contextlib.suppress(OSError):
                if self._left is not None and self._left <= 0:  # a reset, not a polite end
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.shutdown(socket.SHUT_RDWR)
            with contextlib.suppress(OSError):
                end.close()
