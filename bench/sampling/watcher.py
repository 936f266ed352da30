"""The model whose verdicts the policy may see: a real student of few labels, with the errors that it makes."""

import hashlib
from pathlib import Path

import numpy as np

from bench.sampling.days import DAY_MS, LEARNT_FROM, STATES
from contract.clock import utc_ms
from contract.decision import UNUSABLE
from training import evaluate, run, trial
from training.pixels import network_input
from training.sign_off import MODEL

_DAYS = 2


class Watcher:
    """A model file, run by the host's build of the camera's int8 kernels."""

    def __init__(self, path):
        self.model, self._network = evaluate.load(path)
        self.digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()

    @property
    def outputs(self):
        """Number of logits."""
        return len(self.model.labels)

    def look(self, jpeg, logits):
        """Fills `logits`, int8 [outputs]."""
        model = self.model
        self._network.run(network_input(jpeg, model.region, model.width, model.height, model.channels), logits)


def taught(scene, folder, config, labels, period_s, progress):
    """Path of a student trained on `labels` frames of the two days before the film, the others of their pool unlabelled.

    The pool is training.trial's: one frame every `period_s` and four around every opening and every blocked view.
    Trained once; a run that was interrupted goes on.
    """
    directory = Path(folder) / f"student-{labels}"
    if not (directory / MODEL).exists():
        frames = _pool(scene, Path(folder) / "pool", labels, period_s, config.seed)
        run.train(frames, STATES, scene.region, directory, config, progress=progress, project=scene.installation)
        (directory / "teacher.pt").unlink(missing_ok=True)
    return directory / MODEL


def _pool(scene, folder, labels, period_s, seed):
    start = utc_ms(LEARNT_FROM)
    times = trial.training_times(scene, start, _DAYS, period_s, seed)
    frames = trial.render(scene, times, folder)
    spans = scene.openings(start, start + _DAYS * DAY_MS) + scene.blocked_periods(start, start + _DAYS * DAY_MS)
    return trial.few_labels(frames, spans, labels, seed)


def right(logits, states, model):
    """Shares of the frames of each state that the best answer is right about: {state: share}; without blocked frames.

    logits: int8 [n, outputs]; states: n labels.
    """
    best = np.array(model.labels)[logits.argmax(1)]
    return {state: float((best[states == state] == state).mean()) if (states == state).any() else None
            for state in model.labels if state != UNUSABLE}
