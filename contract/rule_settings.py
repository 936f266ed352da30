"""The settings "rules": what a camera is to raise an alarm about, with defaults and ranges. docs/rules.md lists them."""

from contract.errors import DoorlensError
from contract.time_zone import TimeZone
from contract.weekly_hours import WeeklyHours

OPEN_LONGER, OPEN_OUTSIDE, OPENED_OFTEN, CANNOT_SEE = "open_longer", "open_outside", "opened_often", "cannot_see"
MAX_RULES = 16
_NAME_LENGTH = 32
_NAME = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

# (type, default, lowest, highest); default None: required; a text's range is that of its length
_SECTION = {
    "time_zone": (str, "", 0, 64),
    "quiet_hours": (str, "", 0, 256),
    "state": (str, "", 0, 64),
    "settle_s": (float, 60, 0, 86400),
    "list": (list, (), 0, MAX_RULES),
}
_MINUTES = (float, None, 0.01, 44640)
_PARTICULAR = {  # `when` -> what such a rule needs
    OPEN_LONGER: {"minutes": _MINUTES},
    OPEN_OUTSIDE: {"hours": (str, None, 1, 256)},
    OPENED_OFTEN: {"times": (int, None, 1, 100)},
    CANNOT_SEE: {"minutes": _MINUTES},
}
_RULE = {
    "name": (str, None, 1, _NAME_LENGTH),
    "when": (str, None, 1, 32),
    "urgent": (bool, False, None, None),
}
_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", list: "a list"}


class RuleError(DoorlensError):
    """One sentence that names the setting."""


def complete(given):
    """`given` with every default filled in. Raises RuleError for the first setting that is wrong."""
    settings = _values("rules", given, _SECTION)
    settings["list"] = [_rule("rules.list[%d]" % at, one) for at, one in enumerate(settings["list"])]
    names = [one["name"] for one in settings["list"]]
    for name in names:
        if names.count(name) > 1:
            raise RuleError("setting rules.list has two rules named %s" % name)
    _check_hours("rules.quiet_hours", settings["quiet_hours"], settings)
    for at, one in enumerate(settings["list"]):
        _check_hours("rules.list[%d].hours" % at, one.get("hours"), settings)
    if settings["time_zone"]:
        _made(TimeZone, "rules.time_zone", settings["time_zone"])
    return settings


def _rule(name, given):
    when = given.get("when") if isinstance(given, dict) else None
    keys = dict(_RULE)
    keys.update(_PARTICULAR.get(when, {}) if isinstance(when, str) else {})
    rule = _values(name, given, keys, when if isinstance(when, str) else None)
    if not all(letter in _NAME for letter in rule["name"]):
        raise RuleError("setting %s.name may hold letters, digits, - and _ only" % name)
    return rule


def _values(name, given, keys, when=None):
    if not isinstance(given, dict):
        raise RuleError("setting %s must be a JSON object" % name)
    if when is not None and when not in _PARTICULAR:
        raise RuleError("setting %s.when must be one of %s" % (name, ", ".join(sorted(_PARTICULAR))))
    for key in given:
        if key not in keys:
            raise RuleError("setting %s.%s is not known%s; docs/rules.md lists every key"
                            % (name, key, " to a rule about " + when if when else ""))
    return {key: _value("%s.%s" % (name, key), keys[key], given.get(key)) for key in keys}


def _value(name, rule, value):
    kind, default, low, high = rule
    if value is None:
        if default is None:
            raise RuleError("setting %s is missing" % name)
        return default
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise RuleError("setting %s must be %s" % (name, _WORDS[kind]))
    if low is not None and not low <= (len(value) if kind in (str, list) else value) <= high:
        of = {str: " characters long", list: " entries long"}.get(kind, "")
        raise RuleError("setting %s must be between %s and %s%s" % (name, low, high, of))
    return value


def _check_hours(name, text, settings):
    if not text:
        return
    _made(WeeklyHours, name, text)
    if not settings["time_zone"]:
        raise RuleError("setting rules.time_zone is missing, and %s is set: a POSIX time zone such as "
                        "CET-1CEST,M3.5.0,M10.5.0/3" % name)


def _made(kind, name, text):
    try:
        kind(text)
    except ValueError as error:
        raise RuleError("setting %s: %s" % (name, error))
