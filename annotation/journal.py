"""index.journal on disk: every change of the index, a line each, appended and synced; no line is ever changed.

    {"n": 0, "format": 2, "journal": "5f0c2d9ab1e4", "follows": null, "line": 1, "index": true, "crc": "0a1b2c3d"}
    {"n": 1, "op": "label", "path": "frames/front/2026-03-01/0badcafe-00000001.jpg", "who": "ada",
     "when": "2026-03-04T00:01:26.100Z", "decision": 1, "do": "label", "from": {...}, "to": {...}, "crc": "89abcdef"}

(each on one line). n counts the changes, so that a missing one shows; "line" is the n of the journal's first change. A full
journal goes into the history (annotation.past_journals), and the next one, which "follows" it, counts on. The last line may
be torn by a crash: its save has not returned, it is passed over and the next append removes it. Anything else that is damaged
is an error. index.json says up to where it holds what is written here.
"""

import contextlib
import os
from typing import NamedTuple

from annotation import journal_line, past_journals
from annotation.errors import IndexFileError, NewerIndexError
from contract import durable

FORMAT = 2  # 1 had no "line": it was 1
NAME = "index.journal"
_NEW = "index.json.new"  # the index's: only the holder of the lock writes it
_HEAD_BYTES = 1024       # more than the first line has


class Mark(NamedTuple):
    """A place between two lines: of which journal, the number of the next change, bytes before it."""

    journal: str
    line: int
    bytes: int


class Head(NamedTuple):
    """The first line: the journal's name, that of the one before it (or None), was there an index.json when it began?,
    the place behind the line."""

    journal: str
    follows: str | None
    index: bool
    mark: Mark


def head(project):
    """The Head of the project's journal, None if there is none. Raises IndexFileError."""
    with _opened(project / NAME) as file:
        return file and _head(file)


def read(project, mark):
    """([record], the Mark behind them) of the whole lines after `mark`; mark None: from the journal's first.

    A missing journal has no lines; ([], mark) then. Raises IndexFileError for a damaged one, for one that is shorter
    than the mark says, and for one that the mark does not belong to.
    """
    with _opened(project / NAME) as file:
        if file is None:
            return [], mark
        found, earlier = _head(file), []
        if mark is None:
            mark = found.mark
        elif mark.journal != found.journal:
            earlier, mark = _earlier(project, mark, found)
        records, mark = _lines(file, found, mark)
    return earlier + records, mark


def read_all(project):
    """[record] of all journals, those of the history first. Raises IndexFileError."""
    with _opened(project / NAME) as file:  # before the history: it may become part of it now
        found = file and _head(file)
        records = _lines(file, found, found.mark)[0] if file else []
    earlier = [read_file(path) for path in past_journals.files(project, found and found.mark.line)]
    return [record for part in (*earlier, records) for record in part]


def read_file(path):
    """[record] of one journal, [] of a missing one. Raises IndexFileError."""
    with _opened(path) as file:
        if file is None:
            return []
        found = _head(file)
        return _lines(file, found, found.mark)[0]


def stamp(project):
    """A value that changes with every line, and when another journal begins; None without a journal."""
    try:
        status = os.stat(project / NAME)
    except OSError:
        return None
    return status.st_ino, status.st_size


def append(project, mark, records, index):
    """Write records (dicts) behind `mark`, the end; on the disk when it returns the new end. Needs the lock.

    Their "n" is set, and "decision" where it is None becomes the n of the decision's first line. A journal is begun if
    there is none; `index`: is there an index.json? Raises IndexFileError, the journal is then as it was.
    """
    try:
        if not (project / NAME).exists():
            mark = _begin(project, mark, index)
        lines = [journal_line.encode(record, mark.line + number)
                 for number, record in enumerate(_numbered(records, mark.line))]
        data = b"".join(lines)
        _extend(project / NAME, mark.bytes, data)
    except OSError as error:
        raise IndexFileError("cannot write %s: %s" % (project / NAME, error.strerror))
    return Mark(mark.journal, mark.line + len(lines), mark.bytes + len(data))


