"""The camera's control API: HTTP/1.1, JSON, a bearer token on every request.

    GET    /api/v1/status            identity, state, model, counters
    GET    /api/v1/metrics           counters, a flat JSON object
    GET    /api/v1/samples?after=ID&limit=N   {"samples": [sidecar, ...], "more": bool}, oldest first
    GET    /api/v1/samples/ID        the JPEG
    DELETE /api/v1/samples/ID        after the host has it safely
    PUT    /api/v1/model             a model file; answers once it is checked, stored and in use
    GET    /api/v1/model             {"sequence": n, "sha256": ...} of the model in use

An error is {"error": CODE, "message": SENTENCE} with the status below.
"""

ROOT = "/api/v1"
STATUS = ROOT + "/status"
METRICS = ROOT + "/metrics"
SAMPLES = ROOT + "/samples"
MODEL = ROOT + "/model"

MAX_MODEL_BYTES = 1024 * 1024
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
    "storage_full": 507,
    "internal": 500,
    # a model that is refused (contract.model.ModelError.code)
    "model_truncated": 422,
    "model_format": 422,
    "model_layer": 422,
    "model_shape": 422,
    "model_value": 422,
    "model_self_test": 422,
}


def error(code, message):
    """(HTTP status, body dictionary) of an error."""
    return ERRORS[code], {"error": code, "message": message}
