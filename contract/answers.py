"""What the control API answers in JSON, as JSON Schema (draft 2020-12). Fields that are not named here are allowed: later
cameras may have more. Only those that every life of the camera tells, be it in safe mode, are required."""

from contract.api import LOG_LEVELS, UPDATE_STATES
from contract.event_schema import json_schema
from contract.sample import MAX_VALUE, REASONS

_HASH = "^[0-9a-f]{64}$"
_TIME = {"type": ["string", "null"], "format": "date-time"}
_TEXT = {"type": ["string", "null"]}
_COUNT = {"type": "integer", "minimum": 0}


def _object(required, **properties):
    return {"type": "object", "properties": properties, "required": required.split()}


def _or_null(schema):
    return dict(schema, type=[schema["type"], "null"])


def _event():
    """The event of docs/event.schema.json, whose number is 0 in safe mode: it is none."""
    event = {key: value for key, value in json_schema().items() if not key.startswith("$")}
    event["properties"] = dict(event["properties"])
    event["properties"]["sequence"] = dict(event["properties"]["sequence"], minimum=0)
    return event


def _state():
    trial = _object("frames of", frames=_COUNT, of=_COUNT, compared=_COUNT, agreed=_COUNT, seconds=_COUNT)
    return {
        "state": {"type": "string", "enum": list(UPDATE_STATES)},
        "have": _COUNT,
        "digest": dict(_TEXT, pattern=_HASH, description="SHA-256 of the update's header"),
        "sequence": _or_null(_COUNT),
        "reason": _TEXT,
        "floor": dict(_COUNT, description="the lowest sequence number that is taken"),
        "trial": _or_null(trial),
    }


def schemas():
    """name -> schema."""
    link = _object("last_error waiting", last_error=_TEXT, waiting=_COUNT)
    return {
        "Error": _object("error message", error={"type": "string"}, message={"type": "string", "pattern": "^[^\\n]+$"}),
        "Event": _event(),
        "Status": _object(
            "camera version time uptime_s state model frame spool source mqtt update safe_mode",
            camera={"type": "string"},
            version={"type": "string"},
            time=_TIME,
            uptime_s=_COUNT,
            state={"$ref": "#/components/schemas/Event"},
            model=_or_null(_object("sequence sha256 labels", sequence=_COUNT, sha256={"type": "string", "pattern": _HASH},
                                   labels={"type": "array", "items": {"type": "string"}})),
            frame=_object("width height count last", width=_COUNT, height=_COUNT, count=_COUNT, last=_TIME),
            view=_object("reason shift peak checks", reason=_TEXT, checks=_COUNT,
                         shift={"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2},
                         region={"type": ["array", "null"], "items": {"type": "integer"}, "minItems": 4, "maxItems": 4}),
            spool=_object("samples pending bytes limit dropped", samples=_COUNT, pending=_COUNT, bytes=_COUNT, limit=_COUNT,
                          dropped=_COUNT),
            source=_object("type connected last_error", type={"type": "string"}, connected={"type": "boolean"}, last_error=_TEXT),
            mqtt=_or_null(dict(link, properties=dict(link["properties"], connected={"type": "boolean"}))),
            webhook=_or_null(link),
            update=_object("state have digest sequence reason floor trial", **_state()),
            safe_mode=_TEXT),
        "Metrics": {"type": "object", "additionalProperties": {"type": ["number", "null"]}},
        "Sample": _object(
            "id",
            schema={"type": "integer"},
            id={"type": "string", "pattern": "^[0-9a-f]{8}-[0-9]{8}$"},
            camera={"type": "string"},
            time={"type": "string", "description": "UTC, or `unknown`"},
            sequence=_COUNT,
            reason={"type": "string", "enum": list(REASONS)},
            width=_COUNT,
            height=_COUNT,
            bytes=_COUNT,
            state=_TEXT,
            score={"type": ["number", "null"]},
            model=_or_null(_COUNT),
            value=dict(_COUNT, maximum=MAX_VALUE),
            evaluation={"type": "boolean"},
            features=_TEXT),
        "Samples": _object("samples more", samples={"type": "array", "items": {"$ref": "#/components/schemas/Sample"}},
                           more={"type": "boolean"}),
        "Events": _object("events", events={"type": "array", "items": {"$ref": "#/components/schemas/Event"}}),
        "Log": _object("lines", lines={"type": "array", "items": _object(
            "number level area text count first last", number=_COUNT, level={"type": "string", "enum": list(LOG_LEVELS)},
            area={"type": "string"}, text={"type": "string"}, count=_COUNT, first=_TIME, last=_TIME)}),
        "Deleted": _object("deleted", deleted={"type": "string"}),
        "Model": _object("sequence sha256", sequence=_COUNT, sha256={"type": "string", "pattern": _HASH}),
        "Update": _object("state have digest sequence reason floor trial", **_state()),
    }


# error code -> what it means
MEANINGS = {
    "unauthorized": "the token is missing or wrong",
    "not_found": "there is nothing of this name",
    "method_not_allowed": "the header `Allow` has those that are",
    "bad_request": "not HTTP/1.1, or a parameter that is none",
    "length_required": "a body needs a Content-Length, and is not taken in chunks",
    "too_large": "the body is; it was not read",
    "target_too_long": "the request's first line has more than 2 KiB",
    "headers_too_large": "more than 64 header lines, 2 KiB a line or 8 KiB together",
    "timeout": "the request or its body did not come in time",
    "too_many_attempts": "with a wrong token: wait",
    "storage_full": "the camera's disk does not take it",
    "internal": "the camera made a mistake, or its disk fails; its log says more",
    "not_implemented": "a coding of the body that is not known here",
    "version": "another version of HTTP",
    "busy": "all connections are in use",
    "model_truncated": "the model file is cut short",
    "model_format": "not a model file, or of another format",
    "model_layer": "a layer that the camera does not know",
    "model_shape": "tensors that do not fit together",
    "model_value": "a number out of range",
    "model_self_test": "the camera computes something else than the host did",
    "update_unsigned": "the camera takes signed updates only",
    "update_format": "not a signed update",
    "update_key": "no public key here, or not one that is trusted",
    "update_signature": "the signature is wrong",
    "update_digest": "the content is not what was signed",
    "update_truncated": "the first piece does not hold the whole header",
    "update_product": "signed for another product",
    "update_sequence": "replayed, or older than what is in use",
    "firmware_format": "no executable for this camera's processor",
    "firmware_start": "the camera's disk lets nothing be executed",
    "update_busy": "a trial is under way",
    "update_offset": "not what the camera has",
}
