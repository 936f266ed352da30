"""Which pictures to label next: the kinds with few labels of which the network is unsure."""

from collections import defaultdict

import numpy as np

_HOURS = 3             # of the day, in one kind
_HOUR_MS = 3_600_000
_DARK, _DIM = 50, 95   # mean grey level 0..255 below which a picture is dark, dim
_KINDS, _FRAMES = 6, 12
_FEW = 10              # labels of a kind that are few
_UNSURE = 0.1          # mean doubt worth a word


def choose(frames, blocks, states, pictures, guess, doubt):
    """([kinds], [paths]) worth labelling, best first.

    frames: [Frame], labelled or not; blocks: lists of indices that belong together; pictures: uint8
    [n, height, width, channels]; guess: number of the state a network takes each for, int [n]; doubt: 1 - the
    probability of that, float [n]. A kind is {"kind", "labelled", "unlabelled", "doubt" (mean, of the unlabelled if
    there are), "why"}; the paths are the most doubtful unlabelled frames, one a block.
    """
    members = defaultdict(list)
    light = pictures.reshape(len(pictures), -1).mean(1) if len(pictures) else np.zeros(0)
    for i, frame in enumerate(frames):
        if frame.label is None or frame.label in states:
            for kind in _kinds(frame, states[guess[i]] if frame.label is None else frame.label, light[i]):
                members[kind].append(i)
    if any(frame.time_ms is not None for frame in frames):
        for state in states:
            for start in range(0, 24, _HOURS):
                members.setdefault(_hours(state, start), [])
    rows = [_row(kind, own, frames, doubt) for kind, own in sorted(members.items())]
    rows = [row for row in rows if row["why"]]
    rows.sort(key=lambda row: (row["unlabelled"] == 0, -_worth(row), row["kind"]))
    return rows[:_KINDS], _most_doubtful(frames, blocks, doubt)


def _kinds(frame, state, light):
    if frame.time_ms is not None:
        yield _hours(state, frame.time_ms // _HOUR_MS % 24 // _HOURS * _HOURS)
    yield f"{'dark' if light < _DARK else 'dim' if light < _DIM else 'bright'} pictures of \"{state}\""


def _hours(state, start):
    return f'"{state}" from {start:02d} to {start + _HOURS:02d} h UTC'


def _row(kind, own, frames, doubt):
    unlabelled = [i for i in own if frames[i].label is None]
    labelled = len(own) - len(unlabelled)
    mean = float(np.mean(doubt[unlabelled or own])) if own else 0.0
    why = []
    if labelled < _FEW:
        why.append("none is labelled" if not labelled else f"only {labelled} labelled")
    if mean >= _UNSURE:
        why.append(f"the network is {100 * mean:.0f} % unsure")
    return {"kind": kind, "labelled": labelled, "unlabelled": len(unlabelled), "doubt": mean, "why": ", ".join(why)}


def _worth(row):
    return (row["doubt"] + 0.05) / (1 + row["labelled"]) ** 0.5


def _most_doubtful(frames, blocks, doubt):
    best = []
    for block in blocks:
        open_ones = [i for i in block if frames[i].label is None]
        if open_ones:
            best.append(max(open_ones, key=lambda i: (doubt[i], -i)))
    return [str(frames[i].path) for i in sorted(best, key=lambda i: (-doubt[i], i))[:_FRAMES]]
