"""Anybody's pictures: a folder with one sub-folder a label, and perhaps a manifest.csv (training.manifest).

A picture takes part if the manifest names it or the sub-folder of the top level that holds it is named for
a label. A label in the manifest replaces the folder's; an empty one leaves it. With a label column in the
manifest, a sub-folder counts as a label only if the manifest, the declared states or the three names below
say so, so that pictures may also lie in "images/". "unlabelled" holds pictures without a label, "unusable"
(or "blocked") those that show no state; "unknown" is what a camera answers, never a label.
"""

import hashlib
import json
import os
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from contract.decision import UNKNOWN, UNUSABLE
from training import manifest
from training.dataset import Frame
from training.errors import TrainingError

MANIFEST = "manifest.csv"
UNLABELLED = "unlabelled"
_ALIASES = {"blocked": UNUSABLE, "unlabeled": UNLABELLED}
_JPEG = (".jpg", ".jpeg")
_OTHER = (".png", ".bmp", ".webp", ".gif", ".tif", ".tiff", ".heic", ".heif", ".avif")


@dataclass
class Folder:
    """What a folder holds. frames: [Frame] in natural order of their names; states: names, in order;
    notes: sentences worth a person's attention; fingerprint: hash of names, contents and labels."""

    frames: list
    states: list
    notes: list
    fingerprint: str


def read(directory, states=None):
    """The folder `directory` as a Folder; `states` (two or more names) declares them, the labels found do otherwise.

    Raises TrainingError in one sentence; reads only.
    """
    root = Path(directory)
    if not root.is_dir():
        raise TrainingError(f"{root} is not a folder; it needs one sub-folder of JPEG pictures a label")
    _check_states(states)
    files, others = _files(root)
    table = manifest.read(root / MANIFEST) if (root / MANIFEST).is_file() else manifest.Manifest({}, False, 0)
    known = _known_labels(table, states)
    used = [file for file in files if file in table.rows or known is None and "/" in file or _top(file) in (known or ())]
    frames = [_frame(root, file, table.rows.get(file), known, states) for file in used]
    missing = [file for file in table.rows if file not in files and file not in others]
    _check_found(root, frames, table, missing, others)
    states = list(states) if states else sorted({frame.label for frame in frames} - {None, UNUSABLE})
    _check_labels(root, frames, states)
    digests = [_digest(frame.path) for frame in frames]
    return Folder(frames, states, _notes(root, frames, digests, table, missing, others, len(files) - len(used)),
                  _fingerprint(used, frames, digests))


def _check_states(states):
    if states is None:
        return
    if len(states) < 2 or len(set(states)) < len(states) or not all(states):
        raise TrainingError("the declared states must be two or more different names, for example closed,open")
    reserved = {UNKNOWN, UNUSABLE, UNLABELLED} & set(states)
    if reserved:
        raise TrainingError(f'"{min(reserved)}" cannot be one of the states; it has a meaning of its own')


def _files(root):
    """JPEG files in natural order, and other pictures, both as sets of relative names that keep their order."""
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [(Path(folder) / name).relative_to(root).as_posix() for name in names if not name.startswith(".")]
    found.sort(key=_natural)
    return [dict.fromkeys(file for file in found if file.lower().endswith(endings)) for endings in (_JPEG, _OTHER)]


def _natural(text):
    """So that 9.jpg comes before 10.jpg."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split("([0-9]+)", text)], text


def _top(file):
    return file.partition("/")[0] if "/" in file else None


def _known_labels(table, states):
    """Names of sub-folders that are labels; None: all of them."""
    if not table.labelled:
        return None
    return {row.label for row in table.rows.values()} | {UNUSABLE, UNLABELLED, *_ALIASES, *(states or ())}


def _frame(root, file, row, known, states):
    folder = _top(file)
    label = row.label if row and row.label else folder if folder and (known is None or folder in known) else UNLABELLED
    if label not in (states or ()):
        label = _ALIASES.get(label, label)
    if label == UNKNOWN:
        raise TrainingError(f'{root / file} is labelled "{UNKNOWN}", which is what a camera answers; name the label '
                            f'"{UNLABELLED}" (nobody looked) or "{UNUSABLE}" (the view is blocked)')
    return Frame(root / file, None if label == UNLABELLED else label, row and row.time_ms, row and row.event)


def _check_found(root, frames, table, missing, others):
    if frames:
        return
    if missing:
        raise TrainingError(f"none of the {len(table.rows)} pictures that {root / MANIFEST} names is there, first {missing[0]}")
    if others:
        raise TrainingError(f"the {len(others)} pictures in {root} are not JPEG; convert them, the camera's decoder reads JPEG")
    raise TrainingError(f"no JPEG pictures in {root}; put them into one sub-folder a label, such as open/ and closed/")


def _check_labels(root, frames, states):
    labels = Counter(frame.label for frame in frames if frame.label not in (None, UNUSABLE))
    if not labels:
        raise TrainingError(f"no picture in {root} is labelled with a state; put them into one sub-folder a label, "
                            f"or name the labels in {MANIFEST}")
    for frame in frames:
        if frame.label in labels and frame.label not in states:
            raise TrainingError(f'{frame.path} is labelled "{frame.label}" ({labels[frame.label]} pictures are), which is '
                                f"not one of the declared states {', '.join(states)}; relabel it or declare the state")
    if len(labels) == 1:
        raise TrainingError(f'all labelled pictures in {root} are "{min(labels)}"; add pictures of another state')


def _digest(path):
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""  # the run will name it


def _fingerprint(files, frames, digests):
    rows = [[file, digest, frame.label, frame.event, frame.time_ms] for file, frame, digest in zip(files, frames, digests)]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def _notes(root, frames, digests, table, missing, others, left_out):
    """Sentences on everything that is left out or doubtful."""
    notes = []
    if missing:
        notes.append(f"{len(missing)} of the {len(table.rows)} pictures that {MANIFEST} names are missing, first {missing[0]}")
    if table.repeated:
        notes.append(f"{table.repeated} lines of {MANIFEST} say the same twice")
    if others:
        notes.append(f"{len(others)} pictures are not JPEG and left out, first {next(iter(others))}")
    if left_out:
        notes.append(f"{left_out} pictures are left out: "
                     + (f"{MANIFEST} does not name them and their folder is no label" if table.rows
                        else "they lie in no sub-folder"))
    unlisted = sum(frame.path.relative_to(root).as_posix() not in table.rows for frame in frames)
    if table.rows and unlisted:
        notes.append(f"{unlisted} pictures are not in {MANIFEST} and have their folder's label, no event and no time")
    return notes + _same_pictures(frames, digests)


def _same_pictures(frames, digests):
    first, copies = {}, []
    for frame, digest in zip(frames, digests):
        if digest and first.setdefault(digest, frame) is not frame:
            copies.append((first[digest], frame))
    torn = [pair for pair in copies if None not in (pair[0].label, pair[1].label) and pair[0].label != pair[1].label]
    notes = [f"{len(copies)} pictures are copies of others, first {copies[0][1].path}"] if copies else []
    return notes + [f'the same picture has two labels: {one.path} is "{one.label}", {two.path} "{two.label}"'
                    for one, two in torn[:1]]
