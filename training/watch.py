"""A model watches whole days: every frame is made, encoded, judged by the camera's kernels, and forgotten."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from contract.decision import UNKNOWN, UNUSABLE, best, verdict
from training import evaluate, reliability
from training.dataset import Frame
from training.pixels import network_input
from training.progress import Bars

LONG_MS = 3000  # an opening that lasts longer has to be found
_CHUNK = 150    # frames that a process is given at a time
_TINY = 1e-12   # of a probability, for its logarithm
_own = None     # of a process: (picture source, Model, Network)


def watch(model_path, camera, times, processes=1, progress=None):
    """Judge the frames of `times` (UTC milliseconds): ([training.evaluate.Scored] in the order of time, Model).

    camera: something that can be pickled and called without arguments, once in each of the `processes`; it returns a
    function from a time to (JPEG bytes, label), the label a state or "unusable". The answers do not depend on the
    number of processes. Raises TrainingError for a model that the camera would refuse, ValueError for a bad picture.
    """
    progress, parsed = progress or Bars(), evaluate.load(model_path)[0]
    times = sorted(times)
    chunks = [times[i:i + _CHUNK] for i in range(0, len(times), _CHUNK)]
    labels, logits = [], []
    progress.stage("watching", len(times))
    for chunk, (true, seen) in zip(chunks, _judged(model_path, camera, chunks, processes)):
        labels += true
        logits.append(seen)
        progress.advance(len(chunk))
    return _scored(times, labels, np.concatenate(logits), parsed), parsed


def _judged(model_path, camera, chunks, processes):
    """What `_judge` says of every chunk, in order."""
    if processes == 1:
        _begin(model_path, camera)
        yield from map(_judge, chunks)
        return
    fresh = multiprocessing.get_context("spawn")  # a fork would inherit torch's threads, which are not there
    with ProcessPoolExecutor(processes, fresh, _begin, (model_path, camera)) as pool:
        yield from pool.map(_judge, chunks)


def _begin(model_path, camera):
    global _own
    _own = (camera(), *evaluate.load(model_path))


def _judge(times):
    """(labels, int8 logits [n, labels]) of one chunk."""
    picture_of, parsed, network = _own
    labels, logits = [], np.empty((len(times), len(parsed.labels)), np.int8)
    for row, time_ms in zip(logits, times):
        jpeg, label = picture_of(time_ms)
        network.run(network_input(jpeg, parsed.region, parsed.width, parsed.height, parsed.channels), row)
        labels.append(label)
    return labels, logits


def _scored(times, labels, logits, parsed):
    shares = reliability.probabilities(logits, parsed.output_scale, parsed.spec["output"]["zero"]).tolist()
    return [evaluate.Scored(Frame(Path(f"{time_ms}.jpg"), label, time_ms), verdict(row, parsed),
                            best(row, len(parsed.labels))[1], tuple(share), row)
            for time_ms, label, row, share in zip(times, labels, map(bytes, logits), shares)]


def summarise(scored, parsed):
    """What a watch has shown, for JSON: training.evaluate.Evaluation's record and, under `watch`, what is asked of it.

    watch: balanced_accuracy, auc, ece; best_threshold: see there; unknown: share of the frames of a state; blocked: what
    unusable frames are called; openings, found, missed: of the openings longer than three seconds; delay_s: of the found,
    to the first frame that says so, None or {"median", "worst"}; invented, invented_smoothed: runs of frames reported open that touch no
    opening, before and after the camera's smoother (None where frames come too seldom for it).
    """
    evaluation = evaluate.summarise(scored, parsed)
    events, counts = evaluation.events, evaluation.confusion
    long = [opening for opening in events["list"]
            if opening["end_ms"] - opening["start_ms"] + 1000 * events["spacing_s"] > LONG_MS]
    delays = sorted(opening["delay_s"] for opening in long if opening["delay_s"] is not None)
    smoothed = events["smoothed"]
    return {"watch": {
        "frames": evaluation.frames, "spacing_s": events["spacing_s"],
        "balanced_accuracy": evaluation.balanced_accuracy, "auc": evaluation.auc, "ece": evaluation.ece,
        "best_threshold": best_threshold(scored, parsed),
        "unknown": _share(sum(counts[state][UNKNOWN] for state in parsed.states),
                          sum(sum(counts[state].values()) for state in parsed.states)),
        "blocked": counts[UNUSABLE],
        "openings": len(long), "found": len(delays), "missed": len(long) - len(delays),
        "delay_s": {"median": delays[len(delays) // 2], "worst": delays[-1]} if delays else None,
        "invented": events["invented"], "invented_smoothed": smoothed and smoothed["invented"],
        "missed_smoothed": smoothed and sum(opening["smoothed_delay_s"] is None for opening in long),
        "day": evaluation.day, "night": evaluation.night}, **evaluation.record()}


def best_threshold(scored, parsed):
    """{"log_odds", "balanced_accuracy"}: from which log odds on the second state should have been reported, by hindsight.

    None unless there are two states and both are true somewhere. Log odds of 0 mean as likely as the first state.
    """
    known = [(one.probability, one.frame.label) for one in scored if one.frame.label in parsed.states]
    if len(parsed.states) != 2 or len({label for _, label in known}) < 2:
        return None
    odds = np.array([np.log(max(share[1], _TINY) / max(share[0], _TINY)) for share, _ in known])
    second = np.array([label == parsed.states[1] for _, label in known])
    values, place = np.unique(odds, return_inverse=True)
    hit, false = (np.bincount(place, kind, len(values))[::-1].cumsum()[::-1] / kind.sum() for kind in (second, ~second))
    right = (hit + 1 - false) / 2
    return {"log_odds": float(values[right.argmax()]), "balanced_accuracy": float(right.max())}


def _share(part, whole):
    return part / whole if whole else None
