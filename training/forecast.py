"""How long will the whole run take? From guesses made beforehand, corrected by what the stages took so far."""

_DOUBT_S = 3.0   # so many seconds of each guess are believed before anything is measured
_TOLD = 0.05     # of a stage; from then on its own pace is believed


class Forecast:
    """guesses: {stage: seconds}, in the order of the run. Times are seconds of any steady clock.

    A stage that is over or was left out has no time left; one that nobody guessed is believed once it is begun.
    """

    def __init__(self, guesses):
        self._guesses = dict(guesses)
        self._waiting = list(guesses)
        self._spent = self._guessed = 0.0  # of the stages that are over
        self._name, self._started, self._part = None, 0.0, 0.0

    def start(self, name, now):
        """Stage `name` begins; the one before it is over, and so are those that should have come earlier."""
        self._finish(now)
        if name in self._waiting:
            self._waiting = self._waiting[self._waiting.index(name) + 1:]
        self._name, self._started, self._part = name, now, 0.0

    def _finish(self, now):
        if self._name in self._guesses:
            self._spent += now - self._started
            self._guessed += self._guesses[self._name]

    def reach(self, part):
        """The stage is done to `part`, 0..1."""
        self._part = part

    def left(self, now):
        """Seconds that the run will still take."""
        elapsed = now - self._started if self._name else 0.0
        spent, guessed = self._spent, self._guessed
        if self._name in self._guesses:
            spent, guessed = spent + elapsed, guessed + self._part * self._guesses[self._name]
        pace = (spent + _DOUBT_S) / (guessed + _DOUBT_S) if self._part >= _TOLD or self._guessed else 1.0
        left = sum(self._guesses[name] for name in self._waiting) * pace
        if self._name is None or self._part >= 1:
            return left
        if self._part >= _TOLD:
            return left + elapsed * (1 - self._part) / self._part
        return left + max(0.0, self._guesses.get(self._name, 0.0) * pace - elapsed)

    def share(self, now, began):
        """Part of the run that is over, 0..1, if it began at `began`."""
        left, gone = self.left(now), now - began
        return gone / (gone + left) if gone + left > 0 else 0.0


# Seconds of one core in a run of default.toml (`python -m training.trial garage --threads 1`); only their proportions
# matter, the pace of this machine is measured.
_READ, _TEACH, _LOOK, _LEARN, _AWARE, _SCORE = 0.004, 0.022, 0.015, 0.0011, 0.0029, 0.02


def guesses(frames, config):
    """{stage: seconds} of a run on `frames`, for Forecast."""
    labelled = sum(frame.label is not None for frame in frames)
    teacher, student = config.teacher, config.student
    size, area = (teacher.side / 128) ** 2, student.width * student.height / 4096
    epoch = max(8, round(labelled * (1 - config.data.held_out) / teacher.batch)) * teacher.batch
    return {"reading pictures": _READ * len(frames),
            "features": _LOOK * size * len(frames),
            "teacher": _TEACH * size * epoch * (teacher.head_epochs + teacher.thaw_epochs + teacher.epochs),
            "soft labels": _LOOK * size * len(frames) * teacher.agreement,
            "lessons": _LOOK * size * min(student.views, 16 * len(frames)) * (student.matched > 0),
            "student": _LEARN * area * student.steps * student.batch,
            "int8 student": _AWARE * area * config.quantise.aware_steps * student.batch,
            "evaluating": _SCORE * labelled * config.data.held_out}
