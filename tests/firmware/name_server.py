"""A DNS server for one name, on a loopback address of its own, because a resolver asks port 53 only."""

import socket
import socketserver
import struct
import threading

TYPE_A = 1


class NameServer:
    """Context manager; answers A queries for `name` with 127.0.0.1, anything else with an empty answer.

    OSError where port 53 may not be bound.
    """

    address = "127.53.0.1"

    def __init__(self, name):
        question = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"
        handler = type("Handler", (_Handler,), {"question": question})
        self._server = socketserver.UDPServer((self.address, 53), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


class _Handler(socketserver.BaseRequestHandler):
    def handle(self):
        query, sender = self.request
        end = query.index(b"\0", 12) + 1
        kind = struct.unpack_from(">H", query, end)[0]
        answers = b""
        if query[12:end].lower() == self.question and kind == TYPE_A:
            answers = struct.pack(">HHHIH", 0xC00C, TYPE_A, 1, 60, 4) + socket.inet_aton("127.0.0.1")
        header = query[:2] + struct.pack(">HHHHH", 0x8180, 1, bool(answers), 0, 0)
        sender.sendto(header + query[12:end + 4] + answers, self.client_address)
