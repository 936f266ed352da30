"""index.json on disk: parsed strictly, replaced atomically, the previous ten kept, one writer at a time.

One frame a line, so that a person can read it and a version control system can compare it.
"""

import contextlib
import fcntl
import json
import os
import shutil
import time

from annotation import entry as entries_of
from annotation.errors import FramePathError, IndexFileError, NewerIndexError
from contract.clock import utc_text

FORMAT = 1
NAME = "index.json"
BACKUPS = "index.backups"
KEPT_BACKUPS = 10
_NEW = "index.json.new"  # one name for all: only the holder of the lock writes it
_LOCK = "index.lock"
_LOCK_WAIT_S = 10.0  # a save holds the lock for milliseconds
_LOCK_POLL_S = 0.01


def read(project):
    """All entries {path: Entry}; {} if the project has no index yet.

    Raises IndexFileError, naming the newest good backup, for anything that is not an index.
    """
    path = project / NAME
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        if not backups(project):
            return {}
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
    """{path: Entry} of an index's bytes; ValueError with a short reason, NewerIndexError."""
    try:
        document = json.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply")
    if not isinstance(document, dict) or not isinstance(document.get("format"), int):
        raise ValueError("it has no format number")
    if document["format"] > FORMAT:
        raise NewerIndexError("has format %d and this version knows only %d: update Doorlens"
                              % (document["format"], FORMAT))
    if document["format"] != FORMAT or not isinstance(document.get("entries"), dict):
        raise ValueError("it has no entries of format %d" % FORMAT)
    return dict(_entry(path, record) for path, record in document["entries"].items())


def _entry(path, record):
    try:
        return entries_of.checked_path(path), entries_of.from_json(record)
    except FramePathError as error:
        raise ValueError(str(error))
    except ValueError as error:
        raise ValueError("entry %r: %s" % (path, error))


def serialise(entries, written):
    """The bytes of {path: Entry}, in the mapping's order.

    written: {path: (Entry, its line)} of the call before, brought up to date: a label then costs
    one line, not thousands.
    """
    for path, entry in entries.items():
        if path not in written or written[path][0] is not entry:
            written[path] = entry, "    %s: %s" % (json.dumps(path), json.dumps(entries_of.to_json(entry)))
    body = ",\n".join([written[path][1] for path in entries])
    return ('{\n  "format": %d,\n  "entries": {%s}\n}\n' % (FORMAT, body and "\n%s\n  " % body)).encode()


def replace(project, data):
    """Puts `data` in place of index.json; the old one becomes a backup. Needs the lock.

    A crash at any instant leaves the old index or the new one. Raises IndexFileError.
    """
    try:
        _write_synced(project / _NEW, data)
        _back_up(project)
        os.replace(project / _NEW, project / NAME)
        _sync_directory(project)
        for old in backups(project)[KEPT_BACKUPS:]:
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


@contextlib.contextmanager
def locked(project):
    """Holds the project's index lock; IndexFileError after ten seconds of another process holding it."""
    try:
        handle = open(project / _LOCK, "a")
    except OSError as error:
        raise IndexFileError("cannot write in %s: %s" % (project, error.strerror))
    with handle:
        _acquire(handle, project)
        yield


def _acquire(handle, project):
    deadline = time.monotonic() + _LOCK_WAIT_S
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


def _sync_directory(project):
    descriptor = os.open(project, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _advice(project):
    for path in backups(project):
        try:
            parse(path.read_bytes())
        except (OSError, ValueError, NewerIndexError):
            continue
        return "; copy the newest good backup over it: %s/%s" % (BACKUPS, path.name)
    return "; there is no good backup in %s, move the file away to begin anew" % BACKUPS
