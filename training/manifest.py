"""manifest.csv: what is known about the pictures of a folder, one line a picture.

    file,label,event,time
    open/0001.jpg,open,delivery-1,2026-03-02T08:15:00Z

Only `file` is needed; other columns are ignored. Commas, semicolons or tabs, as spreadsheets write them.
"""

import csv
import io
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import PurePosixPath

from training.errors import TrainingError

_TIME_COLUMNS = ("time", "time_ms", "unix_time", "timestamp")
_EARLIEST_MS, _LATEST_MS = 946_684_800_000, 4_102_444_800_000  # years 2000 to 2100, of a time given as a number
_SECONDS_BELOW = 100_000_000_000  # as milliseconds this would be 1973


@dataclass(frozen=True)
class Row:
    """label: its cell ("" says nothing); event: any text or None; time_ms: UTC or None."""

    label: str
    event: str | None
    time_ms: int | None


@dataclass
class Manifest:
    """rows: file, relative with "/", -> Row; labelled: has it a label column?; repeated: lines said twice."""

    rows: dict
    labelled: bool
    repeated: int


def read(path):
    """Read the file at `path`. Raises TrainingError that names the line."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise TrainingError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise TrainingError(f"{path} is not UTF-8 text; save it as CSV in UTF-8") from None
    delimiter = next((mark for mark in ",;\t" if "file" in _header(text, mark)), None)
    if delimiter is None:
        raise TrainingError(f'{path} has no column "file" in its first line; '
                            "it needs file, and may have label, event and time")
    columns, found = _header(text, delimiter), Manifest({}, False, 0)
    twice = {name for name in columns if name and columns.count(name) > 1}
    if twice:
        raise TrainingError(f'{path} has the column "{min(twice)}" twice')
    found.labelled = "label" in columns
    for line, cells in _lines(path, text, delimiter):
        _add(found, path, line, columns, cells)
    return found


def _header(text, delimiter):
    """Names of the columns, in small letters."""
    first = next(csv.reader(text.splitlines()[:1], delimiter=delimiter), [])
    return [name.strip().lower() for name in first]


def _lines(path, text, delimiter):
    """(line number, cells) of every line after the first that is not empty."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        next(reader)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise TrainingError(f"{path} line {reader.line_num}: {error}") from None


def _add(found, path, line, columns, cells):
    if len(cells) != len(columns):
        raise TrainingError(f"{path} line {line} has {len(cells)} cells, the first line has {len(columns)}")
    values = dict(zip(columns, cells))
    try:
        file = _relative(values["file"])
        time = next((values[name] for name in _TIME_COLUMNS if values.get(name)), "")
        row = Row(values.get("label", ""), values.get("event") or None, time_ms(time) if time else None)
    except ValueError as error:
        raise TrainingError(f"{path} line {line}: {error}") from None
    if found.rows.get(file, row) != row:
        raise TrainingError(f"{path} line {line} says something else about {file} than a line before it")
    found.repeated += file in found.rows
    found.rows[file] = row


def _relative(file):
    """The path as it lies below the folder. ValueError if it does not."""
    path = PurePosixPath(file.replace("\\", "/"))
    if not path.name or not file.isprintable():
        raise ValueError(f"{file!r} is not a file's name")
    if path.is_absolute() or ".." in path.parts or re.match("[A-Za-z]:", file):
        raise ValueError(f'"{file}" leaves the folder; name pictures relative to the manifest')
    return path.as_posix()


def time_ms(text):
    """UTC milliseconds of ISO 8601 text (UTC unless it names an offset) or of Unix seconds or milliseconds."""
    if re.fullmatch(r"\d+(\.\d+)?", text):
        value = float(text) if "." in text else int(text)
        value = round(value * 1000) if value < _SECONDS_BELOW else round(value)
        if not _EARLIEST_MS <= value < _LATEST_MS:
            raise ValueError(f'time "{text}" is not a time of 2000 to 2100 in seconds or milliseconds since 1970')
        return value
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f'time "{text}" is neither ISO 8601 (2026-03-02T08:15:00Z) nor seconds or milliseconds '
                         "since 1970") from None
    return round((when if when.tzinfo else when.replace(tzinfo=timezone.utc)).timestamp() * 1000)
