import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from host_tools.main import _COMMANDS, cli

ROOT = Path(__file__).parents[2]
BINARY = ROOT / "build/x86_64/doorlens-camera"


@pytest.mark.parametrize("name", _COMMANDS)
def test_every_command_explains_itself_with_examples(name):
    result = CliRunner().invoke(cli, [name, "--help"])
    assert result.exit_code == 0, result.output
    assert "Examples:" in result.output


def test_error_is_one_line_and_status_one(tmp_path):
    result = subprocess.run([sys.executable, "-m", "host_tools.main", "status", str(tmp_path)], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr.startswith("doorlens: ") and result.stderr.count("\n") == 1


def children(pid):
    """Process ids of all descendants of `pid`."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                found += [int(entry.name), *children(int(entry.name))]
        except OSError:
            continue
    return found


@pytest.mark.skipif(not BINARY.exists(), reason="build/x86_64/doorlens-camera is missing: run `make firmware`")
def test_demo_that_is_terminated_leaves_no_process_behind(tmp_path):
    out = tmp_path / "demo"
    demo = subprocess.Popen([sys.executable, "-m", "host_tools.main", "demo", "--binary", str(BINARY), "--out", str(out)],
                            cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (out / "project" / "doorlens.toml").exists() and time.monotonic() < deadline:
        time.sleep(0.2)
    started = children(demo.pid)
    demo.send_signal(signal.SIGTERM)
    assert demo.wait(60) == 143
    assert len(started) >= 2, "the firmware and the broker were running"
    assert not [pid for pid in started if os.path.exists(f"/proc/{pid}")]
