"""The event's JSON Schema: made from contract.events, taken by an independent validator, and kept by real events."""

import json
from pathlib import Path

import jsonschema
import pytest

from camera_firmware.events import Events
from camera_firmware.metrics import Metrics
from contract import event_schema, events
from contract.smoother import Smoother

ROOT = Path(__file__).resolve().parents[2]
GOOD = events.state_event("door", 4, "open", "closed", 1772360430500, 1772360431000, 0.97, events.FRAMES, 7)


class Silent:
    def info(self, *_): pass
    repeated = recovered = info


@pytest.fixture(scope="module")
def validator():
    schema = json.loads((ROOT / event_schema.SCHEMA_FILE).read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_generated_files_are_those_of_the_contract():
    hint = "run `python -m contract.event_schema`"
    assert (ROOT / event_schema.SCHEMA_FILE).read_text() == event_schema.text(), hint
    page = (ROOT / event_schema.PAGE).read_text()
    assert event_schema.page(page) == page, hint


def test_events_that_the_camera_writes_are_valid(tmp_path, validator):
    made = Events(str(tmp_path), "door", Silent(), Metrics())
    smoother = Smoother(2, 1, 1000, events.NO_MODEL, 0)
    made.publish(smoother, None, None)
    for time_ms in (1772360430500, 1772360431000, None):
        if smoother.update("open" if time_ms else "unknown", events.LOW_MARGIN, time_ms, 0):
            made.publish(smoother, 0.75, 0)
    lines = (tmp_path / "events.jsonl").read_text().splitlines()
    assert [json.loads(line)["state"] for line in lines] == ["unknown", "open", "unknown"]
    made.rules = {"long": None, "night": "2026-03-01T10:20:30.500Z"}
    made.publish_rule("night", True)
    lines = (tmp_path / "events.jsonl").read_text().splitlines()
    assert json.loads(lines[-1])["kind"] == events.RULE
    for line in lines:
        validator.validate(json.loads(line))
        assert list(json.loads(line)) == [field[0] for field in events.FIELDS]


@pytest.mark.parametrize("reason", events.REASONS)
def test_every_reason_is_valid(validator, reason):
    validator.validate(dict(GOOD, reason=reason))


@pytest.mark.parametrize("name", [field[0] for field in events.FIELDS])
def test_no_field_may_be_missing(validator, name):
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({key: value for key, value in GOOD.items() if key != name})


@pytest.mark.parametrize("wrong", [
    {"schema": 2}, {"camera": "front door"}, {"camera": ""}, {"sequence": 0}, {"sequence": 1.5}, {"kind": "door"}, {"state": None},
    {"state": ""}, {"previous": 3}, {"since": "2026-03-01 10:20"}, {"last_frame": "unknown"}, {"score": 1.01}, {"score": -0.1},
    {"score": "high"}, {"reason": "because"}, {"model": -1}, {"model": "7"},
    {"time": "noon"}, {"rule": ""}, {"rule": "left open"}, {"active": "yes"}, {"rules": ["long"]}, {"rules": {"long": True}}])
def test_what_no_camera_sends_is_not_valid(validator, wrong):
    assert not validator.is_valid(dict(GOOD, **wrong))


def test_fields_of_later_cameras_are_allowed(validator):
    validator.validate(dict(GOOD, weather="rain"))
    validator.validate(dict(GOOD, sequence=None, previous=None, since=None, last_frame=None, score=None, model=None))
