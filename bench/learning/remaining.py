"""How long a bench of many cells still takes: one bar for the cells, one for every cell at hand."""

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


class Bars:
    """`methods`: those of all cells that will be measured; `expected`: an Expected that knows of earlier ones; `lanes`:
    how many are measured at a time. Each lane is told what is going on in it."""

    def __init__(self, methods, expected, lanes=1, clock=time.monotonic):
        self._waiting, self._expected, self._clock = list(methods), expected, clock
        self._bars = Progress(TextColumn("{task.description:<42}"), BarColumn(), MofNCompleteColumn(),
                              TextColumn("{task.fields[note]}"))
        self._cells = self._bars.add_task("cells", total=len(self._waiting), note="")
        self.lanes = [Lane(self, self._bars) for _ in range(lanes)]
        self._bars.start()

    def left_s(self):
        """Seconds to go."""
        running = [max(0.0, self._expected.seconds(lane.method) - (self._clock() - lane.began))
                   for lane in self.lanes if lane.method]
        everything = sum(running) + sum(map(self._expected.seconds, self._waiting))
        return max([everything / len(self.lanes), *running])

    def started(self, method):
        """A waiting cell of `method` is being measured; returns the time."""
        self._waiting.remove(method)
        self.note()
        return self._clock()

    def finished(self, method, began, measured):
        """It is done, or if not `measured` it cannot be."""
        if measured:
            self._expected.learn(method, self._clock() - began)
        self._bars.advance(self._cells)
        self.note()

    def note(self):
        minutes = self.left_s() / 60
        self._bars.update(self._cells, note="" if not minutes else "about a minute left" if minutes < 1.5 else
                          f"about {minutes:.0f} min left")

    def stop(self):
        self._bars.stop()


class Lane(Silent):
    """What is measured at the moment, in one process: a bar for its stage."""

    def __init__(self, whole, bars):
        self._whole, self._bars = whole, bars
        self._stage, self._title = None, ""
        self.method, self.began = None, 0.0

    def name(self, title):
        """What the stages to come belong to."""
        self._title = title

    def begin(self, title, method):
        self.name(title)
        self.method = method
        self.began = self._whole.started(method)

    def done(self, line, measured=True):
        """The cell at hand is finished, or if not `measured` it cannot be; `line` says what came out."""
        method, self.method = self.method, None
        self._remove()
        self._whole.finished(method, self.began, measured)
        self.say(line)

    def stage(self, name, total):
        self._remove()
        self._stage = self._bars.add_task(f"{self._title}: {name}", total=total, note="")

    def advance(self, n=1, **figures):
        self._bars.update(self._stage, advance=n)
        self._whole.note()

    def say(self, text):
        self._bars.console.print(text, highlight=False)

    def _remove(self):
        if self._stage is not None:
            self._bars.remove_task(self._stage)
            self._stage = None
