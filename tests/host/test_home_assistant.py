"""What is told to Home Assistant, read by a parser of its discovery payloads that is not ours, and its templates by Jinja."""

import json

import ha_mqtt_models_pydantic as models
import jinja2
import pytest

from camera_firmware.home_assistant import HomeAssistant
from camera_firmware.settings import check
from contract import events

DEVICE_TOPIC = "homeassistant/device/doorlens_front-door/config"


def home(states=("closed", "open"), picture=True, rules=(), **changes):
    settings = check({"camera": "front-door", "source": {"type": "stdin"}, "home_assistant": changes})["home_assistant"]
    return HomeAssistant(settings, "front-door", "home/doors", picture, "1.2.3", lambda: tuple(states), rules)


def told(made):
    """{component's name: parsed component}, from the device's announcement or from single ones."""
    messages = dict(made.messages())
    assert len(messages) == len(made.messages()), "every topic once"
    if messages[DEVICE_TOPIC]:
        payload = json.loads(messages[DEVICE_TOPIC])
        device = models.parse_device_discovery_payload(payload)
        assert all(not payload for topic, payload in messages.items() if topic != DEVICE_TOPIC)
        shared = {"device": payload["device"], "origin": payload["origin"], "availability": payload["availability"]}
        parts = {name: dict(part) for name, part in payload["components"].items()}
        assert set(device.components) == set(parts)
    else:
        shared, parts = {}, {}
        for topic, payload in messages.items():
            prefix, platform, name, config = topic.split("/")
            if topic != DEVICE_TOPIC:
                assert (prefix, config) == ("homeassistant", "config") and name.startswith("doorlens_front-door_")
                parts[name[20:]] = {"platform": platform} | json.loads(payload or "{}")
    read = {name: (models.parse_component_payload(part["platform"], part | shared), part)
            for name, part in parts.items() if len(part) > 1}
    for component, part in read.values():  # a word that nobody knows is left out without a complaint
        assert set(part) - {"platform"} <= set(type(component).model_json_schema(by_alias=True)["properties"])
    return {name: component for name, (component, _) in read.items()}


def shown(component, event):
    """What Home Assistant makes of an event: the text that the entity's template gives."""
    return jinja2.Environment().from_string(component.value_template).render(value_json=json.loads(json.dumps(event)))


def event(state="open", reason=events.FRAMES, score=0.97, since=1772360430500, model=7):
    return events.state_event("front-door", 4, state, "closed", since, since, score, reason, model)


@pytest.fixture(params=["device", "single"])
def form(request):
    return request.param


def test_every_component_is_valid_unique_and_of_one_device(form):
    components = told(home(discovery=form))
    assert sorted(components) == ["last_frame", "model", "picture", "problem", "reason", "score", "since", "state"]
    assert len({part.unique_id for part in components.values()}) == len(components)
    for part in components.values():
        assert part.device.identifiers == ["doorlens_front-door"] and part.device.sw_version == "1.2.3"
        assert part.origin.name == "doorlens"
        assert [one.topic for one in part.availability] == ["home/doors/front-door/availability"]
        assert type(part).__name__ == "Image" or part.expire_after == 180


def test_two_states_are_a_binary_sensor_and_unknown_is_none(form):
    door = told(home(discovery=form))["state"]
    assert type(door).__name__ == "BinarySensor" and door.device_class == "door" and door.name is None
    assert (door.payload_on, door.payload_off) == (shown(door, event("open")), shown(door, event("closed"))) == ("open", "closed")
    assert shown(door, event("unknown")) == "None"
    assert door.state_topic == door.json_attributes_topic == "home/doors/front-door/state"


@pytest.mark.parametrize(("states", "on", "expected"), [
    (("closed", "open"), "", ("open", "closed")), (("open", "closed"), "", ("open", "closed")),
    (("down", "up"), "", ("up", "down")), (("down", "up"), "down", ("down", "up")), ((), "", ("open", "closed"))])
def test_on_means_open_or_what_the_settings_say(states, on, expected):
    door = told(home(states, on=on))["state"]
    assert (door.payload_on, door.payload_off) == expected


def test_device_class_is_that_of_the_settings():
    assert told(home(device_class="garage_door"))["state"].device_class == "garage_door"
    assert told(home(device_class="none"))["state"].device_class is None


