"""Is a new model better than the deployed one? Both on the same held-out frames, pair by pair.

The verdict is a paired bootstrap over events of the difference in balanced accuracy (training.resample). Frames of
which only one model is right are counted too, with the exact test of McNemar, "Note on the sampling error of the
difference between correlated proportions or percentages", Psychometrika 12 (1947), which takes frames for independent.
"""

import json
from dataclasses import asdict, dataclass
from math import comb
from pathlib import Path

import numpy as np

from training import evaluate, resample
from training.errors import TrainingError

_ENOUGH = 4  # unseen frames of every state below which frames that the deployed model has learnt from count too


@dataclass
class Comparison:
    """verdict: "better", "same", "worse", or "other states" if the deployed model reports other states.

    new, deployed: balanced accuracy on the same `frames`; difference: new - deployed, interval: its 95 %; only_new,
    only_deployed: frames that one alone has right, p: McNemar's. learnt: how many of the frames the deployed model
    learnt from, 0 unless too few others are left. deployed_file: path of the file.
    """

    verdict: str
    deployed_file: str
    frames: int = 0
    learnt: int = 0
    new: float | None = None
    deployed: float | None = None
    difference: float | None = None
    interval: list | None = None
    only_new: int = 0
    only_deployed: int = 0
    p: float | None = None

    def record(self):
        """A dictionary for evaluation.json."""
        return asdict(self)


def compare(new, deployed, frames, progress=None, seed=0):
    """Comparison of two model files on labelled `frames`.

    Frames that either model learnt from (the split.json beside it) are left out as long as enough of every state
    remain. Raises TrainingError for a file that cannot be used.
    """
    states = evaluate.load(new)[0].states
    if evaluate.load(deployed)[0].states != states:
        return Comparison("other states", str(deployed))
    used = [frame for frame in frames if frame.label is not None]
    mine, learnt = (learnt_from(path) or set() for path in (new, deployed))
    for known in (mine, learnt):  # one after the other: what the deployed model knows may count in need
        unseen = [frame for frame in used if _key(frame.path) not in known]
        if all(sum(frame.label == state for frame in unseen) >= _ENOUGH for state in states):
            used = unseen
    ours, theirs = (evaluate.score(path, used, progress)[0] for path in (new, deployed))
    return judge(ours, theirs, states, str(deployed), sum(_key(frame.path) in learnt for frame in used), seed)


def judge(ours, theirs, states, deployed_file="", learnt=0, seed=0):
    """Comparison of two lists of training.evaluate.Scored on the same frames in the same order."""
    number = {state: i for i, state in enumerate(states)}
    target = np.array([number.get(one.frame.label, len(states)) for one in ours], int)
    right = np.array([[evaluate.right(a), evaluate.right(b)] for a, b in zip(ours, theirs)]).reshape(-1, 2)
    only_new, only_deployed = int((right[:, 0] & ~right[:, 1]).sum()), int((right[:, 1] & ~right[:, 0]).sum())
    made = Comparison("same", deployed_file, len(ours), learnt, only_new=only_new, only_deployed=only_deployed,
                      p=mcnemar(only_new, only_deployed))
    if not set(range(len(states))) <= set(target.tolist()):
        return made
    plain = [np.mean([right[target == state, side].mean() for state in range(len(states))]) for side in (0, 1)]
    drawn = resample.balanced_accuracies(resample.clusters([one.frame for one in ours]), target, right, len(states),
                                         np.random.default_rng(seed))
    made.new, made.deployed, made.difference = float(plain[0]), float(plain[1]), float(plain[0] - plain[1])
    made.interval = resample.interval(drawn[:, 0] - drawn[:, 1])
    low, high = made.interval or (-1.0, 1.0)
    made.verdict = "better" if low > 0 else "worse" if high < 0 else "same"
    return made


def mcnemar(first, second):
    """Two-sided exact p of a split of first + second discordant pairs, each side as likely."""
    total = first + second
    tail = sum(comb(total, k) for k in range(min(first, second) + 1))
    return min(1.0, 2 * tail / 2 ** total)


def refuse_if_worse(comparison, force=False):
    """Raises TrainingError if `comparison` (None: nothing is deployed) says worse, unless `force`.

    A deployed model that has learnt from the frames it is compared on refuses nothing: it must look better.
    """
    if comparison is None or comparison.verdict != "worse" or comparison.learnt or force:
        return
    raise TrainingError(
        f"the new model is worse than the deployed one: balanced accuracy {comparison.new:.3f} against "
        f"{comparison.deployed:.3f} on {comparison.frames} held-out frames, so it is not exported; see report.html, "
        "label more of what went wrong, or take it all the same with `doorlens train --force`")


def learnt_from(model_path):
    """Frames that taught a model as the split.json beside it says, by `_key`; None if there is none."""
    try:
        record = json.loads(Path(model_path).with_name("split.json").read_bytes())
        return {_key(file) for block in record["blocks"] if block["side"] == "train" for file in block["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def seen(model_path, frames):
    """How many of the labelled `frames` taught the model; None if nobody knows."""
    learnt = learnt_from(model_path)
    return None if learnt is None else sum(_key(frame.path) in learnt for frame in frames if frame.label is not None)


def _key(path):
    """File and folder name: paths are noted as they were given, from wherever the command was called."""
    return Path(path).absolute().parts[-2:]
