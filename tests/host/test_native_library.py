"""Finding the host library: one clear sentence when it is missing or wrong."""

import _ctypes
import subprocess
import sys

import pytest

from host_tools.native import LibraryMissing
from host_tools.native.library import library

load = library.__wrapped__  # without the cache


def test_missing_library_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("DOORLENS_LIBRARY", str(tmp_path / "nothing.so"))
    with pytest.raises(LibraryMissing, match="does not exist: run `make firmware`") as caught:
        load()
    assert "\n" not in str(caught.value)


def test_other_files_say_what_to_do(monkeypatch, tmp_path):
    (tmp_path / "text.so").write_text("not a library")
    for path in (tmp_path / "text.so", _ctypes.__file__):
        monkeypatch.setenv("DOORLENS_LIBRARY", str(path))
        with pytest.raises(LibraryMissing, match="run `make firmware`"):
            load()


def test_importing_needs_no_library():
    script = "import os; os.environ['DOORLENS_LIBRARY'] = '/nowhere'; import host_tools.native as n; print(n.nn.DENSE)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "4\n"), done.stderr
