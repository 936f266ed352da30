"""What the camera says about the door: one payload, four topics. FIELDS is the payload's only definition; docs/events.md and
docs/event.schema.json are made from it (contract/event_schema.py)."""

from collections import OrderedDict

from contract.clock import utc_text
from contract.decision import UNKNOWN

SCHEMA = 1
ONLINE = "online"
OFFLINE = "offline"

STATE = "state"  # a state was adopted, or the reason for it is another one
RULE = "rule"    # a rule was raised or cleared
KINDS = (STATE, RULE)

# Why the state is what it is.
FRAMES = "frames"            # enough agreeing frames
LOW_MARGIN = "low_margin"    # the network cannot decide
UNUSABLE = "unusable"        # the view is blocked or blinded
NO_FRAME = "no_frame"        # the source is silent or stale
NO_MODEL = "no_model"        # nothing has been pushed yet
MOVED = "moved"              # the camera looks elsewhere than when it learnt
COVERED = "covered"          # nothing around the door is to be recognised
BLINDED = "blinded"          # the same, in light that is too bright
DEFOCUSED = "defocused"      # the picture has become blurred
FROZEN = "frozen"            # the source repeats one picture
VIEW_REASONS = (MOVED, COVERED, BLINDED, DEFOCUSED, FROZEN)
REASONS = (FRAMES, LOW_MARGIN, UNUSABLE, NO_FRAME, NO_MODEL) + VIEW_REASONS

_TIME = {"format": "date-time", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$"}

# (name, may be null, JSON type, further words of JSON Schema, meaning), in the order in which they are written.
FIELDS = (
    ("schema", False, "integer", {"const": SCHEMA}, "version of this payload; fields may be added to it, never change"),
    ("camera", False, "string", {"minLength": 1, "maxLength": 64, "pattern": "^[A-Za-z0-9_-]+$"}, "the camera's name"),
    ("sequence", True, "integer", {"minimum": 1},
     "number of the event, one higher than that of the event before, also across restarts; never given twice. null: the "
     "camera's disk could not be written"),
    ("kind", False, "string", {"enum": KINDS}, "what the event is about; ignore kinds that you do not know"),
    ("time", True, "string", _TIME, "UTC time of the event by the camera's clock; null: not known"),
    ("state", False, "string", {"minLength": 1}, "one of the model's states, or `%s`" % UNKNOWN),
    ("previous", True, "string", {"minLength": 1}, "the state before; null: none since the application started"),
    ("since", True, "string", _TIME, "UTC time of the first frame of this state; null: not known"),
    ("last_frame", True, "string", _TIME, "UTC time of the newest frame; null: none yet, or not known"),
    ("score", True, "number", {"minimum": 0, "maximum": 1},
     "probability of the likeliest label in the frame that decided; null: no frame did"),
    ("reason", False, "string", {"enum": REASONS}, "why the state is what it is"),
    ("model", True, "integer", {"minimum": 0}, "sequence number of the model in use; null: none"),
    ("rule", True, "string", {"pattern": "^[A-Za-z0-9_-]{1,32}$"}, "the rule that an event of kind `%s` is about" % RULE),
    ("active", True, "boolean", {}, "whether it was raised or cleared"),
    ("rules", False, "object", {"additionalProperties": dict(_TIME, type=["string", "null"])},
     "every rule that is raised, with the UTC time since when; null: not known"),
)


def state_topic(base, camera):
    """Retained: the latest event."""
    return "%s/%s/state" % (base, camera)


def event_topic(base, camera):
    """Not retained: every event, in order."""
    return "%s/%s/event" % (base, camera)


def picture_topic(base, camera):
    """Retained: the JPEG of the frame that made the latest state."""
    return "%s/%s/picture" % (base, camera)


def availability_topic(base, camera):
    """Retained: "online"; "offline" is the last will."""
    return "%s/%s/availability" % (base, camera)


def state_event(camera, sequence, state, previous, since_ms, last_frame_ms, score, reason, model, time_ms=None, rules=()):
    """The payload as a dictionary, in the order of FIELDS; times in UTC milliseconds or None. rules: a dictionary, or none."""
    return OrderedDict((
        ("schema", SCHEMA),
        ("camera", camera),
        ("sequence", sequence),
        ("kind", STATE),
        ("time", _text(time_ms)),
        ("state", state),
        ("previous", previous),
        ("since", _text(since_ms)),
        ("last_frame", _text(last_frame_ms)),
        ("score", score),
        ("reason", reason),
        ("model", model),
        ("rule", None),
        ("active", None),
        ("rules", OrderedDict(rules)),
    ))


def rule_event(latest, time_ms, rule, active, rules):
    """The payload about a rule: what `latest` says of the state, and that the rule was raised or cleared."""
    event = OrderedDict((name, latest[name]) for name, _, _, _, _ in FIELDS)
    event.update((("sequence", None), ("kind", RULE), ("time", _text(time_ms)), ("rule", rule), ("active", active),
                  ("rules", OrderedDict(rules))))
    return event


def _text(time_ms):
    return None if time_ms is None else utc_text(time_ms)
