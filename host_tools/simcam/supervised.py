"""A child process that is started again when it dies, as a camera's service manager does."""

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

_BACKOFF_S = (0.5, 1, 2, 4, 8, 15)
_STEADY_S = 60                      # alive for this long: the next restart is quick again
_STOP_S = 5
_SLICE_S = 0.02                     # of a slow processor, see `slowness`


class Supervised:
    """Runs `command` in the folder `cwd`; a context manager. What it prints goes to `log_path`.

    environment: variables besides those of this process.
    slowness: of so many equal slices of time the child runs in one; 1 is full speed. May be set any time.
    """

    def __init__(self, command, cwd, log_path, environment=None):
        self.log_path = Path(log_path)
        self._command, self._cwd, self._environment = command, cwd, {**os.environ, **(environment or {})}
        self.restarts, self.slowness = 0, 1
        self._process, self._threads = None, []
        self._stopping = threading.Event()
        self._lock = threading.Lock()

    pid = property(lambda self: self._process.pid if self.running else None, doc="Of the child, None while it is down.")
    running = property(lambda self: self._process is not None and self._process.poll() is None)

    def start(self):
        """Starts the child and the threads that watch it; returns self."""
        self._spawn()
        for work in (self._watch, self._brake):
            thread = threading.Thread(target=work, name="supervised", daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def _spawn(self):
        with self._lock, open(self.log_path, "ab") as log:
            if not self._stopping.is_set():
                self._process = subprocess.Popen(self._command, cwd=self._cwd, env=self._environment, stdin=subprocess.DEVNULL,
                                                 stdout=log, stderr=log)

    def _watch(self):
        quick_deaths = 0
        while not self._stopping.is_set():
            try:
                self._process.wait(_STEADY_S)
            except subprocess.TimeoutExpired:
                quick_deaths = 0
                continue
            if self._stopping.wait(_BACKOFF_S[min(quick_deaths, len(_BACKOFF_S) - 1)]):
                return
            quick_deaths += 1
            self.restarts += 1
            self._spawn()

    def _brake(self):
        while not self._stopping.wait(_SLICE_S if self.slowness > 1 else 0.1):
            if self.slowness > 1:
                process = self._process
                process.send_signal(signal.SIGSTOP)
                time.sleep(_SLICE_S * (self.slowness - 1))
                process.send_signal(signal.SIGCONT)

    def stop(self):
        """Ends the child by its process id: terminate, then kill."""
        self._end(lambda process: process.terminate())

    def kill(self):
        """Ends the child as a power cut does."""
        self._end(lambda process: process.kill())

    def _end(self, how):
        self._stopping.set()
        with self._lock:
            process = self._process
        if process is not None:
            how(process)
            process.send_signal(signal.SIGCONT)
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for thread in self._threads:
            thread.join()

    def log_tail(self, lines=10):
        """The last lines of the log, for people."""
        if not self.log_path.exists():
            return ""
        return "\n".join(self.log_path.read_text("utf-8", "replace").splitlines()[-lines:])

    def __enter__(self):
        return self.start()

    def __exit__(self, *exception):
        self.stop()
