"""How right is a model file? Scored with the camera's own kernels, decoder and decision."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from contract.decision import UNKNOWN, UNUSABLE, best, verdict
from contract.filter import of as filter_of
from training import dataset, events, export, reliability, resample
from training.errors import TrainingError
from training.pixels import network_input
from training.progress import Bars

_HOUR_MS = 3_600_000
_DAY_HOURS = range(6, 18)  # UTC


@dataclass(frozen=True)
class Scored:
    """One Frame as the camera sees it: what it says, by how many logit steps the best leads, softmax and raw logits [labels]."""

    frame: dataset.Frame
    reported: str
    lead: int
    probability: tuple
    logits: bytes | None = None


@dataclass
class Evaluation:
    """`confusion[true][reported]` counts frames: true is a state or "unusable", reported a state or "unknown".

    balanced_accuracy: mean over the states of the share reported right (unknown counts as wrong), None
    unless every state occurs; interval: 95 % of what it would be on other events, resampled (None likewise);
    accuracy: over frames of a state. by_state: state -> {"frames", "precision", "recall"} (precision None if it was
    never reported). by_hour: UTC hour -> {"frames", "right"}; day, night: {"frames", "accuracy",
    "balanced_accuracy"}, 06-18 UTC and the rest; by_date: UTC date -> {"day", "night"}, each the same. wrong: frames
    with another state reported, or a state where the view is unusable, or unknown where a state is true, worst first:
    {"path", "true", "reported", "lead", "time_ms"}. unreadable: paths that could not be decoded.
    ece, brier, auc, reliability: of the softmax before the margin, see training.reliability; events: see
    training.events.score, empty without times.
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
    interval: list | None = None
    by_state: dict = field(default_factory=dict)
    by_date: dict = field(default_factory=dict)
    ece: float | None = None
    brier: float | None = None
    auc: float | None = None
    reliability: list = field(default_factory=list)
    events: dict = field(default_factory=dict)

    def record(self):
        """A dictionary for evaluation.json."""
        return asdict(self)


def evaluate(model_path, frames, progress=None):
    """Score the file at `model_path` on labelled `frames` (training.dataset.Frame); unlabelled ones are skipped.

    Raises TrainingError for a file the camera would refuse, a missing picture, or a label the model
    does not know.
    """
    scored, parsed, unreadable = score(model_path, frames, progress)
    return summarise(scored, parsed, unreadable)


def score(model_path, frames, progress=None):
    """([Scored] of the labelled frames that can be decoded, the parsed Model, paths that cannot); see `evaluate`."""
    own, progress = progress is None, progress or Bars()
    parsed, network = load(model_path)
    frames = [frame for frame in frames if frame.label is not None]
    dataset.check_files(frames)
    _check_known(frames, parsed)
    scored, unreadable, logits = [], [], bytearray(len(parsed.labels))
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
                scored.append(Scored(frame, verdict(logits, parsed), best(logits, len(parsed.labels))[1],
                                     _softmax(logits, parsed), bytes(logits)))
            progress.advance()
    finally:
        if own:
            progress.close()
    return scored, parsed, unreadable


def load(model_path):
    """(Model, Network) of a file, self-tested. Raises TrainingError."""
    try:
        return export.check(Path(model_path).read_bytes())
    except OSError as error:
        raise TrainingError(f"cannot read the model {model_path}: {error.strerror}") from None


def summarise(scored, parsed, unreadable=()):
    """[Scored] by the model `parsed` -> Evaluation."""
    states = parsed.states
    hours = {}
    for one in scored:
        if one.frame.time_ms is not None and one.frame.label != UNUSABLE:
            hour = hours.setdefault(str(one.frame.time_ms // _HOUR_MS % 24), {"frames": 0, "right": 0})
            hour["frames"] += 1
            hour["right"] += one.reported == one.frame.label
    timed = [one for one in scored if one.frame.time_ms is not None]
    dates = sorted({events.date(one.frame.time_ms) for one in timed})
    counts = _confusion(scored, states)
    moments = [events.Moment(one.frame.time_ms, one.frame.label, one.reported, one.frame.camera, one.logits)
               for one in timed]
    return Evaluation(
        len(scored), counts, _balanced(counts, states), _accuracy(counts, states),
        dict(sorted(hours.items(), key=lambda item: int(item[0]))),
        _part(timed, states, True), _part(timed, states, False), _wrong(scored), list(unreadable),
        interval=_interval(scored, states), by_state=_by_state(counts, states),
        by_date={date: _halves([one for one in timed if events.date(one.frame.time_ms) == date], states)
                 for date in dates},
        events=events.score(moments, states, parsed.smoothing, lambda: filter_of(parsed)), **_confidence(scored, parsed))


def right(one):
    """Did the camera say what is true? Of an unusable view "unknown" is."""
    return one.reported == (UNKNOWN if one.frame.label == UNUSABLE else one.frame.label)


def _softmax(logits, parsed):
    signed = np.frombuffer(logits, np.int8)[None]
    return tuple(reliability.probabilities(signed, parsed.output_scale, parsed.spec["output"]["zero"])[0].tolist())


def _check_known(frames, parsed):
    for frame in frames:
        if frame.label != UNUSABLE and frame.label not in parsed.states:
            raise TrainingError(f'{frame.path} is labelled "{frame.label}", the model knows only '
                                f"{', '.join(parsed.states)}; train again after a change of states")


def _confusion(scored, states):
    counts = Counter((one.frame.label, one.reported) for one in scored)
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


def _by_state(confusion, states):
    found = {}
    for state in states:
        true, reported = sum(confusion[state].values()), sum(row[state] for row in confusion.values())
        hit = confusion[state][state]
        found[state] = {"frames": true, "precision": hit / reported if reported else None,
                        "recall": hit / true if true else None}
    return found


def _part(timed, states, by_day):
    own = [one for one in timed if (one.frame.time_ms // _HOUR_MS % 24 in _DAY_HOURS) == by_day]
    counts = _confusion(own, states)
    return {"frames": sum(one.frame.label != UNUSABLE for one in own),
            "accuracy": _accuracy(counts, states), "balanced_accuracy": _balanced(counts, states)}


def _halves(timed, states):
    return {"day": _part(timed, states, True), "night": _part(timed, states, False)}


def _interval(scored, states):
    if not {one.frame.label for one in scored} >= set(states):
        return None
    target = np.array([states.index(one.frame.label) if one.frame.label in states else len(states) for one in scored])
    drawn = resample.balanced_accuracies(resample.clusters([one.frame for one in scored]), target,
                                         [right(one) for one in scored], len(states), np.random.default_rng(0))
    return resample.interval(drawn[:, 0])


def _confidence(scored, parsed):
    known = [one for one in scored if one.frame.label in parsed.labels]
    probability = np.array([one.probability for one in known]).reshape(-1, len(parsed.labels))
    target = np.array([parsed.labels.index(one.frame.label) for one in known], int)
    rows = reliability.bins(probability, target)
    return {"ece": reliability.ece(rows), "brier": reliability.brier(probability, target), "reliability": rows,
            "auc": reliability.auc_of_states(probability, target, len(parsed.states))}


def _wrong(scored):
    found = [{"path": str(one.frame.path), "true": one.frame.label, "reported": one.reported, "lead": one.lead,
              "time_ms": one.frame.time_ms} for one in scored if not right(one)]
    return sorted(found, key=lambda row: (row["reported"] == UNKNOWN, -row["lead"]))