def turn_over(project, mark):
    """Puts the journal, whose end is `mark`, into the history and begins the next one; the Mark where that begins.

    Needs the lock, and that index.json holds all of it. A crash at any instant leaves the one or the other. Raises
    IndexFileError, the journal is then as it was.
    """
    try:
        if os.stat(project / NAME).st_size != mark.bytes:  # a torn line, which the next append removes
            return mark
        past_journals.keep(project, project / NAME, head(project).mark.line, mark.journal)
        return _begin(project, mark, True)
    except OSError as error:
        raise IndexFileError("cannot write %s: %s" % (project / past_journals.FOLDER, error.strerror))


def sync(project):
    """Puts on the disk what a killed writer may have written and not synced."""
    durable.sync(str(project / NAME))


@contextlib.contextmanager
def _opened(path):
    """The file, None if it is missing."""
    try:
        file = open(path, "rb")
    except FileNotFoundError:
        yield None
        return
    except OSError as error:
        raise IndexFileError("cannot read %s: %s" % (path, error.strerror))
    with file:
        yield file


def _head(file):
    line = file.readline(_HEAD_BYTES).rstrip(b"\n")
    record = _decoded(file, line, 0, 1)
    if record.get("format") not in range(1, FORMAT + 1):
        raise NewerIndexError("%s has format %r and this version knows only %d: update Doorlens"
                              % (file.name, record.get("format"), FORMAT))
    return Head(record["journal"], record["follows"], record["index"],
                Mark(record["journal"], record.get("line", 1), len(line) + 1))


def _lines(file, found, mark):
    """([record], the Mark behind them) of the whole lines of a file after `mark`."""
    file.seek(mark.bytes - 1)
    data = file.read()
    if data[:1] != b"\n":
        raise IndexFileError("%s is shorter than index.json says, or another one: put the right one back, or move it "
                             "away; index.json is then all there is" % file.name)
    lines = data[1:].split(b"\n")[:-1]
    records = [_decoded(file, line, mark.line + number, mark.line + number - found.mark.line + 2)
               for number, line in enumerate(lines)]
    return records, Mark(mark.journal, mark.line + len(lines), mark.bytes + sum(map(len, lines)) + len(lines))


def _earlier(project, mark, current):
    """([record], the Mark behind them) after a mark in a journal of the history, up to where the one with the Head
    `current` begins. Where the journals between were moved away, index.json has to hold all that was in them."""
    records = []
    for path in past_journals.files(project, current.mark.line):
        with _opened(path) as file:
            found = file and _head(file)
            if found and found.journal != mark.journal and _goes_on(found, mark):
                mark = found.mark
            if found and found.journal == mark.journal:
                more, mark = _lines(file, found, mark)
                records += more
    if not _goes_on(current, mark):
        raise IndexFileError("%s does not go on where index.json ends (%s, change %d): put the right one back, or move it "
                             "away; index.json is then all there is" % (project / NAME, mark.journal, mark.line))
    return records, current.mark


def _goes_on(found, mark):
    return found.follows == mark.journal and found.mark.line in (mark.line, 1)  # 1: of format 1


def _numbered(records, first):
    start = {}
    for number, record in enumerate(records, first):
        yield {**record, "decision": start.setdefault(record["decision"], number)}


def _begin(project, mark, index):
    """A journal that goes on where another ended at `mark`, None without one; takes the place of that."""
    journal, first = os.urandom(6).hex(), mark.line if mark else 1
    line = journal_line.encode({"format": FORMAT, "journal": journal, "follows": mark and mark.journal, "line": first,
                                "index": index}, 0)
    with open(project / _NEW, "wb") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    durable.rename(str(project / _NEW), str(project / NAME))
    return Mark(journal, first, len(line))


def _extend(path, end, data):
    """Appends at `end`; what is behind it is a torn line. After an error the file ends there again, if that can be."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        size = os.fstat(descriptor).st_size
        if size > end:
            if b"\n" in os.pread(descriptor, size - end, end):
                raise IndexFileError("%s has grown meanwhile: try again" % path)
            os.ftruncate(descriptor, end)
        try:
            written = 0
            while written < len(data):
                written += os.pwrite(descriptor, data[written:], end + written)
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, end)
            raise
    finally:
        os.close(descriptor)


def _decoded(file, line, n, place):
    """The record of the place-th line of a file, whose number has to be n."""
    record = journal_line.decode(line)
    if record is not None and record["n"] == n:
        return record
    raise IndexFileError("line %d of %s is damaged; nothing was changed: put a good copy back, or keep what can be "
                         "read with `doorlens labels repair`" % (place, file.name))
