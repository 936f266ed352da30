from camera_firmware.settings import SettingsError, check, load
from expect import raises

LEAST = {"camera": "door", "source": {"type": "stdin"}}


def changed(**changes):
    settings = dict(LEAST)
    settings.update(changes)
    return settings


def message(settings):
    text = str(raises(SettingsError, check, settings))
    assert "\n" not in text
    return text


def test_defaults_are_filled_in():
    settings = check(LEAST)
    assert settings["source"]["interval_ms"] == 500 and settings["source"]["clock"] == "camera"
    assert settings["mqtt"]["host"] == "" and settings["control"]["port"] == 0
    assert settings["sampler"]["period_s"] == 600 and settings["spool"]["bytes"] == 32 * 1024 * 1024
    assert settings["log"]["level"] == "info"


def test_given_values_win():
    settings = check(changed(source={"type": "folder", "path": "p", "interval_ms": 0, "loop": False}, spool={"bytes": 65536}))
    assert settings["source"]["interval_ms"] == 0 and settings["source"]["loop"] is False
    assert settings["spool"]["bytes"] == 65536


def test_unknown_keys_are_refused_by_name():
    assert "setting colour is not known" in message(changed(colour=1))
    assert "setting spool.size is not known" in message(changed(spool={"size": 1}))


def test_wrong_types_are_refused_by_name():
    assert message(changed(camera=3)) == "setting camera must be a text"
    assert message(changed(spool=[])) == "setting spool must be a JSON object"
    assert message(changed(spool={"bytes": 1e6})) == "setting spool.bytes must be a whole number"
    assert message(changed(spool={"bytes": True})) == "setting spool.bytes must be a whole number"
    assert message(changed(sampler={"period_s": "1"})) == "setting sampler.period_s must be a number"
    assert message(changed(source={"type": "folder", "path": "p", "loop": 1})) == "setting source.loop must be true or false"
    assert message([]) == "settings must be a JSON object"


def test_values_out_of_range_are_refused_by_name():
    assert message(changed(spool={"bytes": 5})).startswith("setting spool.bytes must be between ")
    assert message(changed(camera="")).startswith("setting camera must be between 1 and 64 characters")
    assert message(changed(camera="a/b")) == "setting camera may hold letters, digits, - and _ only"
    assert message(changed(log={"level": "loud"})).startswith("setting log.level must be one of error, ")
    assert message(changed(mqtt={"topic": "a/#"})).startswith("setting mqtt.topic may not hold")


def test_what_is_needed_must_be_there():
    assert message({"source": {"type": "stdin"}}) == "setting camera is missing"
    assert message({"camera": "door"}) == "setting source.type is missing"
    assert message(changed(source={"type": "mjpeg"})).startswith("setting source.url must start with")
    assert message(changed(source={"type": "folder"})).startswith("setting source.path is missing")
    assert message(changed(control={"port": 8080})).startswith("setting control.token is missing")
    assert check(changed(control={"port": 8080, "token": "long enough"}))["control"]["host"] == "0.0.0.0"
    fixed = {"control": {"host": "127.0.0.1", "port": 8765}}
    given = changed(control={"host": "0.0.0.0", "port": 1, "token": "long enough"})
    control = check(given, fixed)["control"]
    assert (control["host"], control["port"], control["token"]) == ("127.0.0.1", 8765, "long enough")
    assert "control.token" in str(raises(SettingsError, check, LEAST, fixed))


def test_file_that_is_not_there_is_one_sentence():
    text = str(raises(SettingsError, load, "no/such/settings.json"))
    assert text == "settings no/such/settings.json cannot be read: no such file or folder"


def test_numbers_of_the_policy_have_its_own_defaults_and_ranges():
    assert check(changed())["policy"]["day_frames"] == 100 and check(changed())["sampler"]["strategy"] == "policy"
    assert check(changed(policy={"day_frames": 50}))["policy"]["day_frames"] == 50
    assert message(changed(policy={"frames": 1})).startswith("setting policy: ")
    assert message(changed(policy={"day_frames": 0})).startswith("setting policy: ")
    assert message(changed(policy=[])) == "setting policy must be a JSON object"


def test_rules_are_refused_by_name():
    assert check(LEAST)["rules"]["list"] == []
    long = {"name": "long", "when": "open_longer", "minutes": 10}
    assert check(changed(rules={"list": [long]}))["rules"]["list"][0]["urgent"] is False
    assert message(changed(rules={"list": [long, long]})) == "setting rules.list has two rules named long"
    assert message(changed(rules=3)) == "setting rules must be a JSON object"


KEY = "04" + "ab" * 64


def test_public_key_needs_a_product():
    settings = check(changed(update={"key": KEY, "product": "front-door"}))["update"]
    assert (settings["trial_frames"], settings["min_agreement"], settings["watchdog_s"]) == (200, 90, 60)
    assert check(LEAST)["update"]["key"] == ""
    for product in ("", "Front", "a b"):
        assert "setting update.product" in message(changed(update={"key": KEY, "product": product}))
    for key in ("04", KEY[:-2], "05" + KEY[2:], "zz" + KEY[2:], KEY[:-1]):
        assert "setting update.key must be a public key" in message(changed(update={"key": key, "product": "door"}))
    assert "setting update.min_agreement must be between 0 and 100" in message(changed(update={"min_agreement": 101}))