def test_more_states_are_a_sensor_with_options(form):
    gate = told(home(("closed", "half", "open"), discovery=form))
    assert "state" not in gate and gate["options"].options == ["closed", "half", "open"]
    assert gate["options"].device_class == "enum" and gate["options"].name is None
    assert shown(gate["options"], event("half")) == "half" and shown(gate["options"], event("unknown")) == "None"


def test_another_model_deletes_what_no_longer_fits(form):
    states = [("closed", "open")]
    made = home(discovery=form)
    made._states = lambda: states[0]
    made.messages()
    made.told()
    assert not made.due
    states[0] = ("closed", "half", "open")
    assert made.due
    messages = dict(made.messages())
    if form == "device":
        assert list(messages) == [DEVICE_TOPIC]
        assert json.loads(messages[DEVICE_TOPIC])["components"]["state"] == {"platform": "binary_sensor"}
    else:
        assert messages["homeassistant/binary_sensor/doorlens_front-door_state/config"] == b""
    made.told()
    assert not made.due
    made.again()
    assert made.due


def test_form_that_is_not_in_use_is_deleted_before_the_other_is_told():
    device, single = home(discovery="device").messages(), home(discovery="single").messages()
    assert device[-1][0] == DEVICE_TOPIC and device[-1][1] and not any(payload for _, payload in device[:-1])
    assert single[0] == (DEVICE_TOPIC, b"") and {topic for topic, _ in single[1:]} == {topic for topic, _ in device[:-1]}


def test_diagnostics_show_what_the_event_says(form):
    parts = told(home(discovery=form))
    good, bad = event(), event("unknown", events.NO_MODEL, None, None, None)
    assert {name: shown(parts[name], good) for name in ("reason", "score", "since", "last_frame", "model", "problem")} == {
        "reason": "frames", "score": "97.0", "since": "2026-03-01T10:20:30.500Z", "last_frame": "2026-03-01T10:20:30.500Z",
        "model": "7", "problem": "OFF"}
    assert {name: shown(parts[name], bad) for name in ("reason", "score", "since", "last_frame", "model", "problem")} == {
        "reason": "no_model", "score": "None", "since": "None", "last_frame": "None", "model": "None", "problem": "ON"}
    assert all(parts[name].entity_category == "diagnostic" for name in ("reason", "score", "since", "last_frame", "model", "problem"))
    assert parts["problem"].device_class == "problem" and parts["since"].device_class == "timestamp"


@pytest.mark.parametrize("reason", events.REASONS)
def test_every_reason_is_one_of_the_options(reason):
    part = told(home())["reason"]
    assert shown(part, event(reason=reason)) == reason and reason in part.options
    assert shown(part, event(reason="of a later camera")) == "other" and "other" in part.options


def test_every_rule_is_a_problem_that_its_events_raise_and_clear(form):
    parts = told(home(rules=["left-open", "at_night"], discovery=form))
    rule, other = parts["rule_left-open"], parts["rule_at_night"]
    assert (rule.name, other.name, rule.unique_id) == ("Left open", "At night", "doorlens_front-door_rule_left-open")
    assert type(rule).__name__ == "BinarySensor" and rule.device_class == "problem" and rule.expire_after == 180
    assert rule.state_topic == "home/doors/front-door/state" and (rule.payload_on, rule.payload_off) == ("ON", "OFF")
    raised = events.rule_event(event(), 1772360430500, "left-open", True, {"left-open": None})
    cleared = events.rule_event(raised, 1772360430500, "left-open", False, {})
    assert [shown(rule, one) for one in (event(), raised, cleared)] == ["OFF", "ON", "OFF"]
    assert [shown(other, one) for one in (event(), raised, cleared)] == ["OFF", "OFF", "OFF"]
    assert shown(parts["state"], raised) == "open" and shown(parts["reason"], raised) == "frames"


def test_picture_is_an_image_only_where_it_is_told(form):
    picture = told(home(discovery=form))["picture"]
    assert (picture.image_topic, picture.content_type) == ("home/doors/front-door/picture", "image/jpeg")
    assert "picture" not in told(home(picture=False, discovery=form))
