"""Samples from a camera, or pictures from a folder, into a project's frames/ and index."""

import os
import shutil
from pathlib import Path

import msgspec

from annotation.index import Index
from contract import durable, sample
from contract.clock import utc_text
from host_tools.errors import CameraError, ProjectError

_PICTURES = (".jpg", ".jpeg")


def from_camera(project, camera, client, keep=False, progress=None):
    """Copy every sample of a camera into the project, then delete it there (unless `keep`).

    Idempotent: a sample is deleted on the camera only after picture, sidecar and index entry are on
    disk here, and one that is here already is not stored twice. `progress(count)` is called for each.
    Returns the number of new frames.
    """
    known, fresh = set(Index.open(project.path).entries), 0
    pending = []
    for record in client.samples():
        relative = _place(camera, record)
        if relative not in known:
            picture = _fetch(client, record["id"])
            if picture is None:
                continue
            _store(project.path / relative, picture, record)
            fresh += 1
        pending.append((relative, record))
        if progress:
            progress(fresh)
    _add(project, [(relative, sample.time_ms(record), camera) for relative, record in pending
                   if relative not in known], "camera")
    if not keep:
        for _, record in pending:
            _delete(client, record["id"])
    return fresh


def from_folder(project, folder, camera="folder", labels_from_folders=False, times=None, progress=None):
    """Copy pictures (.jpg) below `folder`; with `labels_from_folders` the folder's name is the label.

    `times` maps a picture's path relative to `folder` to milliseconds; others have no time.
    Returns the number of new frames. Raises ProjectError for an undeclared label or an empty folder.
    """
    root = Path(folder)
    pictures = sorted(path for path in root.rglob("*") if path.suffix.lower() in _PICTURES)
    if not pictures:
        raise ProjectError(f"no .jpg pictures in {root}")
    if labels_from_folders:
        _check_labels(project, root, pictures)
    index = Index.open(project.path)
    known, fresh = set(index.entries), []
    for count, path in enumerate(pictures, 1):
        name = path.relative_to(root)
        relative = f"frames/{camera}/{name.as_posix()}"
        if relative not in known:
            target = project.path / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            durable.write(target, path.read_bytes())
            fresh.append((relative, (times or {}).get(name.as_posix()), camera))
        if progress:
            progress(count)
    _add(project, fresh, "folder")
    if labels_from_folders:
        _label(project, [(relative, Path(relative).parent.name) for relative, _, _ in fresh])
    return len(fresh)


def _check_labels(project, root, pictures):
    allowed = [*project.states, "unusable"]
    for path in pictures:
        if path.parent.name not in allowed:
            raise ProjectError(f"{path.relative_to(root)}: the folder's name is not one of {', '.join(allowed)}; "
                               "rename the folder or declare the state in doorlens.toml")


def _fetch(client, sample_id):
    """The picture, or None if the camera's full spool has dropped it since it was listed."""
    try:
        return client.picture(sample_id)
    except CameraError as error:
        if error.code != "not_found":
            raise
        return None


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


def _store(path, picture, record):
    """The picture first, then the sidecar: a picture with a sidecar is whole."""
    needed = len(picture) + 65536
    path.parent.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(path.parent).free < needed:
        raise ProjectError(f"the disk of {path.parent} is full: make room and run ingest again, nothing was lost")
    durable.write(path, picture)
    durable.write(path.with_suffix(".json"), msgspec.json.format(msgspec.json.encode(record)) + b"\n")


def _add(project, frames, source):
    index = Index.open(project.path)
    for relative, time_ms, camera in frames:
        index.add(relative, time_ms, camera, source)
    index.save()


def _label(project, labels):
    index = Index.open(project.path)
    for relative, label in labels:
        index.label(relative, label, os.environ.get("USER", "someone"), "folder")
    index.save()
