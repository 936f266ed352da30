"""What a long run says while it works."""

import time

from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn
from rich.text import Text

from training.forecast import Forecast

_WHOLE = "whole run"


class Silent:
    """Says nothing; for tests and scripts."""

    def plan(self, guesses):
        """The stages to come and how many seconds each may take, {name: seconds}."""

    def stage(self, name, total):
        """A new stage of `total` steps begins."""

    def advance(self, n=1, **figures):
        """`n` steps are done; `figures` are names and values worth showing."""

    def say(self, text):
        """One line for the person who waits."""

    def close(self):
        pass


class Bars(Silent):
    """One bar a stage on the terminal; above them, once there is a plan, the whole run with its time left."""

    def __init__(self):
        self._bars = Progress(TextColumn("{task.description:<16}"), BarColumn(), _Count(), _Left(self._seconds_left),
                              TextColumn("{task.fields[figures]}"))
        self._task = self._whole = self._forecast = None
        self._began = 0.0

    def plan(self, guesses):
        self._forecast, self._began = Forecast(guesses), time.monotonic()
        self._whole = self._bars.add_task(_WHOLE, total=1.0, figures="", whole=True)

    def stage(self, name, total):
        self._bars.start()
        self._task = self._bars.add_task(name, total=total, figures="", whole=False)
        if self._forecast:
            self._forecast.start(name, time.monotonic())
            self._update()

    def advance(self, n=1, **figures):
        text = "  ".join(f"{name.removeprefix('held_out_')} {value:.3g}" for name, value in figures.items())
        self._bars.update(self._task, advance=n, **({"figures": text} if text else {}))
        if self._forecast:
            task = self._bars.tasks[self._task]
            self._forecast.reach(min(1.0, task.completed / task.total) if task.total else 1.0)
            self._update()

    def _update(self):
        self._bars.update(self._whole, completed=self._forecast.share(time.monotonic(), self._began))

    def _seconds_left(self):
        return self._forecast.left(time.monotonic())

    def say(self, text):
        self._bars.console.print(text, highlight=False)

    def close(self):
        self._bars.stop()


class _Count(ProgressColumn):
    """Steps of a stage, per cent of the whole."""

    def render(self, task):
        return Text(f"{task.percentage:.0f} %" if task.fields["whole"] else f"{task.completed:.0f}/{task.total:.0f}",
                    style="progress.download")


class _Left(ProgressColumn):
    """Time left, as minutes and seconds: of the whole by the forecast, of a stage by its pace."""

    def __init__(self, whole):
        super().__init__()
        self._whole = whole

    def render(self, task):
        seconds = self._whole() if task.fields["whole"] else task.time_remaining
        return Text("" if seconds is None else f"{duration(seconds)} left", style="progress.remaining")


def duration(seconds):
    """65.2 -> "1:05", 3700 -> "1:01:40"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
