"""How far two opinions about the same frames agree."""

from dataclasses import dataclass
from typing import NamedTuple

from annotation import history
from annotation.changes import OPINION


class Pair(NamedTuple):
    """What was said about a frame first, and then by a person who did not see that."""

    path: str
    first: str
    second: str
    first_annotator: str | None
    second_annotator: str | None


@dataclass(frozen=True)
class Agreement:
    """frames: how many; agreed: the share of them with the same label, 0..1; kappa: Cohen's, -1..1, None where both said
    the same single label of every frame; table: {(first, second): frames}.

    Cohen, "A Coefficient of Agreement for Nominal Scales", Educational and Psychological Measurement 20, 1960: the
    agreement beyond that of two who give their labels by lot, each as often as they did.
    """

    frames: int
    agreed: float
    kappa: float | None
    table: dict

    def __str__(self):
        kappa = "none: only one label was given" if self.kappa is None else "%.3f" % self.kappa
        return "%d frames, %.1f %% agree, Cohen's kappa %s" % (self.frames, 100 * self.agreed, kappa)


def pairs(index, annotator=None):
    """[Pair] of all second opinions in the journal, the latest of each person about each frame; of `annotator` only.

    Raises IndexFileError.
    """
    found = {}
    for decision in history.decisions(index.project):
        for (op, path), change in decision.changes.items():
            if op == OPINION and annotator in (None, decision.who):
                found[path, decision.who] = Pair(path, change.before.label, change.after.label, change.before.annotator,
                                                 decision.who)
    return [pair for pair in found.values() if pair.first is not None]


def agreement(pairs):
    """The Agreement of Pairs; None of none."""
    if not pairs:
        return None
    table, count = {}, len(pairs)
    for pair in pairs:
        table[pair.first, pair.second] = table.get((pair.first, pair.second), 0) + 1
    agreed = sum(frames for (first, second), frames in table.items() if first == second) / count
    labels = {label for key in table for label in key}
    chance = sum(sum(frames for (first, _), frames in table.items() if first == label)
                 * sum(frames for (_, second), frames in table.items() if second == label) for label in labels) / count ** 2
    return Agreement(count, agreed, None if chance == 1 else (agreed - chance) / (1 - chance), table)
