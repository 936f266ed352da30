"""Spool, policy, features and ring together stay below 512 KB, the writing of the state included."""

import json
import pathlib
import subprocess

LIMIT = 512 * 1024
WORK = pathlib.Path(__file__).with_name("sampling_memory_work.py")


def test_sampling_takes_less_than_512_kb(camera, tmp_path):
    done = subprocess.run([*camera.command, str(WORK), str(tmp_path)], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0 and not done.stderr, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert found["kept"] > 50 and found["buffers"] == 163840 + 196608 and found["heap"] > 80_000, found
    if camera.architecture == "armv7":  # words of 64 bits are no camera's
        assert found["heap"] + found["buffers"] + found["garbage"] < LIMIT, found
