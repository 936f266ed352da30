"""Near-duplicates: frames of which one decision holds for all. cache/groups.json of a project, and queue.json's groups.

    {"format": 1, "groups": [["frames/front/2026-03-01/0badcafe-00000001.jpg", ...], ...]}
"""

import json

from annotation.errors import IndexFileError
from annotation.queue import FILE_NAME as QUEUE
from contract import durable

NAME = "cache/groups.json"
SOURCE = "group"  # of a label that a near-duplicate's decision gave, as in host_tools.select
_FORMAT = 1


def read(project):
    """{path: tuple of all paths of its group, itself among them} of the project folder (Path); groups of one are left out.

    Files that are missing or cannot be read have no groups.
    """
    found = {}
    for group in (*_chosen(project), *_all(project)):
        for path in group:
            found[path] = group
    return found


def write(project, groups):
    """Replaces the file by an iterable of groups, sequences of paths. Raises IndexFileError."""
    document = {"format": _FORMAT, "groups": [list(group) for group in groups if len(group) > 1]}
    try:
        (project / NAME).parent.mkdir(exist_ok=True)
        durable.write(project / NAME, json.dumps(document, indent=0).encode())
    except OSError as error:
        raise IndexFileError("cannot write %s: %s" % (project / NAME, error.strerror)) from None


def _all(project):
    document = _document(project / NAME)
    return _groups(document.get("groups")) if document.get("format") == _FORMAT else []


def _chosen(project):
    picks = _document(project / QUEUE).get("chosen")
    return _groups([[pick.get("path"), *(pick.get("group") or [])] for pick in picks if isinstance(pick, dict)]
                   if isinstance(picks, list) else None)


def _groups(lists):
    return [tuple(group) for group in lists if isinstance(group, list) and len(group) > 1
            and all(isinstance(path, str) for path in group)] if isinstance(lists, list) else []


def _document(file):
    try:
        document = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}
