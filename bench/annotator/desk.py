"""A display, the observed window on it, and hands on its keyboard."""

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


class Watched:
    """The window of a project in a process of its own. opened_s: from its start to the first picture."""

    def __init__(self, display, folder):
        self._environment = {**os.environ, "DISPLAY": display, "PYTHONPATH": str(ROOT)}
        self._folder = folder

    def __enter__(self):
        self._log = tempfile.NamedTemporaryFile("r", suffix=".log")
        start = time.monotonic() * 1000
        self._process = subprocess.Popen([sys.executable, "-m", "bench.annotator.observed", self._log.name, str(self._folder)],
                                         cwd=ROOT, env=self._environment)
        self._position = None
        self.opened_s = (self._line()[0] - start) / 1000
        name = ["xdotool", "search", "--sync", "--onlyvisible", "--name", "Doorlens"]
        window = subprocess.run(name, env=self._environment, capture_output=True, text=True, timeout=_PATIENCE_S).stdout.split()
        subprocess.run(["xdotool", "windowfocus", "--sync", window[-1]], env=self._environment, check=True)
        return self

    def __exit__(self, *_error):
        self._process.terminate()
        self._process.wait()
        self._log.close()

    def next_picture_ms(self):
        """Milliseconds from the key event to the picture that it brought, when that is there."""
        shown, key, _ = self._line()
        return (shown - key) % _CLOCK_WRAPS_MS

    def memory_mb(self):
        """(now, at most until now) of the process's resident memory, in 10^6 bytes."""
        lines = dict(line.split(":", 1) for line in Path("/proc/%d/status" % self._process.pid).read_text().splitlines())
        return tuple(int(lines[name].split()[0]) * 1024 / 1e6 for name in ("VmRSS", "VmHWM"))

    def _line(self):
        """(shown at ms, key at ms, position) of the next line of the log."""
        deadline, text = time.monotonic() + _PATIENCE_S, ""
        while not text.endswith("\n"):
            text += self._log.readline()
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise BenchError("the window showed nothing for a key, or ended")
            if not text.endswith("\n"):
                time.sleep(0.002)
        shown, key, position = text.split()
        return float(shown), int(key), int(position)


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

    def press(self, key, pause_s):
        time.sleep(pause_s)
        self._xdotool.stdin.write("key --delay 0 %s\n" % key)
        self._xdotool.stdin.flush()
