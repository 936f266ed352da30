"""Samples from a camera, or pictures from a folder, into a project's frames/ and index.

A sample is acknowledged, that is deleted on the camera, when its picture, its sidecar, the folders above them and the
index are on disk here. Whatever a killed ingest left behind the next one completes: nothing is fetched or stored twice.
"""

import contextlib
import fcntl
import os
import shutil
from itertools import islice
from pathlib import Path

import msgspec

from annotation.index import Index
from contract import durable, sample
from contract.clock import utc_text
from contract.decision import UNUSABLE
from host_tools.errors import CameraError, ProjectError

_PICTURES = (".jpg", ".jpeg")
_BATCH = 64         # samples that are stored, indexed and then acknowledged together
_SPARE = 65536      # bytes on disk for the sidecar and the index
_LOCK = "ingest.lock"


def from_camera(project, camera, client, keep=False, progress=None, say=None):
    """Copy every sample of a camera into the project, then delete it there (unless `keep`).

    Idempotent, also when it was killed at any instant. `progress(fresh)` is called for each, `say(line)` for the first
    sample that came damaged and, where there are more, for their number; these stay on the camera. Returns the number of
    new frames. Raises CameraError, ProjectError.
    """
    damaged = _Damaged(say or (lambda line: None))
    with alone(project), _one_line(project):
        fresh = _complete(project, camera)
        samples = client.samples(damaged)
        while batch := list(islice(samples, _BATCH)):
            stored = []
            for record in batch:
                if _have(project.path / _place(camera, record), record) or _copy(project, camera, client, record, damaged):
                    stored.append(record)
                if progress:
                    progress(fresh + len(stored))
            fresh += _index(project, [(_place(camera, record), sample.time_ms(record), camera, None) for record in stored],
                            "camera")
            if not keep:
                for record in stored:
                    _delete(client, record["id"])
        damaged.finish()
        return fresh


class _Damaged:
    """Samples that are left on the camera: a line for the first, one for all in the end."""

    def __init__(self, say):
        self._say, self._count = say, 0

    def __call__(self, line):
        self._count += 1
        if self._count == 1:
            self._say(f"{line[:200]}: left on the camera")

    def finish(self):
        if self._count > 1:
            self._say(f"{self._count} samples are damaged and left on the camera")


def from_folder(project, folder, camera="folder", labels_from_folders=False, times=None, progress=None):
    """Copy pictures (.jpg) below `folder`; with `labels_from_folders` the folder's name is the label.

    `times` maps a picture's path relative to `folder` to milliseconds; others have no time. Idempotent; a label that is
    there already stays. Returns the number of new frames. Raises ProjectError for an undeclared label or an empty folder.
    """
    root = Path(folder)
    pictures = sorted(path for path in root.rglob("*") if path.suffix.lower() in _PICTURES)
    if not pictures:
        raise ProjectError(f"no .jpg pictures in {root}")
    if labels_from_folders:
        _check_labels(project, root, pictures)
    with alone(project), _one_line(project):
        known, frames = set(Index.open(project.path).entries), []
        for count, path in enumerate(pictures, 1):
            name = path.relative_to(root)
            relative = f"frames/{camera}/{name.as_posix()}"
            if relative not in known:
                _store(project.path / relative, path.read_bytes())
            frames.append((relative, (times or {}).get(name.as_posix()), camera,
                           path.parent.name if labels_from_folders else None))
            if progress:
                progress(count)
        return _index(project, frames, "folder")


def _check_labels(project, root, pictures):
    allowed = [*project.states, UNUSABLE]
    for path in pictures:
        if path.parent.name not in allowed:
            raise ProjectError(f"{path.relative_to(root)}: the folder's name is not one of {', '.join(allowed)}; "
                               "rename the folder or declare the state in doorlens.toml")


def store_sample(project, camera, picture, record):
    """Store a picture (bytes) with its sidecar, for add_samples; (path in the project, is it new). Raises ProjectError."""
    with _one_line(project):
        relative = _place(camera, record)
        if _have(project.path / relative, record):
            return relative, False
        _store_whole(project.path / relative, picture, record)
        return relative, True


