"""What is done when something went wrong: labels of an earlier index again, frames out of the bin, a damaged journal."""

import contextlib
import os
import time
from pathlib import Path

from annotation import entry as entries_of
from annotation import index_file, journal, journal_line, past_journals
from annotation.bin import tidy
from annotation.changes import Frames
from annotation.errors import FramePathError, IndexFileError, NewerIndexError
from annotation.index_file import Snapshot
from annotation.journal import Mark
from contract.clock import utc_text


def restore_backup(index, name, annotator):
    """Gives every frame the label that it has in a backup, one decision; returns the number of changed frames.

    name: of a file in index.backups, or its path. Frames that came later stay as they are. Raises IndexFileError.
    """
    file = Path(name)
    file = file if file.is_file() else index.project / index_file.BACKUPS / name
    try:
        old = index_file.parse(file.read_bytes())
    except OSError as error:
        raise IndexFileError("%s cannot be read: %s" % (file, error.strerror)) from None
    except NewerIndexError as error:
        raise NewerIndexError("%s %s" % (file, error)) from None
    except ValueError as error:
        raise IndexFileError("%s is damaged (%s): take another" % (file, error)) from None
    changed = [path for path, entry in old.entries.items() if path in index.entries
               and entries_of.facts(index.entries[path]) != entries_of.facts(entry)]
    index.begin("restore", annotator, paths=changed)
    for path in changed:
        index.restore(path, old.entries[path])
    index.save()
    return len(changed)


def delete(index, paths, annotator):
    """Puts frames, with their pictures, into the bin: one decision. Raises FramePathError, and deletes nothing, for a
    path that the index has not; IndexFileError."""
    unknown = [path for path in paths if path not in index.entries]
    if unknown:
        raise FramePathError("the index has no frame %r" % unknown[0])
    index.begin("delete", annotator, paths=paths)
    for path in paths:
        index.throw_away(path)
    index.save()
    tidy(index)


def take_back(index, paths, annotator):
    """Takes frames out of the bin, with their pictures and labels. Errors as of `delete`."""
    unknown = [path for path in paths if path not in index.binned]
    if unknown:
        raise FramePathError("the bin has no frame %r" % unknown[0])
    index.begin("return", annotator, paths=paths)
    for path in paths:
        index.take_back(path)
    index.save()
    tidy(index)


def repair(project):
    """Writes index.json with all that can be read of a damaged journal, and puts that aside, whole; a damaged one of the
    history is put aside only.

    project: Path. Returns (changes that were taken over, lines that cannot be read, [the journals' new names]); None if
    nothing is damaged. Raises IndexFileError: index.json itself is damaged.
    """
    with index_file.locked(project):
        snapshot = index_file.read(project) or Snapshot()
        damaged = [path for path in past_journals.files(project) if not _can_be_read(lambda: journal.read_file(path))]
        whole = _can_be_read(lambda: journal.read_file(project / journal.NAME)) \
            and _can_be_read(lambda: journal.read(project, snapshot.mark))
        if whole and not damaged:
            return None
        taken = 0
        if not whole:
            taken = _take_over(project, snapshot)
            damaged.append(project / journal.NAME)
        bad = sum(line is None for path in damaged for line in _lines(path))
        return taken, bad, [_put_aside(path) for path in damaged]


def _can_be_read(read):
    try:
        read()
    except NewerIndexError:
        raise
    except IndexFileError:
        return False
    return True


def _take_over(project, snapshot):
    """Makes the changes after the snapshot's mark that can be read, and writes index.json; their number.

    The mark is then that of no journal: the next one begins there, and counts on.
    """
    frames, taken = Frames(snapshot.entries, snapshot.bin), 0
    following = snapshot.mark.line if snapshot.mark else 1
    for path in (*past_journals.files(project), project / journal.NAME):
        for record in _lines(path):
            if record and "op" in record and record["n"] >= following:
                with contextlib.suppress(FramePathError, ValueError, KeyError, TypeError):
                    frames.replay(record)
                    taken += 1
                following = record["n"] + 1
    frames.sort()
    mark = Mark(os.urandom(6).hex(), following, 1)
    index_file.replace(project, index_file.serialise(Snapshot(frames.entries, frames.bin, mark)))
    return taken


def _lines(path):
    """The record of every line that is not blank, None of one that cannot be read."""
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    return [journal_line.decode(line) for line in lines if line.strip(b"\0")]


def _put_aside(path):
    name = "%s.damaged-%s" % (path.name, utc_text(time.time_ns() // 1000000).replace(":", ""))
    path.rename(path.with_name(name))
    return name
