import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
LACKING = '''import pytest
@pytest.mark.skipif(True, reason="build/x is missing: run `make firmware`")
def test_marked(): pass
def test_called(): pytest.skip("build/x is missing: run `make firmware`")
def test_lacks_a_program(): pytest.skip("qemu-arm is missing: install qemu-user")
'''


@pytest.mark.parametrize("built, summary", [("", "3 skipped"), ("1", "1 failed, 1 skipped, 1 error")])
def test_missing_firmware_fails_once_it_was_built(tmp_path, built, summary):
    (tmp_path / "test_lacking.py").write_text(LACKING)
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "conftest", "test_lacking.py"], cwd=tmp_path,
                          capture_output=True, text=True, timeout=60,
                          env=os.environ | {"PYTHONPATH": str(TESTS), "DOORLENS_BUILT": built})
    assert summary in done.stdout
