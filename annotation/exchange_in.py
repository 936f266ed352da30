"""Labels from elsewhere: a JSON {path: label}, a CSV, a folder per label. Read here, then given to the project's frames."""

import csv
import io
import json
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from annotation.errors import ExchangeError, FramePathError
from annotation.index import BLOCKED, UNUSABLE
from contract.clock import utc_ms

_PICTURES = (".jpg", ".jpeg", ".png")
_PATH = ("path", "file", "filename", "file_name", "image", "picture")  # names of a CSV's columns
_LABEL = ("label", "state", "class", "annotation")
_NONE = ("", "none", "null", "unlabelled", "unlabeled")  # labels, and folders' names, that are none
SOURCE = "import"


@dataclass
class Row:
    """One label: the picture's path where it comes from, the label, and who gave it when, if that is known."""

    path: str
    label: str
    annotator: str | None = None
    annotated_ms: int | None = None
    source: str = SOURCE
    detail: str | None = None
    note: str | None = None


@dataclass
class Report:
    """What came of an import, lists of paths as they were given. labelled: have the label now; same: had it; kept: have
    another one, which stays; unknown: are no frames of the project."""

    labelled: list = field(default_factory=list)
    same: list = field(default_factory=list)
    kept: list = field(default_factory=list)
    unknown: list = field(default_factory=list)


def read(source):
    """[Row] of a .json or .csv file or a folder (path). Rows without a label are left out. Raises ExchangeError."""
    source = Path(source)
    if source.is_dir():
        return _folder(source)
    readers = {".json": _json, ".csv": _csv}
    if source.suffix.lower() not in readers:
        raise ExchangeError("%s is no .json, no .csv and no folder" % source)
    try:
        text = source.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ExchangeError("%s cannot be read: %s" % (source, getattr(error, "strerror", None) or "it is no UTF-8 text"))
    return readers[source.suffix.lower()](source, text)


def give(index, label, paths, annotator):
    """Gives frames (paths in the index) a label, "none" takes theirs away, and saves: one decision.

    Raises FramePathError, LabelError; nothing is changed then.
    """
    for path in paths:
        if path not in index.entries:
            raise FramePathError("the index has no frame %r" % path)
    index.begin("label", annotator, paths=paths)
    for path in paths:
        index.label(path, label, annotator) if _is_label(label) else index.unlabel(path)
    index.save()


def take(index, rows, annotator, rename=None, overwrite=False):
    """Gives the rows' labels to the index's frames and saves, one decision; returns a Report.

    annotator: whose labels those without a name are; rename: {label there: label here}. A frame is found by its path in
    the project, else by the end of its path, if only one frame has it. A label that another is there for is left,
    unless `overwrite`. Raises ExchangeError, and changes nothing, for a label that the project does not declare, two
    different labels of one frame, and a name that several frames have; IndexFileError.
    """
    report, places = Report(), _Places(index.entries)
    changes = _checked(index, _found(rows, places, report), rename or {})
    for path, (row, label) in changes.items():
        entry = index.entries[path]
        if entry.label == label and entry.detail == row.detail and (row.note or entry.note) == entry.note:
            report.same.append(row.path)
        elif entry.label not in (None, label) and not overwrite:
            report.kept.append(row.path)
        else:
            index.label(path, row.detail or label, row.annotator or annotator, row.source, row.annotated_ms)
            if row.note:
                index.annotate(path, row.note)
            report.labelled.append(row.path)
    index.save()
    return report


def _found(rows, places, report):
    for row in rows:
        path = places.find(row.path)
        if path is None:
            report.unknown.append(row.path)
        else:
            yield path, row


def _checked(index, pairs, rename):
    """{path: (Row, label)}"""
    changes = {}
    for path, row in pairs:
        label = rename.get(row.label, row.label)
        if label == BLOCKED and BLOCKED not in (index.labels or ()):
            label, row.detail = UNUSABLE, BLOCKED
        if index.labels and label not in index.labels:
            raise ExchangeError("%s has the label %r and the project knows only %s: give it one with --rename %s=..."
                                % (row.path, label, ", ".join(index.labels), label))
        if path in changes and changes[path][1] != label:
            raise ExchangeError("%s has two labels, %s and %s: leave one" % (row.path, changes[path][1], label))
        changes[path] = row, label
    return changes


