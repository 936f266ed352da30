"""Settings of every wrong kind: refused in one line, the same on the camera and on the host, and nothing else is touched."""

import json
import random
import subprocess

from camera_model import make
from camera_process import CameraProcess, binary
from camera_server import CameraServer
from hypothesis import HealthCheck, Phase, given, settings, strategies

from camera_firmware import settings as camera_settings

FILES = 150
WORK = __file__.replace("test_settings_fuzz", "settings_work")
GOOD = {"camera": "door", "source": {"type": "snapshot", "url": "http://camera/", "interval_ms": 100},
        "control": {"port": 8765, "token": "long enough"}, "mqtt": {"host": "broker", "topic": "a/b"},
        "webhook": {"url": "http://host/", "secret": "long enough"}, "rules": {"time_zone": "UTC0", "list": [
            {"name": "night", "when": "open_outside", "hours": "Mo-Fr 08:00-18:00"},
            {"name": "long", "when": "open_longer", "minutes": 5}]}}
NUMBERS = strategies.one_of(strategies.integers(-(10**30), 10**30), strategies.floats(),
                            strategies.sampled_from([-1, 0, 1, 2**31, 2**63, 1e308]))
VALUES = strategies.recursive(
    strategies.one_of(strategies.none(), strategies.booleans(), NUMBERS, strategies.text(max_size=40),
                      strategies.sampled_from(["", "\0", "a\r\nb", "\ud800", "http://", "ftp://a", "http://a:b", "04" + "é" * 128,
                                               "x" * 5000, "+/#"])),
    lambda inner: strategies.one_of(strategies.lists(inner, max_size=4),
                                    strategies.dictionaries(strategies.text(max_size=12), inner, max_size=4)), max_leaves=8)


def places():
    """(section, key) of every setting that there is."""
    yield from ((section, key) for section, keys in camera_settings._KEYS.items() for key in keys)
    yield from (("policy", "day_frames"), ("policy", "\n"), ("rules", "list"), ("rules", "quiet_hours"), ("rules", "time_zone"),
                ("sampler", "x\ny"))


@strategies.composite
def files(draw):
    """The bytes of settings.json: good ones of which some values are others, now and then torn or spoilt."""
    content = json.loads(json.dumps(GOOD))
    for section, key in draw(strategies.lists(strategies.sampled_from(list(places())), min_size=1, max_size=3)):
        part = content if not section else content.setdefault(section, {})
        if isinstance(part, dict):
            part[key] = draw(VALUES)
    if draw(strategies.integers(0, 5)) == 0:
        content[draw(strategies.text(max_size=8))] = draw(VALUES)
    data = json.dumps(content, ensure_ascii=draw(strategies.booleans())).encode(errors="surrogatepass")
    how = draw(strategies.integers(0, 9))
    if how == 0:
        return data[:draw(strategies.integers(0, len(data)))]
    if how == 1:
        return draw(strategies.binary(max_size=200))
    if how == 2:
        at = draw(strategies.integers(0, len(data)))
        return data[:at] + draw(strategies.binary(max_size=4)) + data[at:]
    return data


def made():
    """FILES of them, the same in every run, and some that are chosen."""
    found = []

    @settings(max_examples=FILES, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))
    @given(files())
    def collect(data):
        found.append(data)
    collect()
    whole = json.dumps(GOOD).encode()
    return found + [whole, b"", b"null", b"[]", b"\xef\xbb\xbf{}", b"[" * 20000, b'{"a":' * 10000, b"[" * 5000 + b"]" * 5000,
                    b'{"camera": NaN}', whole + b"x", whole + b" " * 70000, b'{"camera":"' + b"a" * 60000 + b'"}', b"\xff\xfe{\0}\0",
                    b'{"\\ud800": 1}', b'{"a\\nb\\u0000": 1}']


def test_wrong_settings_are_one_line_and_the_same_everywhere(tmp_path):
    contents = made()
    for number, content in enumerate(contents):
        (tmp_path / f"{number}.json").write_bytes(content)
    done = subprocess.run([*binary("x86_64"), WORK, str(tmp_path)], capture_output=True, text=True, timeout=300, check=True)
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(verdicts) == len(contents)
    refused = 0
    for number, (content, verdict) in enumerate(zip(contents, verdicts)):
        if verdict is not None:
            refused += 1
            assert verdict.startswith("setting") and len(verdict.splitlines()) == 1 and len(verdict) <= 400, (content, verdict)
            verdict.encode()  # no halves of characters
        expected = None
        try:
            camera_settings.load(str(tmp_path / f"{number}.json"))
        except camera_settings.SettingsError as error:
            expected = str(error)
        assert (verdict is None) == (expected is None), (content, verdict, expected)
    assert 0.5 < refused / len(contents) < 1


def others(folder):
    """Every file but the settings, and its content."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "settings.json"}


def test_file_that_is_spoilt_while_the_camera_runs_changes_nothing_and_a_restart_loses_nothing(tmp_path):
    with CameraServer() as server, CameraProcess(tmp_path / "localdata", {"source": {
            "type": "snapshot", "url": server.url(), "interval_ms": 50, "timeout_s": 5}, "update": {"settle_s": 1}}) as camera:
        server.grey = 20
        camera.put_model(make(sequence=5))
        camera.wait("an event", lambda: camera.status["state"]["state"] == "closed")
        camera.wait("a sample is on the disk", lambda: camera.samples)
        file, number = camera.folder / "settings.json", camera.status["state"]["sequence"]
        good = file.read_bytes()
        for spoilt in (good[:-20], b"", b'{"camera": "\n"}', random.Random(1).randbytes(300)):
            file.write_bytes(spoilt)
            camera.wait_frames()
            assert camera.status["camera"] == "door"
        camera.kill()
        kept = others(camera.folder)
        ended = subprocess.run([*camera.command, "-m", "camera_firmware", str(file)], capture_output=True, text=True, timeout=60)
        assert ended.returncode == 2 and ended.stderr.count("\n") == 1 and ended.stderr.startswith("doorlens-camera: settings ")
        assert kept == others(camera.folder)
        file.write_bytes(good)
        camera.start()
        assert camera.get("/api/v1/model").json()["sequence"] == 5 and camera.samples
        camera.wait("the numbers go on", lambda: camera.status["state"]["sequence"] > number)
