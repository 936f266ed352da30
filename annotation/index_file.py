"""index.json on disk: parsed strictly, replaced atomically, earlier ones kept for a while, one writer at a time.

One frame a line, so that a person can read it and a version control system can compare it. What was changed since it was
written is in index.journal (annotation.journal); "journal" says from where on.
"""

import contextlib
import fcntl
import json
import os
import re
import shutil
import time
from dataclasses import dataclass, field

from annotation import entry as entries_of
from annotation.errors import FramePathError, IndexFileError, NewerIndexError
from annotation.journal import Mark
from contract import durable
from contract.clock import utc_text

FORMAT = 2
NAME = "index.json"
BACKUPS = "index.backups"
KEPT_BACKUPS = 10  # the newest; besides, the newest of each of the days below
KEPT_DAYS = 30
_NEW = "index.json.new"  # one name for all: only the holder of the lock writes it
_LOCK = "index.lock"
_LOCK_WAIT_S = 10.0  # a save holds the lock for milliseconds
_LOCK_POLL_S = 0.01


@dataclass
class Snapshot:
    """What an index file holds. entries, bin: {path: Entry}, of frames in the project and in its bin; mark: the
    journal.Mark up to which the journal is in them, None without a journal; format: of the file."""

    entries: dict = field(default_factory=dict)
    bin: dict = field(default_factory=dict)
    mark: Mark | None = None
    format: int = FORMAT


def read(project):
    """The project's Snapshot; None if it has no index yet.

    Raises IndexFileError, naming the newest good backup, for anything that is not an index.
    """
    path = project / NAME
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        if not backups(project):
            return None
        raise IndexFileError("%s is missing%s" % (path, _advice(project)))
    except OSError as error:
        raise IndexFileError("cannot read %s: %s" % (path, error.strerror))
    try:
        return parse(text)
    except NewerIndexError as error:
        raise NewerIndexError("%s %s" % (path, error))
    except ValueError as error:
        raise IndexFileError("%s is damaged (%s)%s" % (path, error, _advice(project)))


def parse(text):
    """The Snapshot of an index's bytes, of any format so far; ValueError with a short reason, NewerIndexError."""
    try:
        document = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply")
    if not isinstance(document, dict) or not isinstance(document.get("format"), int):
        raise ValueError("it has no format number")
    if document["format"] > FORMAT:
        raise NewerIndexError("has format %d and this version knows only %d: update Doorlens"
                              % (document["format"], FORMAT))
    if document["format"] < 1 or not isinstance(document.get("entries"), dict):
        raise ValueError("it has no entries of format 1 to %d" % FORMAT)
    binned = document.get("bin", {})
    if not isinstance(binned, dict):
        raise ValueError("its bin is none")
    return Snapshot(_entries(document["entries"]), _entries(binned), _mark(document.get("journal")), document["format"])


def _mark(record):
    if record is None:
        return None
    if not isinstance(record, dict) or set(record) != set(Mark._fields) or not isinstance(record["journal"], str) or not all(
            type(record[key]) is int and record[key] > 0 for key in ("line", "bytes")):
        raise ValueError("its journal is none")
    return Mark(**record)


def _entries(records):
    return dict(_entry(path, record) for path, record in records.items())


def _entry(path, record):
    try:
        return entries_of.checked_path(path), entries_of.from_json(record)
    except FramePathError as error:
        raise ValueError(str(error))
    except ValueError as error:
        raise ValueError("entry %r: %s" % (path, error))


def serialise(snapshot):
    """The bytes of a Snapshot, in its mappings' order."""
    mark = json.dumps(snapshot.mark and snapshot.mark._asdict())
    return ('{\n  "format": %d,\n  "journal": %s,\n  "entries": {%s},\n  "bin": {%s}\n}\n' % (
        FORMAT, mark, _lines(snapshot.entries), _lines(snapshot.bin))).encode()


def _lines(entries):
    body = ",\n".join(["    %s: %s" % (json.dumps(path), json.dumps(entries_of.to_json(entry)))
                       for path, entry in entries.items()])
    return body and "\n%s\n  " % body


_HEAD = re.compile(rb'\{\s*"format": (\d+),\s*"journal": (\{[^{}]*\}),\s*"entries"')


def peek(project):
    """The Mark of the index without reading the whole; None if it has none or the file is not as `serialise` writes it."""
    try:
        with open(project / NAME, "rb") as file:
            found = _HEAD.match(file.read(512))
        return _mark(json.loads(found[2])) if found and int(found[1]) == FORMAT else None
    except (OSError, ValueError):
        return None


def replace(project, data):
    """Puts `data` in place of index.json; the old one becomes a backup. Needs the lock.

    A crash at any instant leaves the old index or the new one. Raises IndexFileError.
    """
    try:
        _write_synced(project / _NEW, data)
        _back_up(project)
        durable.rename(str(project / _NEW), str(project / NAME))
        for old in _outdated(backups(project)):
            old.unlink(missing_ok=True)
    except OSError as error:
        raise IndexFileError("cannot write %s: %s" % (project / NAME, error.strerror))


def stamp(project):
    """A value that changes whenever any process replaces the index; None if there is none."""
    try:
        status = os.stat(project / NAME)
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def backups(project):
    """Paths of the backups, newest first: by their counter, for a clock may jump."""
    found = []
    for path in (project / BACKUPS).glob("*-*.json"):
        counter = path.stem.rpartition("-")[2]
        if counter.isdigit():
            found.append((int(counter), path))
    return [path for _, path in sorted(found, reverse=True)]


def _outdated(found):
    """Of backups, newest first, those that are neither among the ten newest nor the newest of their day of the last month.

    A day is the first eight digits of a name; ages are told by days that have backups, so that a clock that jumps
    removes nothing.
    """
    days = {}
    for path in found:
        days.setdefault(path.stem[:8], path)
    kept = {*found[:KEPT_BACKUPS], *list(days.values())[:KEPT_DAYS]}
    return [path for path in found if path not in kept]


@contextlib.contextmanager
def locked(project, wait=True):
    """Holds the project's index lock; IndexFileError after ten seconds of another process holding it, at once with not wait."""
    try:
        handle = open(project / _LOCK, "a")
    except OSError as error:
        raise IndexFileError("cannot write in %s: %s" % (project, error.strerror))
    with handle:
        _acquire(handle, project, _LOCK_WAIT_S if wait else 0)
        yield


def _acquire(handle, project, seconds):
    deadline = time.monotonic() + seconds
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise IndexFileError("another process holds %s: end it and try again" % (project / _LOCK))
            time.sleep(_LOCK_POLL_S)


def _write_synced(path, data):
    with open(path, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _back_up(project):
    if not (project / NAME).exists():
        return
    folder = project / BACKUPS
    folder.mkdir(exist_ok=True)
    newest = backups(project)[:1]
    counter = int(newest[0].stem.rpartition("-")[2]) + 1 if newest else 1
    when = utc_text(time.time_ns() // 1000000).replace(":", "").replace("-", "")
    target = folder / ("%s-%06d.json" % (when, counter))
    try:
        os.link(project / NAME, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(project / NAME, target)


def _advice(project):
    for path in backups(project):
        try:
            parse(path.read_bytes())
        except (OSError, ValueError, NewerIndexError):
            continue
        return "; copy the newest good backup over it: %s/%s" % (BACKUPS, path.name)
    return "; there is no good backup in %s, move the file away to begin anew" % BACKUPS
