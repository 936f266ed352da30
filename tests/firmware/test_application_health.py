"""What a camera tells Prometheus, read by Prometheus' own parser, against what it says in JSON."""

import json
import pathlib
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from camera_model import make
from camera_process import TOKEN, CameraProcess
from camera_server import CameraServer, picture
from prometheus_client.parser import text_string_to_metric_families

from contract import api
from contract.events import REASONS

STATE = "doorlens_state"


@pytest.fixture(scope="module")
def server():
    with CameraServer() as running:
        yield running


@pytest.fixture(scope="module")
def camera(server, tmp_path_factory):
    source = {"type": "snapshot", "url": server.url(), "interval_ms": 20, "timeout_s": 5}
    settings = {"source": source, "mqtt": {"host": "127.0.0.1", "port": 9}, "webhook": {"url": "http://127.0.0.1:9/", "secret": "12345678"},
                "rules": {"list": [{"name": "blind", "when": "cannot_see", "minutes": 5}]}}
    with CameraProcess(tmp_path_factory.mktemp("health"), settings) as running:
        running.put_model(make(sequence=7))
        running.wait_frames(20)
        yield running


def scrape(camera):
    """{family: Metric} of what the camera tells."""
    answer = camera.get(api.PROMETHEUS)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    families = list(text_string_to_metric_families(answer.text))
    names = [family.name for family in families]
    assert len(names) == len(set(names)), "a family comes once"
    return {family.name: family for family in families}


def value(families, name, **labels):
    """Of the only sample of that name and those labels."""
    found = [sample.value for family in families.values() for sample in family.samples
             if sample.name == name and labels.items() <= sample.labels.items()]
    assert len(found) == 1, (name, labels, found)
    return found[0]


def chosen(families, name, label):
    """The label's value whose sample is 1; the others are 0."""
    values = {sample.labels[label]: sample.value for sample in families[name].samples}
    assert sorted(values.values()) == [0] * (len(values) - 1) + [1], values
    return next(key for key, number in values.items() if number == 1)


def test_every_counter_of_the_json_is_told_with_the_same_value(camera):
    before, families, after = camera.metrics, scrape(camera), camera.metrics
    counters = [name for name in before if not name.startswith(("latency", "heap", "motion"))]
    assert len(counters) > 25
    for name in counters:
        family = families["doorlens_" + name]
        assert family.type == "counter"
        assert before[name] <= sum(sample.value for sample in family.samples if sample.name.endswith("_total")) <= after[name], name


def test_every_sample_is_a_finite_number_and_counters_only_grow(camera):
    first = scrape(camera)
    camera.wait_frames(5)
    second = scrape(camera)
    numbers = {(sample.name, *sorted(sample.labels.items())): sample.value for family in first.values() for sample in family.samples}
    assert all(number == number and abs(number) < 1e18 for number in numbers.values())
    for family in second.values():
        for sample in family.samples:
            if family.type in ("counter", "histogram"):
                assert sample.value >= numbers.get((sample.name, *sorted(sample.labels.items())), 0), sample


def test_names_and_types_keep_the_rules_of_prometheus(camera):
    for name, family in scrape(camera).items():
        assert re.fullmatch(r"(doorlens|process)_[a-z0-9_]+", name) and family.documentation.endswith(".")
        assert not re.search(r"_(ms|kb|mb|percent|count|sum|bucket|gauge|counter|total)$", name), name
        total = all(sample.name.endswith("_total") for sample in family.samples if not sample.name.endswith("_created"))
        assert total == (family.type == "counter"), name
        for sample in family.samples:
            assert all(re.fullmatch("[a-z]+", label) for label in sample.labels)


