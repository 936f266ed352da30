"""How long a bench of many cells still takes: one bar for the cells, one for the stage at hand."""

import time

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from training.progress import Silent

_GUESS_S = {"ours": 400.0, "ours_labelled_only": 400.0, "from_scratch": 120.0, "frozen_backbone": 4.0,
            "farthest_first": 4.0, "prepare": 200.0}


class Expected:
    """Seconds that cells of a method take: what they took before, else a guess scaled by how right guesses were."""

    def __init__(self):
        self._took = {}

    def learn(self, method, seconds):
        self._took.setdefault(method, []).append(seconds)

    def seconds(self, method):
        took = self._took.get(method)
        return sum(took) / len(took) if took else _GUESS_S[method] * self._pace()

    def _pace(self):
        guessed = sum(_GUESS_S[method] * len(took) for method, took in self._took.items())
        return sum(map(sum, self._took.values())) / guessed if guessed else 1.0


class Bars(Silent):
    """`jobs`: names of methods in the order in which they will be measured; `expected`: an Expected that knows of
    earlier ones. Stages of the job at hand get the second bar."""

    def __init__(self, jobs, expected, clock=time.monotonic):
        self._left, self._expected, self._clock = list(jobs), expected, clock
        self._bars = Progress(TextColumn("{task.description:<42}"), BarColumn(), MofNCompleteColumn(),
                              TextColumn("{task.fields[note]}"))
        self._cells = self._bars.add_task("cells", total=len(self._left), note="")
        self._stage, self._began = None, clock()
        self._bars.start()

    def begin(self, title):
        self._began = self._clock()
        self._bars.update(self._cells, description=title, note=self._note())

    def done(self, line):
        """The job at hand is finished; `line` says what came out."""
        self._expected.learn(self._left.pop(0), self._clock() - self._began)
        self._bars.advance(self._cells)
        self.say(line)
        self._began = self._clock()
        self._bars.update(self._cells, note=self._note())

    def skip(self, line):
        """The job at hand cannot be done."""
        self._left.pop(0)
        self._bars.advance(self._cells)
        self.say(line)

    def left_s(self):
        """Seconds to go."""
        if not self._left:
            return 0.0
        first, *others = map(self._expected.seconds, self._left)
        return max(0.0, first - (self._clock() - self._began)) + sum(others)

    def _note(self):
        minutes = self.left_s() / 60
        return f"about {minutes:.0f} min left" if minutes >= 1.5 else "about a minute left" if self._left else ""

    def stage(self, name, total):
        if self._stage is not None:
            self._bars.remove_task(self._stage)
        self._stage = self._bars.add_task(name, total=total, note="")

    def advance(self, n=1, **figures):
        self._bars.update(self._stage, advance=n)
        self._bars.update(self._cells, note=self._note())

    def say(self, text):
        self._bars.console.print(text, highlight=False)

    def stop(self):
        """The end of the bench; `close` is only the end of a run within it."""
        self._bars.stop()
