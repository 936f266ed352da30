"""The built firmware as a process: settings, pipes, folders, sudden death, disks that fail, memory."""

import json
import random
import socket
import subprocess
import time

import numpy
import pytest
from camera_model import make
from camera_process import TOKEN, CameraProcess, binary
from camera_server import CameraServer, picture, with_size
from small_disk import small_disk

from contract import api, sample
from contract.clock import utc_text

GOOD = {"camera": "door", "source": {"type": "stdin"}}
ALL = {"strategy": "simple", "period_s": 0.01}


def run(arguments, stdin=b"", timeout=60):
    return subprocess.run([*binary("x86_64"), "-m", "camera_firmware", *arguments], input=stdin, capture_output=True, timeout=timeout)


@pytest.mark.parametrize(("settings", "words"), [
    ({"camra": "door"}, "setting camra is not known"),
    ({"source": {"type": "stdin", "interval": 3}}, "setting source.interval is not known"),
    ({"source": {"type": "rtsp"}}, "setting source.type must be one of snapshot, mjpeg, folder, stdin"),
    ({"source": {"type": "snapshot", "url": "rtsp://x"}}, "setting source.url must start with http:// or https://"),
    ({"spool": {"bytes": "many"}}, "setting spool.bytes must be a whole number"),
    ({"control": {"port": 80}}, "setting control.token is missing"),
    ({"control": {"port": 80, "token": "secret", "tls": True}}, "setting control.tls is not known"),
])
def test_wrong_settings_end_with_one_line_that_names_the_key(tmp_path, settings, words):
    (tmp_path / "settings.json").write_text(json.dumps(GOOD | settings))
    ended = run([str(tmp_path / "settings.json")])
    assert ended.returncode == 2 and ended.stdout == b""
    assert ended.stderr.decode().startswith("doorlens-camera: " + words) and ended.stderr.count(b"\n") == 1


@pytest.mark.parametrize("arguments", [[], ["--help"], ["a", "b"], ["missing.json"]])
def test_wrong_arguments_end_with_one_line(arguments):
    ended = run(arguments)
    assert ended.returncode == 2 and ended.stderr.count(b"\n") == 1 and b"Traceback" not in ended.stderr


def thumbnail_inside(jpeg):
    """The JPEG with another whole JPEG in an APP1 segment, as cameras embed thumbnails."""
    inner = picture(90, 32, 32)
    return jpeg[:2] + b"\xff\xe1" + (len(inner) + 2).to_bytes(2, "big") + inner + jpeg[2:]


def started_with(tmp_path, **settings):
    (tmp_path / "model.safetensors").write_bytes(make())
    (tmp_path / "settings.json").write_text(json.dumps({"camera": "door", "sampler": ALL} | settings))
    return [str(tmp_path / "settings.json")]


def test_pipe_of_pictures_is_split_and_the_process_ends_with_it(tmp_path):
    dark, bright = thumbnail_inside(picture(20)), thumbnail_inside(picture(235))
    stream = b"rubbish" + dark * 3 + b"\0\0" + bright * 3 + with_size(picture(235), 10000, 10000) + dark * 2 + dark[:500]
    ended = run(started_with(tmp_path, source={"type": "stdin"}), stream)
    assert ended.returncode == 0
    events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert [event["state"] for event in events] == ["unknown", "closed", "open", "closed"]
    kept = [path.read_bytes() for path in sorted((tmp_path / "spool").glob("*.jpg"))]
    assert kept and all(one in (dark, bright) for one in kept)


def test_silent_pipe_does_not_hold_up_the_control_api(tmp_path):
    camera = CameraProcess(tmp_path, {"source": {"type": "stdin"}})
    try:
        camera.start(stdin=subprocess.PIPE)
        pipe, dark = camera.process.stdin, picture(20)
        pipe.write(dark)
        pipe.flush()
        camera.wait("one frame without waiting for the next", lambda: camera.metrics["frames"] == 1)
        pipe.write(dark[:1000])
        pipe.flush()
        assert camera.status["frame"]["count"] == 1
        pipe.write(dark[1000:])
        pipe.flush()
        camera.wait("the second frame", lambda: camera.metrics["frames"] == 2)
        pipe.close()
        assert camera.process.wait(30) == 0
    finally:
        camera.kill()


