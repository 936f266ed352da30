"""Which key gives which label."""

import string

from annotation.errors import LabelError
from annotation.index import BLOCKED, UNUSABLE

UNUSABLE_KEY = "u"
# Letters that do something else in the window.
RESERVED = {"n": "next unlabelled", "l": "last annotated", "z": "undo", "q": "quit"}


def label_keys(states, configured=None):
    """{label: key} for every state and "unusable", in their order; a key is one lower-case letter.

    A state gets its configured key ({state: letter}), else the first free letter of its name, else
    any free letter, else "" (a digit may still give it). Raises LabelError for a bad configuration.
    """
    keys = {UNUSABLE: UNUSABLE_KEY}
    for state, key in (configured or {}).items():
        _check(state, key, states, keys)
        keys[state] = key
    taken = set(keys.values()) | set(RESERVED)
    for state in states:
        if state not in keys:
            keys[state] = next((c for c in state.lower() + string.ascii_lowercase
                                if c in string.ascii_lowercase and c not in taken), "")
            taken.add(keys[state])
    return {label: keys[label] for label in [*states, UNUSABLE]}


def blocked_key(states, configured=None):
    """The letter that labels a frame "unusable" because something stands in the way: the first free one of "blocked".

    "" where none is free, and where "blocked" is a state, which has a key of its own.
    """
    taken = {*label_keys(states, configured).values(), *RESERVED}
    return "" if BLOCKED in states else next((letter for letter in BLOCKED if letter not in taken), "")


def digit_keys(states):
    """{label: digit} of the first nine states: "1" for the first."""
    return {state: str(number) for number, state in enumerate(states[:9], 1)}


def _check(state, key, states, keys):
    if state not in states:
        raise LabelError("a key is configured for %r, which is not a state of this project" % state)
    if len(key) != 1 or key not in string.ascii_lowercase:
        raise LabelError("the key for %s must be one lower-case letter, not %r" % (state, key))
    if key in RESERVED:
        raise LabelError("the key %s cannot give %s: it means %s" % (key, state, RESERVED[key]))
    for other, taken in keys.items():
        if taken == key:
            raise LabelError("the key %s cannot give both %s and %s" % (key, other, state))
