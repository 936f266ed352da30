"""A camera's control API on loopback, as little of it as the fleet's commands ask for."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from contract import api, events

TOKEN = "a-token-of-the-tests"


class CameraDouble:
    """Context manager. `status` may be changed; answer(method, path, query, body) -> (HTTP status, JSON) is overridden."""

    def __init__(self):
        self.asked = []  # (method, path) of every request
        self.status = {
            "camera": "front", "version": "0.1.0", "time": "2026-03-01T10:00:00.000Z", "uptime_s": 5,
            "state": events.state_event("front", 4, "closed", "unknown", 0, 1000, 0.97, events.FRAMES, 3),
            "model": {"sequence": 3, "sha256": "00", "labels": ["closed", "open"]},
            "frame": {"width": 640, "height": 360, "count": 12, "last": "1970-01-01T00:00:01.000Z"},
            "spool": {"samples": 2, "pending": 0, "bytes": 10, "limit": 100, "dropped": 0},
            "source": {"type": "snapshot", "connected": True, "last_error": None}, "mqtt": None,
        }
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, method, path, query, body):
        if path == api.STATUS:
            return 200, self.status
        return api.error("not_found", "there is no " + path)

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *exception):
        self._server.shutdown()
        self._server.server_close()

    def _handler(double):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one packet

            def _answer(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                parts = urlsplit(self.path)
                double.asked.append((self.command, parts.path))
                if self.headers.get(api.TOKEN_HEADER) != TOKEN:
                    status, answer = api.error("unauthorized", "the token is missing or wrong")
                else:
                    status, answer = double.answer(self.command, parts.path, dict(parse_qsl(parts.query)), body)
                if status is None:  # the connection breaks
                    self.close_connection = True
                    return
                data = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_PUT = do_DELETE = _answer

            def log_message(self, *arguments):
                pass
        return Handler