def test_promtool_finds_nothing_to_say(camera):
    promtool = shutil.which("promtool")
    if not promtool:
        pytest.skip("promtool is missing: it is in Debian's package prometheus")
    done = subprocess.run([promtool, "check", "metrics"], input=camera.get(api.PROMETHEUS).text, capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_histograms_rise_and_agree_with_the_number_of_frames(camera):
    families = scrape(camera)
    for name, labels in (("doorlens_frame_duration_seconds", {}), ("doorlens_frame_stage_duration_seconds", {"stage": "decode"}),
                         ("doorlens_frame_stage_duration_seconds", {"stage": "network"})):
        buckets = [(float(sample.labels["le"]), sample.value) for sample in families[name].samples
                   if sample.name == name + "_bucket" and labels.items() <= sample.labels.items()]
        assert buckets == sorted(buckets) and [count for _, count in buckets] == sorted(count for _, count in buckets)
        count, total = value(families, name + "_count", **labels), value(families, name + "_sum", **labels)
        assert buckets[-1] == (float("inf"), count) and count > 0
        inside = [(low, high, more - less) for (low, less), (high, more) in zip([(0, 0), *buckets], buckets, strict=False)]
        assert sum(low * number for low, _, number in inside) <= total <= sum(high * number for _, high, number in inside if number)
    # A part is never longer than the whole; a frame that took no whole microsecond of one of them is not in it.
    parts = [value(families, "doorlens_frame_stage_duration_seconds_sum", stage=stage) for stage in ("decode", "network")]
    assert sum(parts) <= value(families, "doorlens_frame_duration_seconds_sum")
    assert value(families, "doorlens_frame_duration_seconds_count") == value(families, "doorlens_frames_total")


def test_state_reason_and_model_are_told(camera, server):
    for grey, state in ((20, "closed"), (235, "open"), (128, "unknown")):
        server.grey = grey
        camera.wait(state, lambda state=state: camera.status["state"]["state"] == state)
        families, status = scrape(camera), camera.status["state"]
        assert chosen(families, STATE, "state") == state and chosen(families, "doorlens_state_reason", "reason") == status["reason"]
        assert {sample.labels["state"] for sample in families[STATE].samples} == {"open", "closed", "unknown"}
        assert {sample.labels["reason"] for sample in families["doorlens_state_reason"].samples} == set(REASONS)
        assert value(families, "doorlens_event_sequence") == status["sequence"]
    assert value(families, "doorlens_model_sequence") == 7 and value(families, "doorlens_rule_raised", rule="blind") == 0
    assert {sample.value for sample in families["doorlens_view_trouble"].samples} == {0}
    assert value(families, "doorlens_build_info", camera="door", version=camera.status["version"]) == 1
    assert value(families, "doorlens_last_frame_timestamp_seconds") >= value(families, "doorlens_state_since_timestamp_seconds") > 1e9


def test_machine_and_process_are_told(camera):
    families = scrape(camera)
    memory = value(families, "doorlens_machine_memory_bytes")
    assert 0 < value(families, "process_resident_memory_bytes") < memory
    assert 0 < value(families, "doorlens_machine_memory_available_bytes") <= memory
    assert value(families, "doorlens_heap_used_bytes") > 0 and value(families, "doorlens_heap_free_bytes") > 0
    assert value(families, "process_cpu_seconds_total") > 0 and value(families, "process_open_fds") > 3
    assert 0 < value(families, "doorlens_disk_free_bytes") <= value(families, "doorlens_disk_size_bytes")
    assert [sample.labels["minutes"] for sample in families["doorlens_machine_load"].samples] == ["1", "5", "15"]
    assert value(families, "doorlens_mqtt_connected") == 0 and value(families, "doorlens_webhook_waiting") > 0


def test_events_are_those_of_the_disk(camera):
    lines = [json.loads(line) for line in (camera.folder / "events.jsonl").read_text().splitlines()]
    assert camera.get(api.EVENTS).json()["events"] == lines[-20:]
    assert camera.get(api.EVENTS, params={"count": 2}).json()["events"] == lines[-2:]
    for count in ("0", "101", "x", "-1"):
        assert camera.get(api.EVENTS, params={"count": count}).json()["error"] == "bad_request"


def test_picture_is_what_the_camera_sees_now_byte_for_byte(camera, server):
    for grey in (33, 210):
        server.grey = grey
        before = camera.metrics["frames"]
        camera.wait("frames of this grey", lambda before=before: camera.metrics["frames"] > before + 2)
        answer = camera.get(api.PICTURE)
        assert (answer.headers["Content-Type"], answer.content) == ("image/jpeg", picture(grey))
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: httpx.get(f"http://127.0.0.1:{camera.port}{api.PICTURE}", headers={api.TOKEN_HEADER: TOKEN},
                                                trust_env=False).content, range(4))) == {picture(210)}


