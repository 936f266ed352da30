"""The camera's settings: one JSON file, every key known, every value checked. docs/camera.md lists them."""

import json
from binascii import unhexlify

from camera_firmware import home_assistant
from camera_firmware.http_client import parse_url
from camera_firmware.log import LEVELS
from camera_firmware.portable import const
from camera_firmware.reasons import reason
from camera_firmware.texts import is_printable, one_line
from camera_firmware.webhook import key_of
from contract.errors import DoorlensError
from contract.rule_settings import RuleError
from contract.rule_settings import complete as complete_rules
from contract.sampling import SamplingError
from contract.sampling.settings import complete
from contract.update import KEY_BYTES, MAX_PRODUCT, is_product

SOURCES = ("snapshot", "mjpeg", "folder", "stdin")
CLOCKS = ("camera", "header")
STRATEGIES = ("simple", "policy")
_DAY_S = 86400
_MAX_BYTES = const(65536)
_NAME = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

# section -> key -> (type, default, lowest or choices, highest); a text's range is that of its length
_KEYS = {
    "": {
        "camera": (str, None, 1, 64),
    },
    "source": {
        "type": (str, None, SOURCES, None),
        "url": (str, "", 0, 1024),
        "path": (str, "", 0, 1024),
        "loop": (bool, True, None, None),
        "user": (str, "", 0, 128),
        "password": (str, "", 0, 128),
        "interval_ms": (int, 500, 0, 3600000),
        "timeout_s": (float, 10, 0.1, 300),
        "clock": (str, "camera", CLOCKS, None),
        "max_frame_bytes": (int, 1048576, 1024, 16777216),
    },
    "control": {
        "host": (str, "0.0.0.0", 1, 255),
        "port": (int, 0, 0, 65535),
        "token": (str, "", 0, 256),
        "certificate": (str, "", 0, 1024),
        "announce": (bool, False, None, None),
    },
    "mqtt": {
        "host": (str, "", 0, 255),
        "port": (int, 0, 0, 65535),
        "user": (str, "", 0, 128),
        "password": (str, "", 0, 128),
        "topic": (str, "doorlens", 1, 128),
        "keepalive_s": (int, 60, 1, 3600),
        "tls": (bool, False, None, None),
        "ca": (str, "", 0, 1024),
        "verify": (bool, True, None, None),
        "picture": (bool, True, None, None),
    },
    "home_assistant": {
        "discovery": (str, "device", home_assistant.FORMS, None),
        "prefix": (str, "homeassistant", 1, 128),
        "name": (str, "", 0, 64),
        "device_class": (str, "door", home_assistant.DEVICE_CLASSES, None),
        "on": (str, "", 0, 64),
    },
    "webhook": {
        "url": (str, "", 0, 1024),
        "secret": (str, "", 0, 256),
        "ca": (str, "", 0, 1024),
        "verify": (bool, True, None, None),
        "timeout_s": (float, 10, 0.1, 300),
    },
    "sampler": {
        "strategy": (str, "policy", STRATEGIES, None),
        "period_s": (float, 600, 0.01, 30 * _DAY_S),
        "change": (int, 1024, 0, 65280),
        "min_interval_s": (float, 10, 0, _DAY_S),
        "roll_s": (float, 3, 0, 8),
    },
    "spool": {
        "bytes": (int, 33554432, 65536, 1 << 40),
    },
    "update": {
        "key": (str, "", 0, 2 * KEY_BYTES),
        "product": (str, "", 0, MAX_PRODUCT),
        "trial_frames": (int, 200, 1, 100000),
        "min_agreement": (int, 90, 0, 100),
        "max_latency_ms": (int, 1000, 1, 60000),
        "settle_s": (int, 60, 1, 3600),
        "watchdog_s": (int, 60, 0, 3600),
    },
    "view": {
        "check": (bool, True, None, None),
    },
    "log": {
        "level": (str, "info", LEVELS, None),
    },
}


class SettingsError(DoorlensError):
    """One sentence that names the key, on one line whatever the file holds."""

    def __init__(self, message):
        super().__init__(one_line(message))


def load(path, fixed=None):
    """The settings of the file `path` as nested dictionaries with every default filled in. fixed: see `check`."""
    try:
        with open(path, "rb") as file:
            text = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise SettingsError("settings %s cannot be read: %s" % (path, reason(error)))
    if len(text) > _MAX_BYTES:
        raise SettingsError("settings %s have more than %d bytes" % (path, _MAX_BYTES))
    try:
        given = json.loads(text.decode())
    except (ValueError, RuntimeError, MemoryError):  # the last two: nested too deeply
        raise SettingsError("settings %s are not JSON" % path)
    return check(given, fixed)


