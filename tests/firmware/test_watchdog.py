"""The kernel ends a process that hangs, in the built firmware's interpreter."""

import os
import signal
import subprocess

import pytest
from camera_process import CameraProcess
from camera_server import picture


def ended(camera, tmp_path, script):
    (tmp_path / "script.py").write_text("import time\nimport watchdog\n" + script)
    return subprocess.run([*camera.command, str(tmp_path / "script.py")], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("hang", ["while True:\n    pass\n", "time.sleep(50)\n", "import sys\nsys.stdin.read()\n"])
def test_process_that_hangs_is_ended_by_the_kernel(camera, tmp_path, hang):
    process = subprocess.Popen([*camera.command, "-c", "import time, watchdog\nwatchdog.feed(1)\n" + hang], stdin=subprocess.PIPE)
    try:
        assert process.wait(30) == -signal.SIGALRM
    finally:
        process.kill()
        process.stdin.close()


def test_process_that_feeds_it_lives_and_nought_calls_it_off(camera, tmp_path):
    fed = "for _ in range(4):\n    watchdog.feed(1)\n    time.sleep(0.4)\nwatchdog.feed(0)\ntime.sleep(1.2)\nprint('alive')\n"
    assert ended(camera, tmp_path, fed).stdout == "alive\n"


@pytest.mark.parametrize("seconds", ["-1", "86401"])
def test_times_out_of_range_are_refused(camera, tmp_path, seconds):
    refused = ended(camera, tmp_path, f"watchdog.feed({seconds})\n")
    assert refused.returncode == 1 and "watchdog: seconds must be 0 to 86400" in refused.stderr


def test_application_that_stands_still_is_ended_and_starts_again(tmp_path):
    """Its folder of pictures has a pipe in it that nobody writes to: open() never returns."""
    (tmp_path / "camera" / "pictures").mkdir(parents=True)
    (tmp_path / "camera" / "pictures" / "0.jpg").write_bytes(picture(20))
    settings = {"source": {"type": "folder", "path": "pictures", "interval_ms": 100}, "update": {"watchdog_s": 2}}
    with CameraProcess(tmp_path / "camera", settings) as camera:
        camera.wait_frames()
        os.mkfifo(tmp_path / "camera" / "pictures" / "1.jpg")
        assert camera.process.wait(30) == -signal.SIGALRM
        (tmp_path / "camera" / "pictures" / "1.jpg").unlink()
        camera.start()
        camera.wait_frames()
