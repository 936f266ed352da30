"""The camera's control API: HTTP/1.1, JSON, the camera's token in the header X-Doorlens-Token of every request.

    GET    /api/v1/status            identity, state, model, counters
    GET    /api/v1/metrics           counters, a flat JSON object
    GET    /api/v1/samples?after=ID&limit=N   {"samples": [sidecar, ...], "more": bool}, oldest first
    GET    /api/v1/samples/ID        the JPEG
    DELETE /api/v1/samples/ID        after the host has it safely
    PUT    /api/v1/model             a model file without a signature, for a camera without a public key only; answers
                                     once it is checked, stored and in use
    GET    /api/v1/model             {"sequence": n, "sha256": ...} of the model in use
    PUT    /api/v1/update?offset=N   a piece of a signed update (contract/update.py), at most 64 KiB; the first holds the
                                     whole header, which is checked before more is taken; N is what the camera has. The
                                     last one is answered when the content is checked and its trial has begun.
    GET    /api/v1/update            what became of it, see below
    DELETE /api/v1/update            lets go of what was received, or ends the trial: the old model stays
                                     all three with ?kind=firmware (or &kind=firmware): the same for signed firmware

PUT, GET and DELETE of an update answer {"state", "have", "digest", "sequence", "reason", "floor", "trial"}. state is one of
UPDATE_STATES; digest (SHA-256 of the header, hexadecimal) and sequence name the update that it speaks of, or null; have:
bytes received, header included, 0 unless receiving; reason: one sentence why an update was rejected, or null; floor: the
lowest sequence number that is taken; trial: {"frames", "of", "compared", "agreed"} or null; of firmware {"frames",
"seconds", "of"}, seconds since its start. Models and firmware have states and numbers of their own; one of them is received
or tried at a time. While firmware is on trial the camera starts anew, once to try it and once more to give it up.
An upload that was interrupted goes on at `have` if `digest` is that of its header; a piece at offset 0 starts anew.

An error is {"error": CODE, "message": SENTENCE} with the status below.

Authorization is not used: it belongs to the web server that may be before the API, as on an Axis camera, where the paths
begin with BEHIND and everything is behind TLS, digest authentication and the role of an administrator.
"""

TOKEN_HEADER = "X-Doorlens-Token"
BEHIND = "/local/doorlens/control"  # Axis: /local/APPLICATION/REVERSE PROXY'S NAME; requests arrive with their whole path
ROOT = "/api/v1"
STATUS = ROOT + "/status"
METRICS = ROOT + "/metrics"
SAMPLES = ROOT + "/samples"
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

# code -> HTTP status; the camera sends no code that is not here, the host knows every one.
ERRORS = {
    "unauthorized": 401,
    "not_found": 404,
    "method_not_allowed": 405,
    "bad_request": 400,
    "length_required": 411,
    "too_large": 413,
    "timeout": 408,
    "too_many_attempts": 429,  # with a wrong token: wait
    "storage_full": 507,
    "internal": 500,
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


def error(code, message):
    """(HTTP status, body dictionary) of an error."""
    return ERRORS[code], {"error": code, "message": message}
