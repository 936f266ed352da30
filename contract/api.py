"""The camera's control API: HTTP/1.1, JSON, the camera's token in the header X-Doorlens-Token of every request.

ROUTES is its only definition: the camera serves what is there, and docs/openapi.json and the tables of docs/api.md are made
from it (contract/openapi.py). A new route is an entry of ROUTES, a method of camera_firmware.control.Control and, if what it
answers is new, a schema in contract/answers.py.

A signed update (contract/update.py) comes in pieces; the first holds the whole header, which is checked before more is taken.
The last one is answered when the content is checked and its trial has begun.
PUT, GET and DELETE of an update answer {"state", "have", "digest", "sequence", "reason", "floor", "trial"}. state is one of
UPDATE_STATES; digest (SHA-256 of the header, hexadecimal) and sequence name the update that it speaks of, or null; have:
bytes received, header included, 0 unless receiving; reason: one sentence why an update was rejected, or null; floor: the
lowest sequence number that is taken; trial: {"frames", "of", "compared", "agreed"} or null; of firmware {"frames",
"seconds", "of"}, seconds since its start. Models and firmware have states and numbers of their own; one of them is received
or tried at a time. While firmware is on trial the camera starts anew, once to try it and once more to give it up.
An upload that was interrupted goes on at `have` if `digest` is that of its header; a piece at offset 0 starts anew.

An error is {"error": CODE, "message": SENTENCE} with the status below.

Authorization belongs to the web server that may be before the API, as on an Axis camera, where the paths begin with BEHIND and
everything is behind TLS, digest authentication and the role of an administrator. Of ours only PROMETHEUS takes it, as a bearer's,
for scrapers that can send nothing else.
"""

from collections import namedtuple

TOKEN_HEADER = "X-Doorlens-Token"
BEHIND = "/local/doorlens/control"  # Axis: /local/APPLICATION/REVERSE PROXY'S NAME; requests arrive with their whole path
ROOT = "/api/v1"
STATUS = ROOT + "/status"
METRICS = ROOT + "/metrics"
PROMETHEUS = "/metrics"  # where scrapers look for it
SAMPLES = ROOT + "/samples"
SAMPLE = SAMPLES + "/{id}"
EVENTS = ROOT + "/events"
PICTURE = ROOT + "/picture"
LOG = ROOT + "/log"
HOME, PAGE = "/", "/status.html"
OPEN = (HOME, PAGE)  # the only paths that need no token
MODEL = ROOT + "/model"
UPDATE = ROOT + "/update"

NONE, RECEIVING, TRIAL, CONFIRMED, REJECTED = "none", "receiving", "trial", "confirmed", "rejected"
UPDATE_STATES = (
    NONE,       # nothing was ever taken
    RECEIVING,  # a part is here
    TRIAL,      # complete and checked; a model classifies beside the one in use, firmware runs in the place of the old one
    CONFIRMED,  # it is the one in use
    REJECTED,   # it failed its trial; the old one is in use
)
UPDATE_KINDS = ("model", "firmware")

MAX_MODEL_BYTES = 1024 * 1024
MAX_FIRMWARE_BYTES = 8 * 1024 * 1024
MAX_PIECE_BYTES = 65536  # of an update
MAX_SAMPLES_LISTED = 100
MAX_EVENTS_LISTED = 100
MAX_LINE_NUMBER = 999999999
LOG_LEVELS = ("error", "warning", "info", "debug")

# code -> HTTP status; the camera sends no code that is not here, the host knows every one.
ERRORS = {
    "unauthorized": 401,
    "not_found": 404,
    "method_not_allowed": 405,
    "bad_request": 400,
    "length_required": 411,
    "too_large": 413,
    "target_too_long": 414,
    "headers_too_large": 431,
    "timeout": 408,
    "too_many_attempts": 429,  # with a wrong token: wait
    "storage_full": 507,
    "internal": 500,
    "not_implemented": 501,   # a coding of the body that is not known here
    "version": 505,           # of HTTP
    "busy": 503,              # as many connections as there may be, all of them answering
    # a model that is refused (contract.model.ModelError.code)
    "model_truncated": 422,
    "model_format": 422,
    "model_layer": 422,
    "model_shape": 422,
    "model_value": 422,
    "model_self_test": 422,
    # an update that is refused (contract.update.UpdateError.code)
    "update_unsigned": 422,
    "update_format": 422,
    "update_key": 422,        # none here, or not one that is trusted
    "update_signature": 422,
    "update_digest": 422,
    "update_truncated": 422,
    "update_product": 422,
    "update_sequence": 422,   # replayed, or older than what is in use
    "firmware_format": 422,   # no executable for this camera's processor
    "firmware_start": 422,    # the camera's disk lets nothing be executed
    "update_busy": 409,       # a trial is under way
    "update_offset": 409,     # not what the camera has
}

