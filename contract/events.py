"""What the camera says about the door: one payload, three topics."""

from contract.clock import utc_text

SCHEMA = 1
ONLINE = "online"
OFFLINE = "offline"

# Why the state is what it is.
FRAMES = "frames"            # enough agreeing frames
LOW_MARGIN = "low_margin"    # the network cannot decide
UNUSABLE = "unusable"        # the view is blocked or blinded
NO_FRAME = "no_frame"        # the source is silent or stale
NO_MODEL = "no_model"        # nothing has been pushed yet
REASONS = (FRAMES, LOW_MARGIN, UNUSABLE, NO_FRAME, NO_MODEL)


def state_topic(base, camera):
    """Retained: the latest event."""
    return "%s/%s/state" % (base, camera)


def availability_topic(base, camera):
    """Retained: "online"; "offline" is the last will."""
    return "%s/%s/availability" % (base, camera)


def state_event(camera, sequence, state, previous, since_ms, last_frame_ms, score, reason, model):
    """The payload as a dictionary.

    sequence counts events since the camera started, state is one of the model's states or "unknown",
    since_ms the time of the first frame of that state, last_frame_ms the time of the newest frame
    (None = none yet), score the softmax probability 0..1 or None, model its sequence number or None.
    """
    return {
        "schema": SCHEMA,
        "camera": camera,
        "sequence": sequence,
        "state": state,
        "previous": previous,
        "since": None if since_ms is None else utc_text(since_ms),
        "last_frame": None if last_frame_ms is None else utc_text(last_frame_ms),
        "score": score,
        "reason": reason,
        "model": model,
    }
