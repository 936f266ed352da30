"""What a model believes of frames, offered to the annotator: cache/suggestions.json of a project.

    {"format": 1, "suggestions": {"frames/front/2026-03-01/0badcafe-00000001.jpg":
        {"label": "open", "confidence": 0.97, "source": "the newest model"}}}
"""

import json
from typing import NamedTuple

from annotation.errors import IndexFileError
from contract import durable

NAME = "cache/suggestions.json"
_FORMAT = 1


class Suggestion(NamedTuple):
    """label: a state or "unusable"; confidence: 0..1, the probability of the label; source: whose, for a person."""

    label: str
    confidence: float
    source: str = ""


def read(project):
    """{path: Suggestion} of the project folder (Path); {} without a file that can be read: they are only suggestions."""
    try:
        document = json.loads((project / NAME).read_bytes())
        if document["format"] != _FORMAT:
            return {}
        return {path: Suggestion(str(record["label"]), float(record["confidence"]), str(record.get("source", "")))
                for path, record in document["suggestions"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def write(project, suggestions):
    """Replaces the file. Raises IndexFileError."""
    document = {"format": _FORMAT, "suggestions": {path: {**one._asdict(), "confidence": round(one.confidence, 4)}
                                                   for path, one in suggestions.items()}}
    try:
        (project / NAME).parent.mkdir(exist_ok=True)
        durable.write(project / NAME, json.dumps(document, indent=0).encode())
    except OSError as error:
        raise IndexFileError("cannot write %s: %s" % (project / NAME, error.strerror)) from None
