"""Which frames of a project a person should label next, and what their labels hold for besides."""

import msgspec
import numpy as np

from annotation.index import Index
from host_tools import beliefs, choosing, near_duplicates, queue_file
from host_tools.errors import ProjectError
from host_tools.features import describe, standardised
from host_tools.queue_file import Pick, Queue
from training.progress import Silent

SOURCE = "group"   # of a label that a near-duplicate's decision gave
_QUOTA = 0.25      # of the budget: the states with the fewest labels


def select(project, budget, seed=1, kind="auto", progress=None):
    """Choose `budget` of the project's unlabelled frames; returns queue_file.Queue, which is on disk then.

    Labels of the last choice are given to its near-duplicates first. Without labels of two states and without a model
    the frames are typical ones (host_tools.choosing.typical); then a quarter goes to the states with the fewest labels,
    the rest to doubtful frames unlike each other. Frames of the evaluation slice, like labelled ones and unreadable ones
    are left out. kind: of the features, host_tools.features.KINDS. Raises ProjectError.
    """
    progress = progress or Silent()
    given = spread(project)
    if given:
        progress.say(f"{given} near-duplicates took over the label of the frame that stands for them")
    paths, labels, order = _frames(project, progress)
    features = describe(project, paths, kind, progress)
    _tell_unreadable(paths, features, progress)
    rows = standardised(features.rows)
    known = beliefs.believe(project, paths, labels, features, progress)
    leader = near_duplicates.groups(features.small, _kinds(paths, labels, known), order)
    taken = {leader[i] for i, label in enumerate(labels) if label is not None}
    candidates = [i for i in sorted(set(leader.tolist())) if i not in taken and features.readable[i]]
    if not candidates:
        raise ProjectError("there is nothing to choose: every frame has a label or is like one that has")
    members = _members(leader, candidates)
    generator = np.random.default_rng(seed)
    if known:
        chosen = _doubtful(rows, known, labels, candidates, budget, generator, project.states)
    else:
        chosen = _typical(rows, labels, candidates, members, budget, generator)
    picks = [_pick(paths, members[i], reason, why, known, i) for i, reason, why in chosen]
    queue = Queue(queue_file.FORMAT, seed, features.kind, picks)
    queue_file.write(project, queue)
    return queue


def spread(project):
    """Give the near-duplicates of the last choice the labels of the frames that stand for them; returns their number.

    Only frames without a label get one, or with one that they got this way. Raises ProjectError, IndexFileError.
    """
    queue = queue_file.read(project)
    if queue is None:
        return 0
    index, given = Index.open(project.path, project.states), 0
    for pick in queue.chosen:
        first = index.entries.get(pick.path)
        if first is None or first.label is None or (first.label not in index.labels):
            continue
        for path in pick.group:
            entry = index.entries.get(path)
            if entry and entry.label != first.label and (entry.label is None or entry.source == SOURCE):
                index.label(path, first.label, first.annotator or "someone", SOURCE, first.annotated_ms)
                given += 1
    if given:
        index.save()
    return given


def _frames(project, progress):
    """(paths, labels, the order in which frames may lead a group: labelled ones first, then by time)."""
    index = Index.open(project.path, project.states)
    if not index.unlabelled():
        raise ProjectError("the project has no frame without a label: fetch some with `doorlens ingest`")
    kept = {path: entry for path, entry in index.entries.items()
            if entry.label is not None or not is_evaluation(project.path / path)}
    left_out = len(index.entries) - len(kept)
    if left_out:
        progress.say(f"{left_out} unlabelled frames were drawn for evaluation and are left out")
    labels = [entry.label for entry in kept.values()]
    return list(kept), labels, sorted(range(len(labels)), key=lambda i: labels[i] is None)


class _Sidecar(msgspec.Struct):
    evaluation: bool = False


def is_evaluation(picture):
    """Does the sidecar of a picture (Path) say that it must never be trained with?"""
    try:
        return msgspec.json.decode(picture.with_suffix(".json").read_bytes(), type=_Sidecar).evaluation
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return False


def _tell_unreadable(paths, features, progress):
    bad = [path for path, readable in zip(paths, features.readable) if not readable]
    if bad:
        progress.say(f"{len(bad)} pictures are missing or damaged and left out, first {bad[0]}")
    if len(bad) == len(paths):
        raise ProjectError(f"none of the {len(bad)} pictures can be read, first {bad[0]}")


def _kinds(paths, labels, known):
    """Frames of different cameras or of different states, known or probable, are no near-duplicates."""
    cameras = [path.split("/")[1] if path.count("/") > 1 else "" for path in paths]
    if known is None:
        return cameras
    names, shares, _ = known
    return [(camera, label or names[k]) for camera, label, k in zip(cameras, labels, shares.argmax(1))]


def _members(leader, candidates):
    members = {i: [] for i in candidates}
    for i, first in enumerate(leader.tolist()):
        if first in members:
            members[first].append(i)
    return members


def _typical(rows, labels, candidates, members, budget, generator):
    own = [i for i, label in enumerate(labels) if label is not None] + candidates
    places = choosing.typical(rows[own], range(len(own) - len(candidates)), budget, generator)
    for i in (own[place] for place in places):
        alike = len(members[i]) - 1
        yield i, "typical", "typical of frames that nothing labelled is like" + (f", {alike} of them nearly identical" if alike else "")


def _doubtful(rows, known, labels, candidates, budget, generator, states):
    names, shares, sources = known
    doubt, likely = beliefs.doubt(shares), shares.argmax(1)
    counts = {state: sum(label == state for label in labels) for state in states}
    taken = []
    for state, count in choosing.shares(counts, int(budget * _QUOTA)).items():
        own = [i for i in candidates if names[likely[i]] == state]
        for place in choosing.typical(rows[own], [], count, generator) if own and count else []:
            taken.append(own[place])
            yield own[place], "quota", f"probably {_percent(names, shares[own[place]])}; {counts[state]} \"{state}\" are labelled"
    left = [i for i in candidates if i not in set(taken)]
    for i in choosing.doubtful(rows, doubt, left, budget - len(taken), generator):
        yield i, "doubt", f"by {' and '.join(sources)}: {_percent(names, shares[i])}"


def _percent(names, shares):
    """The two likeliest: 'open 52 %, closed 48 %'."""
    best = sorted(range(len(names)), key=lambda k: (-shares[k], k))[:2]
    return ", ".join(f"{names[k]} {100 * shares[k]:.0f} %" for k in best)


def _pick(paths, members, reason, why, known, i):
    state = doubt = None
    if known:
        state, doubt = known[0][int(known[1][i].argmax())], round(float(beliefs.doubt(known[1][i:i + 1])[0]), 4)
    return Pick(paths[i], reason, why, state, doubt, [paths[k] for k in members if k != i])
