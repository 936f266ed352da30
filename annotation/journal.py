"""index.journal on disk: every change of the index, a line each, appended and synced; nothing is ever taken out.

    {"n": 0, "format": 1, "journal": "5f0c2d9ab1e4", "follows": null, "index": true, "crc": "0a1b2c3d"}
    {"n": 1, "op": "label", "path": "frames/front/2026-03-01/0badcafe-00000001.jpg", "who": "ada",
     "when": "2026-03-04T00:01:26.100Z", "decision": 1, "do": "label", "from": {...}, "to": {...}, "crc": "89abcdef"}

(each on one line). n counts the lines, so that a missing one shows; crc is zlib's CRC-32 of the line without it. The last
line may be torn by a crash: its save has not returned, it is passed over and the next append removes it. Anything else
that is damaged is an error. index.json says up to where it holds what is written here.
"""

import json
import os
import zlib
from typing import NamedTuple

from annotation.errors import IndexFileError, NewerIndexError
from contract import durable

FORMAT = 1
NAME = "index.journal"
_NEW = "index.json.new"  # the index's: only the holder of the lock writes it
_HEAD_BYTES = 1024       # more than the first line has
_CRC = ', "crc": "'


class Mark(NamedTuple):
    """A place between two lines: of which journal, the number of the next line, bytes before it."""

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
    try:
        with open(project / NAME, "rb") as file:
            line = file.read(_HEAD_BYTES).partition(b"\n")[0]
    except FileNotFoundError:
        return None
    except OSError as error:
        raise IndexFileError("cannot read %s: %s" % (project / NAME, error.strerror))
    return _head(project, line)


def _head(project, line):
    record = _parsed(project, line, 0)
    if record.get("format") != FORMAT:
        raise NewerIndexError("%s has format %r and this version knows only %d: update Doorlens"
                              % (project / NAME, record.get("format"), FORMAT))
    return Head(record["journal"], record["follows"], record["index"], Mark(record["journal"], 1, len(line) + 1))


def read(project, mark):
    """([record], the Mark behind them) of the whole lines after `mark`; mark None: from the first.

    A missing journal has no lines; ([], mark) then. Raises IndexFileError for a damaged one, for one that is shorter
    than the mark says, and for one that the mark does not belong to.
    """
    found = head(project)
    if found is None:
        return [], mark
    if mark is None or mark.journal == found.follows:
        mark = found.mark
    elif mark.journal != found.journal:
        raise IndexFileError("%s does not belong to this index.json (%s, %s): put the right one back, or move it away; "
                             "index.json is then all there is" % (project / NAME, found.journal, mark.journal))
    with open(project / NAME, "rb") as file:
        file.seek(mark.bytes - 1)
        data = file.read()
    if data[:1] != b"\n":
        raise IndexFileError("%s is shorter than index.json says, or another one: put the right one back, or move it "
                             "away; index.json is then all there is" % (project / NAME))
    lines = data[1:].split(b"\n")[:-1]
    records = [_parsed(project, line, mark.line + number) for number, line in enumerate(lines)]
    return records, Mark(mark.journal, mark.line + len(lines), mark.bytes + sum(map(len, lines)) + len(lines))


def size(project):
    """Bytes of the journal, 0 without one."""
    try:
        return os.stat(project / NAME).st_size
    except OSError:
        return 0


def append(project, mark, records, index):
    """Write records (dicts) behind `mark`, the end; on the disk when it returns the new end. Needs the lock.

    Their "n" is set, and "decision" where it is None becomes the n of the decision's first line. A journal is begun if
    there is none; `index`: is there an index.json? Raises IndexFileError, the journal is then as it was.
    """
    try:
        if not (project / NAME).exists():
            mark = _begin(project, mark and mark.journal, index)
        lines = [_line(record, mark.line + number) for number, record in enumerate(_numbered(records, mark.line))]
        data = b"".join(lines)
        _extend(project / NAME, mark.bytes, data)
    except OSError as error:
        raise IndexFileError("cannot write %s: %s" % (project / NAME, error.strerror))
    return Mark(mark.journal, mark.line + len(lines), mark.bytes + len(data))


def _numbered(records, first):
    start = {}
    for number, record in enumerate(records, first):
        yield {**record, "decision": start.setdefault(record["decision"], number)}


def sync(project):
    """Puts on the disk what a killed writer may have written and not synced."""
    with open(project / NAME, "rb") as file:
        os.fsync(file.fileno())


def _begin(project, follows, index):
    journal = os.urandom(6).hex()
    line = _line({"format": FORMAT, "journal": journal, "follows": follows, "index": index}, 0)
    with open(project / _NEW, "wb") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    durable.rename(str(project / _NEW), str(project / NAME))
    return Mark(journal, 1, len(line))


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


def _line(record, n):
    text = json.dumps({"n": n, **record})
    return ('%s%s%08x"}\n' % (text[:-1], _CRC, zlib.crc32(text.encode()))).encode()


def salvaged(line):
    """The record of a line (bytes, without its end), None if it is damaged."""
    try:
        text, _, crc = line.decode().rpartition(_CRC)
        text += "}"
        return json.loads(text) if crc == '%08x"}' % zlib.crc32(text.encode()) else None
    except (ValueError, RecursionError):
        return None


def _parsed(project, line, n):
    record = salvaged(line)
    if record is not None and record["n"] == n:
        return record
    raise IndexFileError("line %d of %s is damaged; nothing was changed: put a good copy back, or keep what can be "
                         "read with `doorlens labels repair`" % (n + 1, project / NAME))
