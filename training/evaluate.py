"""How right is a model file? Scored with the camera's own kernels, decoder and decision."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

from contract.decision import UNKNOWN, UNUSABLE, best, verdict
from training import dataset, export
from training.errors import TrainingError
from training.pixels import network_input
from training.progress import Bars

_HOUR_MS = 3_600_000
_DAY_HOURS = range(6, 18)  # UTC


@dataclass
class Evaluation:
    """`confusion[true][reported]` counts frames: true is a state or "unusable", reported a state or "unknown".

    balanced_accuracy: mean over the states of the share reported right (unknown counts as wrong), None
    unless every state occurs; accuracy: over frames of a state. by_hour: UTC hour -> {"frames", "right"};
    day, night: the same with "balanced_accuracy", 06-18 UTC and the rest. wrong: frames with another
    state reported, or a state where the view is unusable, or unknown where a state is true, worst
    first: {"path", "true", "reported", "lead", "time_ms"}. unreadable: paths that could not be decoded.
    """

    frames: int
    confusion: dict
    balanced_accuracy: float | None
    accuracy: float | None
    by_hour: dict = field(default_factory=dict)
    day: dict = field(default_factory=dict)
    night: dict = field(default_factory=dict)
    wrong: list = field(default_factory=list)
    unreadable: list = field(default_factory=list)

    def record(self):
        """A dictionary for evaluation.json."""
        return asdict(self)


def evaluate(model_path, frames, progress=None):
    """Score the file at `model_path` on labelled `frames` (training.dataset.Frame); unlabelled ones are skipped.

    Raises TrainingError for a file the camera would refuse, a missing picture, or a label the model
    does not know.
    """
    own, progress = progress is None, progress or Bars()
    try:
        parsed, network = export.check(Path(model_path).read_bytes())
    except OSError as error:
        raise TrainingError(f"cannot read the model {model_path}: {error.strerror}") from None
    frames = [frame for frame in frames if frame.label is not None]
    dataset.check_files(frames)
    _check_known(frames, parsed)
    results, unreadable, logits = [], [], bytearray(len(parsed.labels))
    progress.stage("evaluating", len(frames))
    try:
        for frame in frames:
            try:
                picture = network_input(Path(frame.path).read_bytes(), parsed.region, parsed.width, parsed.height,
                                        parsed.channels)
            except ValueError:
                unreadable.append(str(frame.path))
            else:
                network.run(picture, logits)
                results.append((frame, verdict(logits, parsed), best(logits, len(parsed.labels))[1]))
            progress.advance()
    finally:
        if own:
            progress.close()
    return summarise(results, parsed.states, unreadable)


def summarise(results, states, unreadable=()):
    """[(Frame, reported, lead)] -> Evaluation."""
    hours = {}
    for frame, reported, _ in results:
        if frame.time_ms is not None and frame.label != UNUSABLE:
            hour = hours.setdefault(str(frame.time_ms // _HOUR_MS % 24), {"frames": 0, "right": 0})
            hour["frames"] += 1
            hour["right"] += reported == frame.label
    parts = {True: [], False: []}
    for result in results:
        if result[0].time_ms is not None:
            parts[result[0].time_ms // _HOUR_MS % 24 in _DAY_HOURS].append(result)
    counts = _confusion(results, states)
    return Evaluation(len(results), counts, _balanced(counts, states), _accuracy(counts, states),
                      dict(sorted(hours.items(), key=lambda item: int(item[0]))),
                      _part(parts[True], states), _part(parts[False], states), _wrong(results), list(unreadable))


def _check_known(frames, parsed):
    for frame in frames:
        if frame.label != UNUSABLE and frame.label not in parsed.states:
            raise TrainingError(f'{frame.path} is labelled "{frame.label}", the model knows only '
                                f"{', '.join(parsed.states)}; train again after a change of states")


def _confusion(results, states):
    counts = Counter((frame.label, reported) for frame, reported, _ in results)
    return {true: {reported: counts[true, reported] for reported in [*states, UNKNOWN]}
            for true in [*states, UNUSABLE]}


def _balanced(confusion, states):
    totals = [sum(confusion[state].values()) for state in states]
    if not all(totals):
        return None
    return sum(confusion[state][state] / total for state, total in zip(states, totals)) / len(states)


def _accuracy(confusion, states):
    total = sum(sum(confusion[state].values()) for state in states)
    return sum(confusion[state][state] for state in states) / total if total else None


def _part(results, states):
    counts = _confusion(results, states)
    return {"frames": sum(frame.label != UNUSABLE for frame, _, _ in results),
            "accuracy": _accuracy(counts, states), "balanced_accuracy": _balanced(counts, states)}


def _wrong(results):
    found = []
    for frame, reported, lead in results:
        expected = UNKNOWN if frame.label == UNUSABLE else frame.label
        if reported != expected:
            found.append({"path": str(frame.path), "true": frame.label, "reported": reported, "lead": lead,
                          "time_ms": frame.time_ms})
    return sorted(found, key=lambda row: (row["reported"] == UNKNOWN, -row["lead"]))
