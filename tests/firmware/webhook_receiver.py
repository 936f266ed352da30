"""A web server that takes events, or does not: behaviours that can be changed while it runs."""

import socket
import threading
import time

import standardwebhooks


class Receiver:
    """`taken` are (headers, body) of the requests that were answered with 204, `attempts` of all. A context manager.

    `behaviour` is the answer as bytes, or "good", "slow" (an answer that never ends), "silent", "lost" (taken, but the answer
    is not sent), "cut" (closed at once). `tls` is an ssl.SSLContext.
    """

    def __init__(self, secret, tls=None):
        self.behaviour = "good"
        self.taken, self.attempts = [], []
        self._verifier = standardwebhooks.Webhook(secret)
        self._tls = tls
        self._stop = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.connections = 0

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *exception):
        self._stop.set()
        self._listener.close()

    def events(self):
        """Of what was taken, each checked against its signature, as JSON."""
        return [self._verifier.verify(body, headers) for headers, body in list(self.taken)]

    def identifiers(self):
        return [headers["webhook-id"] for headers, _ in list(self.taken)]

    def _accept(self):
        while not self._stop.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            connection.settimeout(20)
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as reader:
                while self._request(connection, reader):
                    pass
        except OSError:
            pass

    def _request(self, connection, reader):
        line = reader.readline()
        if not line:
            return False
        headers = {"request": line.decode().strip()}
        while (line := reader.readline().strip()):
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        body = reader.read(int(headers["content-length"]))
        self.attempts.append((headers, body))
        return getattr(self, "_" + self.behaviour if isinstance(self.behaviour, str) else "_raw")(connection, headers, body)

    def _good(self, connection, headers, body):
        self.taken.append((headers, body))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone")
        return True

    def _raw(self, connection, headers, body):
        connection.sendall(self.behaviour)
        return False

    def _slow(self, connection, headers, body):
        for byte in b"HTTP/1.1 204 No Content\r\n" + b"X: x\r\n" * 1000:
            connection.sendall(bytes([byte]))
            time.sleep(0.1)
        return False

    def _silent(self, connection, headers, body):
        self._stop.wait(20)
        return False

    def _lost(self, connection, headers, body):
        self.taken.append((headers, body))
        return False

    def _cut(self, connection, headers, body):
        return False