class _Places:
    """Finds frames by their path, or by as much of its end as is given."""

    def __init__(self, paths):
        self._paths, self._names = paths, {}
        for path in paths:
            self._names.setdefault(PurePosixPath(path).name, []).append(path)

    def find(self, given):
        """The frame's path, None if there is none. Raises ExchangeError for a name that several have."""
        given = given.replace("\\", "/")
        if given in self._paths:
            return given
        flat = "frames/" + PurePosixPath(given).name.replace("__", "/")  # as annotation.exchange_out names copies
        if flat in self._paths:
            return flat
        parts = PurePosixPath(given).parts
        found = self._names.get(parts[-1] if parts else "", [])
        while len(found) > 1 and len(parts) > 1:
            wanted = _ending(found, parts)
            if len(wanted) == len(found):
                break
            found = wanted
        if len(found) > 1:
            raise ExchangeError("%s may be %s or %s: give more of its path" % (given, found[0], found[1]))
        return found[0] if found else None


def _ending(paths, parts):
    """Of paths, those that share the longest end with `parts`."""
    def shared(path):
        ends = zip(reversed(PurePosixPath(path).parts), reversed(parts))
        return next((number for number, (a, b) in enumerate(ends) if a != b), len(parts))
    longest = max(map(shared, paths))
    return [path for path in paths if shared(path) == longest]


def _json(file, text):
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ExchangeError("%s is no JSON: %s" % (file, error if isinstance(error, ValueError) else "nested too deeply"))
    if not isinstance(document, dict) or not document:
        raise ExchangeError("%s must be an object {path: label}" % file)
    if "format" in document and "entries" in document:
        raise ExchangeError("%s is an index of Doorlens: copy it over the project's own, or import a CSV that "
                            "`doorlens labels export` made of it" % file)
    for path, label in document.items():
        if not path or not (label is None or isinstance(label, (str, int)) and not isinstance(label, bool)):
            raise ExchangeError("%s: the label of %r must be a text, a whole number or null, not %s"
                                % (file, path, json.dumps(label)[:60]))
    return [Row(path, str(label)) for path, label in document.items() if _is_label(label)]


def _csv(file, text):
    try:
        lines = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        names = {name.strip().lower(): name for name in lines.fieldnames or () if name}
        path, label = (next((names[name] for name in wanted if name in names), None) for wanted in (_PATH, _LABEL))
        if path is None or label is None:
            raise ExchangeError("%s needs a first line that names its columns, among them path and label" % file)
        return [_row(file, lines.line_num, line, names, path, label) for line in lines if _is_label(line[label])]
    except csv.Error as error:
        raise ExchangeError("%s, line %d: %s" % (file, lines.line_num, error))


def _row(file, number, line, names, path, label):
    if None in line or not line[path]:
        raise ExchangeError("%s, line %d: it must have as many fields as the first line, and a path" % (file, number))
    known = {key: (line[names[key]] or "").strip() or None for key in ("annotator", "annotated", "source", "detail", "note")
             if key in names}
    try:
        annotated = known.pop("annotated", None)
        annotated = annotated and utc_ms(annotated)
    except ValueError:
        raise ExchangeError("%s, line %d: annotated must be like 2026-03-01T10:20:30Z" % (file, number)) from None
    if known.get("detail") not in (None, BLOCKED):
        raise ExchangeError("%s, line %d: detail may only be %s" % (file, number, BLOCKED))
    known["source"] = known.get("source") or SOURCE
    return Row(line[path], line[label].strip(), annotated_ms=annotated, **known)


def _folder(folder):
    pictures = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _PICTURES)
    if not pictures:
        raise ExchangeError("%s holds no pictures: it must have a folder for each label" % folder)
    rows = []
    for picture in pictures:
        name = picture.relative_to(folder)
        if len(name.parts) < 2:
            raise ExchangeError("%s is in no folder that is named for its label" % picture)
        if _is_label(name.parts[0]):
            rows.append(Row(PurePosixPath(*name.parts[1:]).as_posix(), name.parts[0]))
    return rows


def _is_label(label):
    return label is not None and str(label).strip().lower() not in _NONE