# What any request may be answered, what one with a body, and what a file that is sent.
ANY_ERRORS = ("bad_request", "unauthorized", "timeout", "target_too_long", "too_many_attempts", "headers_too_large", "internal",
              "not_implemented", "version", "busy")
BODY_ERRORS = ("length_required", "too_large", "storage_full")
MODEL_ERRORS = tuple([code for code in sorted(ERRORS) if code.startswith("model_")])
UPDATE_ERRORS = tuple([code for code in sorted(ERRORS) if code.startswith(("update_", "firmware_"))])

# name -> (where it stands, needed?, JSON Schema, meaning)
PARAMETERS = {
    "id": ("path", True, {"type": "string", "pattern": "^[0-9a-f]{8}-[0-9]{8}$"}, "a sample's id"),
    "after": ("query", False, {"type": "string", "pattern": "^([0-9a-f]{8}-[0-9]{8})?$"},
              "only samples behind this one, which may be gone; empty: from the oldest"),
    "limit": ("query", False, {"type": "integer", "minimum": 1, "maximum": MAX_SAMPLES_LISTED, "default": MAX_SAMPLES_LISTED},
              "at most so many samples; fewer come where their sidecars are long"),
    "count": ("query", False, {"type": "integer", "minimum": 1, "maximum": MAX_EVENTS_LISTED, "default": 20}, "at most so many events"),
    "level": ("query", False, {"type": "string", "enum": LOG_LEVELS, "default": LOG_LEVELS[-1]}, "only lines as serious as this"),
    "behind": ("query", False, {"type": "integer", "minimum": 0, "maximum": MAX_LINE_NUMBER, "default": 0}, "only lines with a higher number"),
    "kind": ("query", False, {"type": "string", "enum": UPDATE_KINDS, "default": UPDATE_KINDS[0]}, "of the update"),
    "offset": ("query", True, {"type": "integer", "minimum": 0, "maximum": 999999999},
               "number of bytes of this update that the camera has; 0 begins anew"),
}

# handler: of camera_firmware.control.Control, without its underscore. answer: a name in contract/answers.py, or a media type.
# parameters: of PARAMETERS. body: largest number of bytes, 0 without one. errors: codes besides ANY_ERRORS.
Route = namedtuple("Route", ("method", "path", "handler", "summary", "answer", "parameters", "body", "errors"))

ROUTES = (
    Route("GET", STATUS, "get_status", "Identity, state, model, counters", "Status", (), 0, ()),
    Route("GET", METRICS, "get_metrics", "Counters, latency of the last 128 frames, motion of the last one, heap", "Metrics", (), 0, ()),
    Route("GET", PROMETHEUS, "get_prometheus", "[Health](health.md) for Prometheus; the token may come as `Authorization: Bearer` too",
          "text/plain", (), 0, ()),
    Route("GET", SAMPLES, "get_samples", "Sidecars of the kept frames, oldest first", "Samples", ("after", "limit"), 0, ()),
    Route("GET", SAMPLE, "get_sample", "The JPEG of a kept frame, the camera's own bytes", "image/jpeg", ("id",), 0, ("not_found",)),
    Route("DELETE", SAMPLE, "delete_sample", "The host has this sample safely", "Deleted", ("id",), 0, ("not_found",)),
    Route("GET", EVENTS, "get_events", "The newest [events](events.md), oldest first", "Events", ("count",), 0, ()),
    Route("GET", PICTURE, "get_picture", "The next whole frame, the camera's own bytes", "image/jpeg", (), 0, ("not_found",)),
    Route("GET", LOG, "get_log", "The latest lines of the [log](health.md#log), oldest first", "Log", ("level", "behind"), 0, ()),
    Route("GET", HOME, "get_home", "The [status page](health.md#status-page); needs no token", "text/html", (), 0, ()),
    Route("GET", PAGE, "get_page", "The same", "text/html", (), 0, ()),
    Route("GET", MODEL, "get_model", "The model in use", "Model", (), 0, ("not_found",)),
    Route("PUT", MODEL, "put_model", "A model file without a signature, for a camera without update.key only; answered when it is "
          "checked, stored and in use", "Model", (), MAX_MODEL_BYTES, MODEL_ERRORS + ("update_unsigned",)),
    Route("GET", UPDATE, "get_update", "What became of the newest signed update", "Update", ("kind",), 0, ()),
    Route("PUT", UPDATE, "put_update", "A piece of a signed update", "Update", ("kind", "offset"), MAX_PIECE_BYTES,
          UPDATE_ERRORS + MODEL_ERRORS),
    Route("DELETE", UPDATE, "delete_update", "Lets go of what was received, or ends the trial: what was in use stays", "Update",
          ("kind",), 0, ()),
)


def error(code, message):
    """(HTTP status, body dictionary) of an error."""
    return ERRORS[code], {"error": code, "message": message}
