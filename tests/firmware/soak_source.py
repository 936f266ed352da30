"""A stream of pictures of a door that opens and shuts by plan, over a connection that breaks and with a clock that jumps."""

import random
import socket
import threading

from camera_server import picture

START_MS = 1772360430500
STATES = ("closed", "open")
_GREY = {"closed": 20, "open": 235}
_HOUR_MS = 3600000


class Source:
    """`total` pictures, the state another one after every `period`. A context manager; `sent` counts."""

    def __init__(self, total, period, failures, jumps, seed):
        rng = random.Random(seed)
        self.total, self.period, self.sent = total, period, 0
        self.failures, self.jumps = 0, 0
        self._cuts = set(rng.sample(range(period, total - period), failures))
        self._jumps = {at: rng.choice((-1, 1)) * rng.randrange(_HOUR_MS, 24 * _HOUR_MS)
                       for at in rng.sample(range(period, total - period), jumps)}
        self._offset_ms = 0
        self._pictures = {state: picture(grey, 160, 120) for state, grey in _GREY.items()}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *exception):
        self._listener.close()

    def planned(self):
        """The states that were shown, in order."""
        return [STATES[number % 2] for number in range((self.sent + self.period - 1) // self.period)]

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                try:
                    self._serve(connection)
                except OSError:
                    pass  # the camera has gone

    def _serve(self, connection):
        while b"\r\n\r\n" not in connection.recv(4096):
            pass
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=mark\r\n\r\n")
        while self.sent < self.total:
            part = self._part()
            if self.sent in self._cuts:
                self._cuts.remove(self.sent)
                self.failures += 1
                connection.sendall(part[:len(part) // 2])
                return
            connection.sendall(part)
            self.sent += 1
        connection.recv(1)  # until the camera goes

    def _part(self):
        if self.sent in self._jumps:
            self._offset_ms += self._jumps.pop(self.sent)
            self.jumps += 1
        time_ms = START_MS + 500 * self.sent + self._offset_ms
        body = self._pictures[STATES[self.sent // self.period % 2]]
        head = (f"--mark\r\nContent-Type: image/jpeg\r\nX-Timestamp: {time_ms // 1000}.{time_ms % 1000:03d}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n")
        return head.encode() + body + b"\r\n"