def add_samples(project, camera):
    """Put every whole sample in a camera's folder into the index; the number of new ones. Raises ProjectError."""
    with _one_line(project):
        return _complete(project, camera)


@contextlib.contextmanager
def alone(project, lock=_LOCK):
    """Two at a time would write the same files. Raises ProjectError for the second."""
    try:
        handle = open(project.path / lock, "a")
    except OSError as error:
        raise ProjectError(f"{project.path} cannot be written: {error.strerror}") from None
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ProjectError(f"another process holds {project.path / lock}: wait for it, or end it") from None
        yield


@contextlib.contextmanager
def _one_line(project):
    try:
        yield
    except OSError as error:
        raise ProjectError(f"{error.filename or project.path}: {error.strerror or error}; "
                           "run ingest again when that is mended, nothing was lost") from None


def _complete(project, camera):
    """Take whole samples that a killed ingest left without an index entry, remove its halves; the number of samples."""
    folder = project.frames_path / camera
    for half in folder.rglob("*.part"):
        half.unlink(missing_ok=True)
    known, found = set(Index.open(project.path).entries), []
    for path in sorted(folder.rglob("*.jpg")):
        relative = path.relative_to(project.path).as_posix()
        record = None if relative in known else _sidecar(path)
        if record and relative == _place(camera, record) and _have(path, record):
            found.append((relative, sample.time_ms(record), camera, None))
    return _index(project, found, "camera")


def _sidecar(picture):
    """The checked sidecar of a stored picture (Path), None without one."""
    try:
        return sample.check(msgspec.json.decode(picture.with_suffix(".json").read_bytes()))
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, sample.SampleError):
        return None


def _have(path, record):
    """Is the sample whole on this disk?"""
    try:
        return path.stat().st_size == record["bytes"] and path.with_suffix(".json").stat().st_size > 0
    except OSError:
        return False


def _copy(project, camera, client, record, damaged):
    """Fetch and store a sample; False if it is gone or came damaged."""
    try:
        picture = client.picture(record["id"])
    except CameraError as error:
        if error.code != "not_found":  # the camera's full spool has dropped it since it was listed
            raise
        return False
    if len(picture) != record["bytes"]:
        damaged(f"{record['id']} has {len(picture)} bytes instead of {record['bytes']}")
        return False
    _store_whole(project.path / _place(camera, record), picture, record)
    return True


def _delete(client, sample_id):
    try:
        client.delete(sample_id)
    except CameraError as error:
        if error.code != "not_found":
            raise


def _place(camera, record):
    time_ms = sample.time_ms(record)
    day = "unknown-day" if time_ms is None else utc_text(time_ms)[:10]
    return f"frames/{camera}/{day}/{record['id']}.jpg"


def _store_whole(path, picture, record):
    """The picture first: a picture with a sidecar is whole."""
    _store(path, picture)
    durable.write(path.with_suffix(".json"), msgspec.json.format(msgspec.json.encode(record)) + b"\n")


def _store(path, picture):
    path.parent.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(path.parent).free < len(picture) + _SPARE:
        raise ProjectError(f"the disk of {path.parent} is full: make room and run ingest again, nothing was lost")
    durable.write(path, picture)


def _index(project, frames, source):
    """Put [(path, time_ms, camera, label or None)] into the index; on disk, with the folders' names, when it returns.

    Returns the number of new ones. A frame that has a label keeps it.
    """
    _sync_folders(project, [path for path, *_ in frames])
    index, new = Index.open(project.path), 0
    for path, time_ms, camera, label in frames:
        new += index.add(path, time_ms, camera, source)
        if label and index.entries[path].label is None:
            index.label(path, label, os.environ.get("USER", "someone"), "folder")
    if frames:
        index.save()
    return new


def _sync_folders(project, paths):
    """Every folder from a frame's up to the project: a folder's own name is on disk only when the one above is synced.

    The project's too, where an ingest that was killed may have renamed the index and not synced it.
    """
    folders = {parent for path in paths for parent in (project.path / path).parents if parent.is_relative_to(project.path)}
    for folder in sorted(folders, reverse=True):
        durable.sync(folder)
