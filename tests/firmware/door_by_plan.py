"""A door that is shown picture by picture, and what a camera must have made of it: the ground truth of check_cuts.py."""

import itertools
import random
import socket
import threading
import time

from camera_server import picture

from contract.clock import utc_text

SEEN = {"closed": (20, "closed", "frames"), "open": (235, "open", "frames"), "blocked": (128, "unknown", "unusable")}
CONFIRM = 2  # frames, as in camera_model
_MOST = 12   # pictures of the same


class Door:
    """Answers every GET /<life> with one picture; `shown[life]` are the (time in ms, what it shows) that were asked for.

    Whoever asks for the next picture has done with the one before. A context manager.
    """

    def __init__(self, seed):
        self.shown = {}
        self._rng = random.Random(seed)
        self._pictures = {name: picture(grey, 160, 120) for name, (grey, _, _) in SEEN.items()}
        self._now, self._left, self._held, self._last_ms = "closed", 0, False, 0
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self._url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *exception):
        self._listener.close()

    def url(self, life):
        self.shown.setdefault(life, [])
        return f"{self._url}{life}"

    def hold(self):
        """It stands as it stands now, or as it is left by somebody while nobody looks. Returns how: a name of SEEN."""
        with self._lock:
            self._now, self._held = self._rng.choice(sorted(SEEN)), True
            return self._now

    def release(self):
        """It moves again, after every few pictures."""
        with self._lock:
            self._held = False

    def _next(self, life):
        """(time in ms, what is shown) of the next picture; no time comes twice."""
        with self._lock:
            if not self._held and not self._left:
                self._now = self._rng.choice(sorted(set(SEEN) - {self._now}))
                self._left = self._rng.randrange(1, _MOST)
            self._left = max(0, self._left - 1)
            self._last_ms = max(self._last_ms + 1, time.time_ns() // 1000000)
            self.shown[life].append((self._last_ms, self._now))
            return self._last_ms, self._now

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection, connection.makefile("rb") as reader:
            try:
                while line := reader.readline():
                    while reader.readline() not in (b"\r\n", b""):
                        pass
                    time_ms, shown = self._next(int(line.split()[1][1:]))
                    body = self._pictures[shown]
                    connection.sendall((f"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: {len(body)}\r\n"
                                        f"X-Timestamp: {time_ms // 1000}.{time_ms % 1000:03d}\r\n\r\n").encode() + body)
            except OSError:
                pass  # the camera has died


def adopted(frames):
    """[(state, reason, since, number of the frame that decided), ...]: what a life that saw these frames tells, in order."""
    told, state, reason, since, at = [("unknown", "no_frame", None, 0)], "unknown", "no_frame", None, 0
    for shown, run in itertools.groupby(frames, lambda frame: frame[1]):
        run = list(run)
        _, seen, why = SEEN[shown]
        if len(run) >= CONFIRM and (seen, why) != (state, reason):
            since = utc_text(run[0][0]) if seen != state else since
            state, reason = seen, why
            told.append((state, reason, since, at + CONFIRM))
        at += len(run)
    return told
