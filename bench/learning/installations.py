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


@dataclass(frozen=True)
class Installation:
    """pool, unseen: lists of training.dataset.Frame with all the labels there are; the bench decides which of the
    pool's a method may see. region: four ints in 1/10000."""

    name: str
    states: list
    region: list
    pool: list
    unseen: list


@dataclass(frozen=True)
class Sampling:
    """How a procedural installation is filmed: days of the pool, seconds between its frames and the unseen day's."""

    days: int = 2
    period_s: int = 600
    unseen_period_s: int = 60


def procedural(name, seed, folder, sampling=Sampling()):
    """The Installation `name`: what training.trial samples of the first days, and the third day as it is.

    Pictures are rendered once into `folder`. The third day has weather, light and visitors of its own.
    """
    scene, start = Scene(name, seed), utc_ms(_START)
    kept = Path(folder) / f"{name}-{seed}"
    times = trial.training_times(scene, start, sampling.days, sampling.period_s, seed)
    unseen = start + _UNSEEN_AFTER_DAYS * _DAY_MS
    return Installation(name, ["closed", "open"], scene.region, trial.render(scene, times, kept),
                        trial.render(scene, range(unseen, unseen + _DAY_MS, sampling.unseen_period_s * 1000), kept))
