"""What a model says of every frame, asked by a thread while nobody presses a key."""

import threading
import time

_REST_S = 0.4  # after a key: the picture comes first


class Predictions:
    """score: path -> (label, probability 0..1), or None for a frame that it cannot judge. `close` ends the thread.

    suggestions: anything with get(path), asked where the model has nothing to say, or not yet.
    """

    def __init__(self, score, suggestions):
        self._score, self._others, self._learned = score, suggestions, {}
        self._known = {}  # path -> (label, probability) or None
        self._waiting = []  # paths, the next one last
        self._quiet_until = 0.0
        self._stopped = threading.Event()
        self._changed = threading.Condition()
        self.error = None  # what ended the thread, for the window to say
        self._thread = threading.Thread(target=self._work, name="predictions", daemon=True)
        self._thread.start()

    def get(self, path):
        """(label, probability), or None as long as it is not known."""
        return self._learned.get(path) or self._known.get(path) or self._others.get(path)

    def learned(self, suggestions):
        """These come first from now on: they know the labels given since."""
        self._learned = suggestions

    @property
    def number(self):
        """How many frames were judged: grows."""
        return len(self._known)

    def ask(self, paths, position):
        """Judges all of `paths`, those after `position` first."""
        with self._changed:
            ordered = [*paths[position:], *reversed(paths[:position])]
            self._waiting = [path for path in reversed(ordered) if path not in self._known]
            self._changed.notify()

    def rest(self):
        """Called at every key: for a moment the thread leaves the processor alone."""
        self._quiet_until = time.monotonic() + _REST_S

    def close(self):
        self._stopped.set()
        with self._changed:
            self._waiting = []
            self._changed.notify()
        self._thread.join()

    def _work(self):
        while not self._stopped.is_set():
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._stopped.is_set())
                path = self._waiting.pop() if self._waiting else None
            if path is None:
                continue
            while not self._stopped.is_set() and (left := self._quiet_until - time.monotonic()) > 0:
                self._stopped.wait(left)
            try:
                self._known[path] = self._score(path)
            except Exception as error:  # a model that cannot be run must not take the window with it
                self.error, self._known[path] = error, None
                return
