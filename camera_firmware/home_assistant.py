"""What makes Home Assistant find the camera by itself: MQTT discovery (home-assistant.io/integrations/mqtt).

One device with the state (a binary sensor for two states, a sensor with its options for more), the problem that the camera
cannot see, every rule of the settings, the picture of the last transition, and diagnostics. All of it is read from the state's topic.
"""

import json

from camera_firmware.portable import SEPARATORS
from contract.decision import UNKNOWN
from contract.events import REASONS, availability_topic, picture_topic, state_topic
from contract.rules import open_state

DEVICE, SINGLE, OFF = "device", "single", "off"
FORMS = (DEVICE, SINGLE, OFF)
DEVICE_CLASSES = ("door", "garage_door", "opening", "window", "none")
EXPIRE_S = 180  # the state is told every minute: without it for so long the camera is unavailable
BIRTH = b"online"
_NONE = "None"  # Home Assistant's word for a state that is not known


class HomeAssistant:
    """`settings` is the section "home_assistant", `topic` what the camera's topics begin with, `states()` the model's states,
    () without one, `rules` the names of the rules."""

    def __init__(self, settings, camera, topic, picture, version, states, rules=()):
        self.status_topic = settings["prefix"] + "/status"
        self._settings = settings
        self._camera = camera
        self._base = topic
        self._picture = picture
        self._version = version
        self._states = states
        self._rules = rules
        self._told = None     # the states that the broker knows
        self._telling = None
        self._cleaned = False

    @property
    def due(self):
        """Is there anything that the broker has not been told?"""
        return self._told != self._states()

    def again(self):
        """Everything is to be told again: another broker, or Home Assistant was started anew."""
        self._told = None

    def messages(self):
        """[(topic, payload), ...], all retained; `told` is to be called when the broker has them.

        An empty payload deletes what was told in the other form; that is needed once, after the settings have changed.
        """
        self._telling = self._states()
        components, shared = self._components(self._telling), self._shared()
        device_topic = "%s/device/%s/config" % (self._settings["prefix"], self._id)
        if self._settings["discovery"] == DEVICE:
            gone = [] if self._cleaned else [(self._single_topic(name, part), b"") for name, part in components]
            shared["components"] = {name: part for name, part in components}
            return gone + [(device_topic, _json(shared))]
        gone = [] if self._cleaned else [(device_topic, b"")]
        return gone + [(self._single_topic(name, part), self._single(part, shared)) for name, part in components]

    def told(self):
        self._told, self._cleaned = self._telling, True

    def _single(self, part, shared):
        if len(part) == 1:
            return b""
        part.update(shared)
        del part["platform"]
        return _json(part)

    @property
    def _id(self):
        return "doorlens_" + self._camera

    def _single_topic(self, name, part):
        # Not <id>/<name>: that is a component of the device's announcement to Home Assistant, and deleting it deletes both.
        return "%s/%s/%s_%s/config" % (self._settings["prefix"], part["platform"], self._id, name)

    def _shared(self):
        name = self._settings["name"] or self._camera
        return {
            "device": {"identifiers": [self._id], "name": name, "manufacturer": "Doorlens", "model": "doorlens-camera",
                       "sw_version": self._version},
            "origin": {"name": "doorlens", "sw_version": self._version},
            "availability": [{"topic": availability_topic(self._base, self._camera)}],
        }

    def _components(self, states):
        """[(name, component), ...]; a component with nothing but its platform does not exist."""
        binary, several = {"platform": "binary_sensor"}, {"platform": "sensor"}
        if len(states) > 2:
            self._fill(several, "options", _known("state"), name=None, device_class="enum", options=list(states), attributes=True)
        else:
            self._fill(binary, "state", _known("state"), name=None, attributes=True, **self._on_off(states))
        parts = [("state", binary), ("options", several), ("problem", self._problem())]
        picture = {"platform": "image"}
        if self._picture:
            picture.update({"unique_id": self._id + "_picture", "name": "Last transition", "content_type": "image/jpeg",
                            "image_topic": picture_topic(self._base, self._camera)})
        parts.append(("picture", picture))
        parts += [("rule_" + name, self._rule(name)) for name in self._rules]
        for name, words, template, more in _DIAGNOSTICS:
            part = {"platform": "sensor"}
            self._fill(part, name, template, name=words, entity_category="diagnostic", **more)
            parts.append((name, part))
        return parts

    def _fill(self, part, key, template, attributes=False, **more):
        topic = state_topic(self._base, self._camera)
        part.update({"unique_id": "%s_%s" % (self._id, key), "state_topic": topic, "value_template": template,
                     "expire_after": EXPIRE_S})
        if attributes:
            part["json_attributes_topic"] = topic
        part.update(more)

    def _on_off(self, states):
        """Which state is "on": the one that the settings name, else "open", else the second."""
        on = open_state(self._settings["on"], states)
        off = [state for state in states if state != on] or ["closed"]
        words = {"payload_on": on, "payload_off": off[0]}
        if self._settings["device_class"] != "none":
            words["device_class"] = self._settings["device_class"]
        return words

    def _problem(self):
        part = {"platform": "binary_sensor"}
        self._fill(part, "problem", "{{ 'ON' if value_json.state == '%s' else 'OFF' }}" % UNKNOWN, name="Cannot see",
                   device_class="problem", entity_category="diagnostic", payload_on="ON", payload_off="OFF")
        return part


    def _rule(self, name):
        part, words = {"platform": "binary_sensor"}, name.replace("-", " ").replace("_", " ").strip() or name
        self._fill(part, "rule_" + name, "{{ 'ON' if '%s' in value_json.rules else 'OFF' }}" % name,
                   name=words[:1].upper() + words[1:], device_class="problem", payload_on="ON", payload_off="OFF")
        return part


def _known(field):
    return "{{ value_json.%s if value_json.%s not in (none, '%s') else '%s' }}" % (field, field, UNKNOWN, _NONE)


_DIAGNOSTICS = (
    ("reason", "Reason", "{{ value_json.reason if value_json.reason in %s else 'other' }}" % (REASONS,),
     {"device_class": "enum", "options": list(REASONS) + ["other"]}),
    ("score", "Score", "{{ (100 * value_json.score) | round(1) if value_json.score is not none else '%s' }}" % _NONE,
     {"unit_of_measurement": "%", "state_class": "measurement"}),
    ("since", "Since", _known("since"), {"device_class": "timestamp"}),
    ("last_frame", "Last frame", _known("last_frame"), {"device_class": "timestamp"}),
    ("model", "Model", _known("model"), {}),
)


def _json(value):
    return json.dumps(value, separators=SEPARATORS).encode()
