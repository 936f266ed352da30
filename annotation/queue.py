"""What `doorlens select` chose to be labelled next: the paths of a project's queue.json, in order."""

import json

FILE_NAME = "queue.json"


def chosen(project):
    """Paths of the project folder (Path); none without a queue or with one that cannot be read: it is only an order."""
    try:
        document = json.loads((project / FILE_NAME).read_bytes())
        return [pick["path"] for pick in document["chosen"] if isinstance(pick["path"], str)]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []
