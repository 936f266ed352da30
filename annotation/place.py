"""Where an annotator stopped: annotators/NAME.json of a project, a convenience that may be deleted."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from urllib.parse import quote

FOLDER = "annotators"
_FORMAT = 1


@dataclass
class Place:
    """path: of the frame that was shown; anchor: of the one that was labelled last; order: as in annotation.view;
    queue: which queue was worked on (`digest`); skipped: paths that were left for later."""

    path: str | None = None
    anchor: str | None = None
    order: str = "time"
    queue: str = ""
    skipped: list = field(default_factory=list)


def read(project, annotator):
    """The annotator's Place, a blank one if there is none that can be read. project: Path."""
    try:
        record = json.loads(_file(project, annotator).read_bytes())
        if record.pop("format") != _FORMAT or not all(isinstance(path, str) for path in record["skipped"]):
            return Place()
        return Place(**record)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Place()


def write(project, annotator, place):
    """Replaces the annotator's Place. Not synced: it is written with every step. A folder that cannot be written keeps none."""
    file = _file(project, annotator)
    try:
        file.parent.mkdir(exist_ok=True)
        part = file.with_name(file.name + ".%d.part" % os.getpid())
        part.write_text(json.dumps({"format": _FORMAT, **asdict(place)}))
        os.replace(part, file)
    except OSError:
        pass


def digest(queue):
    """A text that tells a queue, a sequence of paths, from another."""
    return hashlib.sha256(json.dumps(list(queue)).encode()).hexdigest()[:16] if queue else ""


def _file(project, annotator):
    return project / FOLDER / (quote(annotator, safe="")[:200] + ".json")
