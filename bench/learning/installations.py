"""What is measured on: frames that may be labelled, and frames of a time that nobody learns from."""

from dataclasses import dataclass
from pathlib import Path

from contract.clock import utc_ms
from host_tools.scene import Scene
from training import trial

PROCEDURAL = ("lobby", "garage", "yard")
_START = "2026-03-02"
_DAY_MS = 86_400_000
_UNSEEN_AFTER_DAYS = 2
_AFTER_START_MS = 5_000  # from the beginning of an opening to its first frame: half a period


@dataclass(frozen=True)
class Installation:
    """pool, unseen: lists of training.dataset.Frame with all the labels there are; the bench decides which of the
    pool's a method may see. region: four ints in 1/10000. even: times (time_ms) of the unseen frames that stand for
    equal shares of time; None: all."""

    name: str
    states: list
    region: list
    pool: list
    unseen: list
    even: frozenset | None = None

    def stands_for_time(self, frames):
        """Of every one of `frames`: is it one of those that stand for equal shares of time?"""
        return [self.even is None or frame.time_ms in self.even for frame in frames]


@dataclass(frozen=True)
class Sampling:
    """How a procedural installation is filmed: days of the pool and of the unseen frames, seconds between the pool's
    frames, between unseen ones, and between unseen ones while the door is open."""

    days: int = 2
    period_s: int = 90
    unseen_days: int = 2
    unseen_period_s: int = 60
    open_period_s: int = 10


def procedural(name, seed, folder, sampling=Sampling()):
    """The Installation `name`: what training.trial samples of the first days, and later days as they are.

    Pictures are rendered once into `folder`. Every day has weather, light and visitors of its own.
    """
    scene, start = Scene(name, seed), utc_ms(_START)
    kept = Path(folder) / f"{name}-{seed}"
    times = trial.training_times(scene, start, sampling.days, sampling.period_s, seed)
    even, opened = unseen_times(scene, start + _UNSEEN_AFTER_DAYS * _DAY_MS, sampling)
    return Installation(name, ["closed", "open"], scene.region, trial.render(scene, times, kept),
                        trial.render(scene, sorted(even | opened), kept), even)


def unseen_times(scene, start_ms, sampling):
    """(times on an even grid, times within openings), frozensets of UTC milliseconds.

    The rare state is sampled more often than the other, but either one evenly: shares of a state's frames, and so
    balanced accuracy and the area under the curve, are what they are in time.
    """
    end = start_ms + sampling.unseen_days * _DAY_MS
    opened = {time_ms for low, high in scene.openings(start_ms, end)
              for time_ms in range(low + _AFTER_START_MS, high, sampling.open_period_s * 1000)}
    return frozenset(range(start_ms, end, sampling.unseen_period_s * 1000)), frozenset(opened)