def log_lines(camera, **parameters):
    return camera.get(api.LOG, params=parameters).json()["lines"]


def test_log_is_told_by_level_and_from_a_line_on(camera):
    lines = log_lines(camera)
    assert [line["number"] for line in lines] == sorted({line["number"] for line in lines})
    assert any(line["text"].startswith("doorlens ") for line in lines) and {line["level"] for line in lines} >= {"info", "warning"}
    serious = log_lines(camera, level="warning")
    assert serious and {line["level"] for line in serious} <= {"error", "warning"}
    assert all(line["number"] > lines[1]["number"] for line in log_lines(camera, behind=lines[1]["number"]))
    assert TOKEN not in json.dumps(lines) and "12345678" not in json.dumps(lines)
    for wrong in ({"level": "loud"}, {"behind": "x"}):
        assert camera.get(api.LOG, params=wrong).json()["error"] == "bad_request"


def failures(camera):
    """{cause: how often}."""
    return {sample.labels["cause"]: sample.value for sample in scrape(camera)["doorlens_source_errors"].samples}


def test_log_messages_are_counted_by_level(camera):
    families = scrape(camera)
    assert value(families, "doorlens_log_messages_total", level="info") >= 3
    assert value(families, "doorlens_log_messages_total", level="warning") >= 2, "broker and receiver refuse"
    assert value(families, "doorlens_log_messages_total", level="error") == 0


def test_every_family_is_in_the_documentation(camera):
    text = (pathlib.Path(__file__).resolve().parents[2] / "docs/health.md").read_text()
    told = {name + ("_total" if family.type == "counter" else "") for name, family in scrape(camera).items()}
    written = {name.split("{")[0] for name in re.findall(r"`((?:doorlens|process)_[a-z_{},]+)`", text)}
    assert told <= written and written - told <= {"doorlens_machine_temperature_celsius"}


def test_failures_of_the_source_are_told_by_cause(camera, server):
    connections = camera.metrics["source_connections"]
    for behaviour, cause in (("error", "answer"), ("refused", "login"), ("half", "cut"), ("not_http", "answer")):
        before = failures(camera)
        server.behaviour = behaviour
        camera.wait(f"a failure: {cause}", lambda cause=cause, before=before: failures(camera)[cause] > before[cause])
        server.behaviour = "good"
        camera.wait("frames again", lambda: camera.status["source"]["connected"])
        after = failures(camera)
        assert {other for other in after if after[other] > before[other]} == {cause}
    assert camera.metrics["source_connections"] >= connections + 4
    assert value(scrape(camera), "doorlens_source_connected") == 1


@pytest.mark.parametrize(("headers", "status"), [
    ({"X-Doorlens-Token": ""}, 401), ({"X-Doorlens-Token": "", "Authorization": f"Bearer {TOKEN}x"}, 401),
    ({"X-Doorlens-Token": "", "Authorization": f"Bearer {TOKEN}"}, 200), ({"X-Doorlens-Token": "", "Authorization": TOKEN}, 401),
    ({"X-Doorlens-Token": "wrong", "Authorization": f"Bearer {TOKEN}"}, 401),
    ({"Authorization": "Basic cm9vdDpyb290"}, 200),  # of the web server before the API
])
def test_a_scraper_shows_the_token_either_way(camera, headers, status):
    assert camera.get(api.PROMETHEUS, headers=headers).status_code == status


def test_only_get_is_taken(camera):
    assert camera.request("POST", api.PROMETHEUS).json()["error"] == "method_not_allowed"
