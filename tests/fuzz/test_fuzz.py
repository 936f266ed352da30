"""Every fuzzing target replays its seeds and past crashes and then fuzzes for FUZZ_SECONDS (60 in CI, otherwise 5)."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "sdk"))
import inputs  # noqa: E402

SECONDS = int(os.environ.get("FUZZ_SECONDS") or (60 if os.environ.get("CI") else 5))
TARGETS = ("jpeg", "nn", "model", "multipart", "http_client", "http_server")


@pytest.mark.image
def test_every_target_replays_its_inputs_and_does_not_crash():
    if shutil.which("docker") is None and (os.geteuid() != 0 or shutil.which("apt-get") is None):
        pytest.skip("needs Docker, or root on Debian")
    done = subprocess.run([sys.executable, str(ROOT / "sdk" / "container.py"), "fuzz", str(SECONDS)],
                          capture_output=True, text=True, errors="replace", timeout=900 + 4 * SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    for target in TARGETS:
        line = re.search(rf"^{target} +(\d+) inputs replayed, ([\d,]+) executions", done.stdout, re.MULTILINE)
        assert line, done.stdout
        assert int(line.group(1)) >= len(list((ROOT / "tests/fuzz/seeds" / target).iterdir()))
        assert int(line.group(2).replace(",", "")) > 100


def test_seeds_are_there_for_every_target():
    assert sorted(path.name for path in (ROOT / "tests/fuzz/seeds").iterdir()) == sorted(TARGETS)
    for target in TARGETS:
        assert list((ROOT / "tests/fuzz/seeds" / target).iterdir())


def test_the_firmware_is_not_rebuilt_for_a_harness():
    paths = set(inputs.files(ROOT))
    assert "sdk/build.mk" in paths and "sdk/valgrind/micropython.supp" in paths
    assert not [path for path in paths if path.startswith("sdk/fuzz/")]
    assert "sdk/fuzz" in (ROOT / ".dockerignore").read_text().splitlines()
