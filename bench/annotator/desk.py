"""A display, an observed window on it, and hands on its keyboard."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.count import ROOT
from bench.errors import BenchError

_PATIENCE_S = 60
_CLOCK_WRAPS_MS = 1 << 32  # the X server's


class Display:
    """A virtual display for the time of a `with`; its value is the name."""

    def __enter__(self):
        for program in ("Xvfb", "xdotool"):
            if not shutil.which(program):
                raise BenchError(program + " is not installed (Debian: apt install xvfb xdotool)")
        read, write = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1920x1080x24", "-nolisten", "tcp"],
            pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as answer:
            name = answer.readline().strip()
        if not name:
            raise BenchError("Xvfb does not start")
        return ":" + name

    def __exit__(self, *_error):
        self._server.terminate()
        self._server.wait()


class Observed:
    """The window of a project, opened by a program that writes down what happens; each line is of that program's form."""

    program = None  # python -m PROGRAM LOG PROJECT

    def __init__(self, display, folder):
        self._environment = {**os.environ, "DISPLAY": display, "PYTHONPATH": str(ROOT)}
        self._folder = folder

    def __enter__(self):
        self._log = tempfile.NamedTemporaryFile("r", suffix=".log")
        self._started = time.monotonic()
        self._process = subprocess.Popen([sys.executable, "-m", self.program, self._log.name, str(self._folder)],
                                         cwd=ROOT, env=self._environment)
        self.opened()
        name = ["xdotool", "search", "--sync", "--onlyvisible", "--name", "Doorlens"]
        window = subprocess.run(name, env=self._environment, capture_output=True, text=True, timeout=_PATIENCE_S).stdout.split()
        subprocess.run(["xdotool", "windowfocus", "--sync", window[-1]], env=self._environment, check=True)
        return self

    def __exit__(self, *_error):
        self._process.terminate()
        self._process.wait()
        self._log.close()

    def opened(self):
        """Returns when the window is there."""
        self.line()

    def line(self):
        """The next line of the log, which may be still to come."""
        deadline, text = time.monotonic() + _PATIENCE_S, ""
        while not text.endswith("\n"):
            text += self._log.readline()
            if not text.endswith("\n"):
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise BenchError("the window showed nothing for a key, or ended")
                time.sleep(0.002)
        return text


class Timed(Observed):
    """opened_s: seconds from its start to the first picture."""

    program = "bench.annotator.timed"

    def opened(self):
        self.opened_s = self._times()[0] / 1000 - self._started

    def next_picture_ms(self):
        """Milliseconds from the key event to the picture that it brought, when that is there."""
        shown, key = self._times()
        return (shown - key) % _CLOCK_WRAPS_MS

    def memory_mb(self):
        """(now, at most until now) of the process's resident memory, in 10^6 bytes."""
        lines = dict(line.split(":", 1) for line in Path("/proc/%d/status" % self._process.pid).read_text().splitlines())
        return tuple(int(lines[name].split()[0]) * 1024 / 1e6 for name in ("VmRSS", "VmHWM"))

    def _times(self):
        """(shown at ms, key at ms)"""
        shown, key, _ = self.line().split()
        return float(shown), int(key)


class Told(Observed):
    """state: what the window shows, as bench.annotator.told writes it."""

    program = "bench.annotator.told"

    def opened(self):
        self.state = json.loads(self.line())

    def until(self, condition):
        """Returns when `condition(state)` holds."""
        while not condition(self.state):
            self.state = json.loads(self.line())

    def ended(self):
        """Returns when the window was closed by its own key."""
        self._process.wait(_PATIENCE_S)


class Hands:
    """One xdotool that presses what it is told."""

    def __init__(self, display):
        self._display = display

    def __enter__(self):
        self._xdotool = subprocess.Popen(["xdotool", "-"], stdin=subprocess.PIPE, text=True,
                                         env={**os.environ, "DISPLAY": self._display})
        return self

    def __exit__(self, *_error):
        self._xdotool.stdin.close()
        self._xdotool.wait()

    def press(self, key, pause_s=0.0):
        """A key, or several at once as "ctrl+a"."""
        time.sleep(pause_s)
        self._do("key --delay 0 " + key)

    def hold(self, key):
        self._do("keydown " + key)

    def release(self, key):
        self._do("keyup " + key)

    def _do(self, words):
        self._xdotool.stdin.write(words + "\n")
        self._xdotool.stdin.flush()