def check(given, fixed=None):
    """`given` with defaults filled in. Raises SettingsError for the first key that is wrong.

    fixed: {section: {key: value}} that the package decides and not the file, whatever it says.
    """
    if not isinstance(given, dict):
        raise SettingsError("settings must be a JSON object")
    given = dict(given)
    policy, rules = given.pop("policy", {}), given.pop("rules", {})
    settings = _section("", {key: value for key, value in given.items() if key not in _KEYS or not key})
    for name in _KEYS:
        if name:
            settings[name] = _section(name, given.get(name, {}))
            settings[name].update((fixed or {}).get(name, {}))
    settings["policy"] = _policy(policy)
    settings["rules"] = _rules(rules)
    _check_camera(settings["camera"])
    _check_source(settings["source"])
    _check_control(settings["control"])
    _check_mqtt(settings["mqtt"])
    _check_topic("home_assistant.prefix", settings["home_assistant"]["prefix"])
    _check_webhook(settings["webhook"])
    _check_update(settings["update"])
    return settings


def _section(section, given):
    if not isinstance(given, dict):
        raise SettingsError("setting %s must be a JSON object" % section)
    prefix = section + "." if section else ""
    for key in given:
        if key not in _KEYS[section]:
            raise SettingsError("setting %s%s is not known; docs/camera.md lists every key" % (prefix, key))
    return {key: _value(prefix + key, rule, given.get(key)) for key, rule in _KEYS[section].items()}


def _value(name, rule, value):
    kind, default, low, high = rule
    if value is None:
        if default is None:
            raise SettingsError("setting %s is missing" % name)
        return default
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not (whole if kind is int else isinstance(value, kind) or (kind is float and whole)):
        words = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
        raise SettingsError("setting %s must be %s" % (name, words[kind]))
    if isinstance(low, tuple):
        if value not in low:
            raise SettingsError("setting %s must be one of %s" % (name, ", ".join(low)))
    elif kind is not bool and not low <= (len(value) if kind is str else value) <= high:
        what = "between %s and %s" % (low, high)
        raise SettingsError("setting %s must be %s" % (name, what + " characters long" if kind is str else what))
    if kind is str and not all(is_printable(c) for c in value):
        raise SettingsError("setting %s must not hold control characters" % name)
    return float(value) if kind is float else value


def _policy(given):
    if not isinstance(given, dict):
        raise SettingsError("setting policy must be a JSON object")
    try:
        return complete(given)
    except SamplingError as error:
        raise SettingsError("setting policy: %s" % error)


def _rules(given):
    try:
        return complete_rules(given)
    except RuleError as error:
        raise SettingsError(str(error))


def _check_camera(name):
    if not all(c in _NAME for c in name):
        raise SettingsError("setting camera may hold letters, digits, - and _ only")


def _check_source(source):
    if source["type"] in ("snapshot", "mjpeg"):
        if not source["url"].startswith(("http://", "https://")):
            raise SettingsError("setting source.url must start with http:// or https://")
        _check_url("source.url", source["url"])
    elif source["type"] == "folder" and not source["path"]:
        raise SettingsError("setting source.path is missing: the folder of pictures")


def _check_control(control):
    if control["port"] and len(control["token"]) < 8:
        raise SettingsError("setting control.token is missing or shorter than 8 characters, and control.port is set")


def _check_mqtt(mqtt):
    _check_topic("mqtt.topic", mqtt["topic"])
    if mqtt["tls"]:
        _check_ca("mqtt", "mqtt.tls is set", mqtt)
    mqtt["port"] = mqtt["port"] or (8883 if mqtt["tls"] else 1883)


def _check_topic(name, topic):
    if topic.startswith("/") or topic.endswith("/") or any(c in topic for c in "+#\0"):
        raise SettingsError("setting %s may not hold +, # or a slash at either end" % name)


def _check_webhook(webhook):
    if not webhook["url"]:
        return
    if not webhook["url"].startswith(("http://", "https://")):
        raise SettingsError("setting webhook.url must start with http:// or https://")
    _check_url("webhook.url", webhook["url"])
    try:
        long_enough = len(key_of(webhook["secret"])) >= 8
    except ValueError:
        raise SettingsError("setting webhook.secret must be base64 behind whsec_")
    if not long_enough:
        raise SettingsError("setting webhook.secret is missing or shorter than 8 characters, and webhook.url is set")
    if webhook["url"].startswith("https://"):
        _check_ca("webhook", "webhook.url begins with https", webhook)


def _check_url(name, url):
    try:
        parse_url(url)
    except ValueError as error:
        raise SettingsError("setting %s: %s" % (name, error))


def _check_ca(section, why, of):
    if of["verify"] and not of["ca"]:
        raise SettingsError("setting %s.ca is missing, and %s: the file with the certificate that vouches for the other side; "
                            "%s.verify: false does without" % (section, why, section))


def _check_update(of):
    if not of["key"]:
        return
    try:
        key = unhexlify(of["key"])
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES or key[0] != 4:
        raise SettingsError("setting update.key must be a public key, %d hexadecimal digits that begin with 04: see "
                            "`doorlens keys show`" % (2 * KEY_BYTES))
    if not is_product(of["product"]):
        raise SettingsError("setting update.product is missing, or holds more than a-z 0-9 . _ - : what a model must be "
                            "signed for")
