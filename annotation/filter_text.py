"""Which frames are shown, as a person types it: "open 6-9 camera=front"."""

import re

from annotation.errors import ViewError
from annotation.index import BLOCKED, UNUSABLE
from annotation.view import LABELLED, UNLABELLED, Filter

HINT = ("A state, unlabelled, labelled or blocked; hours as 22-5; camera=NAME, reason=WORD, annotator=NAME, "
        "day=2026-03-01; together, or nothing for all frames")
_NAMED = ("state", "camera", "reason", "annotator", "day")


def parse(text, states):
    """The view.Filter of `text`; nothing takes all frames. Raises ViewError."""
    found = {}
    for word in text.split():
        name, value = _part(word, states)
        if name in found:
            raise ViewError("%s stands there twice." % name)
        found[name] = value
    return Filter(**found)


def _part(word, states):
    name, equals, value = word.partition("=")
    if equals and name in _NAMED and value:
        return name, value
    if hours := re.fullmatch(r"(\d{1,2})-(\d{1,2})", word):
        return "hours", tuple(int(hour) for hour in hours.groups())
    if re.fullmatch(r"\d{4}-\d\d-\d\d", word):
        return "day", word
    if word in (*states, UNUSABLE, BLOCKED, UNLABELLED, LABELLED):
        return "state", word
    raise ViewError("%r is no state, no hours such as 6-9 and no name=value." % word)


def text(shown):
    """What `parse` makes this Filter of."""
    words = [shown.state, "%d-%d" % shown.hours if shown.hours else None]
    words += ["%s=%s" % (name, getattr(shown, name)) for name in _NAMED[1:] if getattr(shown, name) is not None]
    return " ".join(word for word in words if word)
