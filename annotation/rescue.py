"""What is done when something went wrong: labels of an earlier index again, frames out of the bin, a damaged journal."""

import time
from pathlib import Path

from annotation import entry as entries_of
from annotation import index_file, journal
from annotation.bin import tidy
from annotation.changes import Frames
from annotation.errors import FramePathError, IndexFileError, NewerIndexError
from annotation.index_file import Snapshot
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
    """Writes index.json with all that can be read of a damaged journal, and puts that aside, whole.

    project: Path. Returns (lines that were taken over, lines that cannot be read, the journal's new name); None if it
    can be read. Raises IndexFileError: index.json itself is damaged.
    """
    with index_file.locked(project):
        snapshot = index_file.read(project) or Snapshot()
        try:
            journal.read(project, snapshot.mark)
            return None
        except NewerIndexError:
            raise
        except IndexFileError:
            frames = Frames(snapshot.entries, snapshot.bin)
        taken, bad = _salvage(project, frames, snapshot.mark)
        frames.sort()
        aside = "%s.damaged-%s" % (journal.NAME, utc_text(time.time_ns() // 1000000).replace(":", ""))
        index_file.replace(project, index_file.serialise(Snapshot(frames.entries, frames.bin)))
        (project / journal.NAME).rename(project / aside)
        return taken, bad, aside


def _salvage(project, frames, mark):
    """Makes the changes of the lines after `mark` that can be read; (their number, that of the others)."""
    taken = bad = 0
    for line in (project / journal.NAME).read_bytes().split(b"\n"):
        record = journal.salvaged(line)
        if record is None:
            bad += bool(line.strip(b"\0"))
        elif "op" in record and record["n"] >= (mark.line if mark else 1):
            try:
                frames.replay(record)
                taken += 1
            except (FramePathError, ValueError, KeyError, TypeError):
                bad += 1
    return taken, bad