def waiting_camera(folder):
    """A camera whose pipe is open and that holds samples in memory."""
    camera = CameraProcess(folder, {"source": {"type": "stdin"}, "sampler": ALL})
    camera.start(stdin=subprocess.PIPE)
    for _ in range(12):
        before = camera.metrics["frames"]
        camera.process.stdin.write(picture(20))
        camera.process.stdin.flush()
        camera.wait("a frame", lambda before=before: camera.metrics["frames"] > before)
        time.sleep(0.02)
    assert camera.status["spool"]["pending"] > 2
    return camera


def test_sigterm_writes_what_waits_in_memory_and_ends_in_order(tmp_path):
    camera = waiting_camera(tmp_path)
    try:
        spool = camera.status["spool"]
        assert len(list((tmp_path / "spool").glob("*.json"))) == spool["samples"] - spool["pending"]
        camera.process.terminate()
        assert camera.process.wait(30) == 0
        assert len(list((tmp_path / "spool").glob("*.json"))) == spool["samples"]
        assert "ends because of SIGTERM" in camera.log and "Traceback" not in camera.log
    finally:
        camera.process.stdin.close()
        camera.kill()


def test_sigterm_ends_a_camera_whose_source_and_broker_do_not_answer(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        source = {"type": "snapshot", "url": f"http://127.0.0.1:{port}/"}
        with CameraProcess(tmp_path, {"source": source, "mqtt": {"host": "127.0.0.1", "port": port}}) as camera:
            camera.process.terminate()
            assert camera.process.wait(30) == 0


def test_folder_is_read_once_in_order(tmp_path):
    (tmp_path / "pictures").mkdir()
    for i, grey in enumerate([20, 20, 235, 235, 20, 20]):
        (tmp_path / "pictures" / f"{i}.jpg").write_bytes(picture(grey))
    (tmp_path / "pictures" / "notes.txt").write_text("not a picture")
    arguments = started_with(tmp_path, source={"type": "folder", "path": "pictures", "loop": False, "interval_ms": 0})
    assert run(arguments).returncode == 0
    events = [json.loads(line)["state"] for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert events == ["unknown", "closed", "open", "closed"]


def test_frame_time_of_the_header_is_used_and_an_implausible_one_is_unknown(tmp_path):
    with CameraServer() as server:
        server.time_ms, server.grey = 1772360430500, 20
        source = {"type": "snapshot", "url": server.url(), "interval_ms": 20, "clock": "header"}
        with CameraProcess(tmp_path, {"source": source, "sampler": ALL}) as camera:
            camera.put_model(make())
            camera.wait("closed", lambda: camera.status["state"]["state"] == "closed")
            assert camera.status["frame"]["last"] == camera.status["state"]["since"] == utc_text(1772360430500)
            assert camera.samples[0]["time"] == utc_text(1772360430500)
            server.time_ms = 5000  # seconds after the epoch: a clock that was never set
            camera.wait_frames()
            camera.wait_count("samples_kept", 2)
            assert camera.samples[-1]["time"] == sample.UNKNOWN_TIME and camera.status["frame"]["last"] is None


def test_killed_at_any_instant_no_half_sample_is_listed(tmp_path):
    """Twenty times: kill -9 while samples are written as fast as frames come, then look at every one."""
    rng = random.Random(5)
    with CameraServer() as server:
        source = {"type": "snapshot", "url": server.url(), "interval_ms": 0}
        settings = {"source": source, "sampler": ALL, "spool": {"bytes": 2000000}}
        with CameraProcess(tmp_path, settings) as camera:
            camera.put_model(make())
            seen, fetched = set(), 0
            for _ in range(20):
                time.sleep(rng.uniform(0.02, 0.2))
                camera.kill()
                left = {path.name for path in (tmp_path / "spool").iterdir()}
                camera.start()
                records = camera.samples
                for record in records[:3] + records[-3:]:
                    jpeg = camera.get(f"{api.SAMPLES}/{record['id']}").content
                    if jpeg.startswith(b"{"):
                        continue  # dropped for a newer one in the meantime
                    assert len(jpeg) == record["bytes"] and jpeg[-2:] == b"\xff\xd9"
                    fetched += 1
                seen |= {record["id"] for record in records}
                assert not {name for name in left if name.endswith(".part")} & {path.name for path in (tmp_path / "spool").iterdir()}
            assert fetched > 60 and len({name[:8] for name in seen}) > 10, "samples of many lives are there"
            assert camera.get(api.MODEL).json()["sequence"] == 1 and "refused" not in camera.log


def test_full_disk_is_counted_and_frames_go_on(tmp_path):
    with small_disk(tmp_path / "camera", 96), CameraServer() as server:
        server.grey = 20
        source = {"type": "snapshot", "url": server.url(), "interval_ms": 10}
        with CameraProcess(tmp_path / "camera", {"source": source, "sampler": ALL}) as camera:
            camera.wait_count("samples_failed", 3)
            camera.wait_frames()
            refused = camera.put_model(make() + bytes(60000))
            assert refused.status_code == 507 and refused.json()["error"] == "storage_full"
            kept = camera.metrics["samples_kept"]
            for record in camera.samples:
                assert len(camera.get(f"{api.SAMPLES}/{record['id']}").content) == record["bytes"]
                camera.request("DELETE", f"{api.SAMPLES}/{record['id']}")
            camera.wait("room is used again", lambda: camera.metrics["samples_kept"] > kept)
            assert "a sample cannot be written: the disk is full" in camera.log
            assert camera.metrics["task_restarts"] == 0 and "Traceback" not in camera.log


def test_spool_folder_that_vanishes_does_not_stop_the_frames(tmp_path):
    with CameraServer() as server:
        source = {"type": "snapshot", "url": server.url(), "interval_ms": 10}
        with CameraProcess(tmp_path, {"source": source, "sampler": ALL}) as camera:
            camera.wait_count("samples_kept")
            (tmp_path / "spool").rename(tmp_path / "elsewhere")
            camera.wait_count("samples_failed", 3)
            camera.wait_frames()
            assert camera.log.count("a sample cannot be written") == 1 and "Traceback" not in camera.log


def resident_kb(process):
    with open(f"/proc/{process.pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


def least_heap(camera):
    """Bytes in use just after a collection, or near it: the least of many readings."""
    return min(camera.metrics["heap_used"] for _ in range(50))


def test_memory_stays_flat_over_thousands_of_frames(tmp_path):
    """A folder in a loop, so that nothing but the application itself sets the pace."""
    (tmp_path / "pictures").mkdir()
    for i in range(50):
        (tmp_path / "pictures" / f"{i:02d}.jpg").write_bytes(picture(20 if i < 25 else 235))
    (tmp_path / "model.safetensors").write_bytes(make())
    settings = {"source": {"type": "folder", "path": "pictures", "interval_ms": 0}, "log": {"level": "error"}}
    with CameraProcess(tmp_path, settings) as camera:
        camera.wait_count("frames", 1000)
        heap, resident = least_heap(camera), resident_kb(camera.process)
        camera.wait_count("frames", 4000)
        assert least_heap(camera) - heap < 16384
        assert resident_kb(camera.process) - resident < 200
        assert camera.metrics["task_restarts"] == 0 and TOKEN not in camera.log


def padded(sequence):
    """A model file of nearly the largest size that is taken."""
    return make(sequence, lambda spec, tensors: tensors.update(filler=numpy.zeros(api.MAX_MODEL_BYTES - 8192, numpy.uint8)))


def test_largest_models_follow_each_other_in_the_memory_of_an_armv7_camera(tmp_path):
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "0.jpg").write_bytes(picture(20))
    settings = {"source": {"type": "folder", "path": "pictures", "interval_ms": 100}}
    with CameraProcess(tmp_path, settings, "armv7") as camera:
        for sequence in range(1, 5):
            answer = camera.put_model(padded(sequence))
            assert answer.status_code == 200 and answer.json()["sequence"] == sequence, answer.text
            camera.wait_frames()
        assert camera.metrics["task_restarts"] == 0
        camera.kill()
        camera.start()
        assert camera.get(api.MODEL).json()["sequence"] == 4
