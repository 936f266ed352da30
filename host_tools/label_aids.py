"""What the annotator offers besides keys: near-duplicates to label at once, and suggestions; both lie in cache/."""

from annotation import groups, suggestions
from annotation.index import Index
from annotation.suggestions import Suggestion
from host_tools import beliefs, near_duplicates
from host_tools.errors import ProjectError
from host_tools.features import describe
from training.progress import Silent


def prepare(project, kind="camera", progress=None):
    """Write cache/groups.json and cache/suggestions.json anew; (groups of two frames and more, suggestions).

    kind: of the features, host_tools.features.KINDS. Frames of different cameras or states, known or probable, are in
    different groups. Without a model and without labels of two states there are no suggestions. Raises ProjectError,
    IndexFileError.
    """
    progress = progress or Silent()
    index = Index.open(project.path, project.states, compact=False)
    paths, entries = list(index.entries), list(index.entries.values())
    if not paths:
        raise ProjectError("the project has no frames: fetch some with `doorlens ingest`")
    labels = [entry.label for entry in entries]
    features = describe(project, paths, kind, progress)
    known = beliefs.believe(project, paths, labels, features, progress)
    found = _groups(paths, _kinds(entries, known), features)
    offered = _suggestions(paths, known, features)
    groups.write(index.project, found)
    suggestions.write(index.project, offered)
    return len(found), len(offered)


def _kinds(entries, known):
    if known is None:
        return [entry.camera for entry in entries]
    names, shares, _ = known
    return [(entry.camera, entry.label or names[k]) for entry, k in zip(entries, shares.argmax(1))]


def _groups(paths, kinds, features):
    """Lists of paths, of two and more; unreadable pictures look alike and are in none."""
    readable = [i for i in range(len(paths)) if features.readable[i]]
    leader = near_duplicates.groups(features.small, kinds, readable)
    members = {}
    for i in readable:
        members.setdefault(int(leader[i]), []).append(paths[i])
    return [group for group in members.values() if len(group) > 1]


def _suggestions(paths, known, features):
    if known is None:
        return {}
    names, shares, sources = known
    best = shares.argmax(1)
    return {path: Suggestion(names[best[i]], float(shares[i, best[i]]), " and ".join(sources))
            for i, path in enumerate(paths) if features.readable[i]}
