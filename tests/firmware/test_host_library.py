"""libdoorlens.so loads on Debian bookworm and newer and offers the cores, nothing else."""

import ctypes
import pathlib
import re

import pytest

LIBRARY = pathlib.Path(__file__).resolve().parents[2] / "build" / "x86_64" / "libdoorlens.so"
BOOKWORM_GLIBC = (2, 36)

pytestmark = pytest.mark.skipif(not LIBRARY.exists(), reason="libdoorlens.so is missing: run `make firmware`")


def test_library_needs_no_newer_c_library_than_bookworms():
    versions = {tuple(map(int, match.split(b"."))) for match in
                re.findall(rb"\0GLIBC_([0-9.]+)(?=\0)", LIBRARY.read_bytes())}
    assert versions and max(versions) <= BOOKWORM_GLIBC


@pytest.mark.parametrize("name", ["ujpeg_decode", "ujpeg_encode", "imgprep_resize_area", "nn_net_run"])
def test_library_exports_the_cores(name):
    assert hasattr(ctypes.CDLL(str(LIBRARY)), name)


@pytest.mark.parametrize("name", ["jpeg_read_header", "jpeg_std_error", "doorlens_stderr"])
def test_library_keeps_libjpeg_to_itself(name):
    assert not hasattr(ctypes.CDLL(str(LIBRARY)), name)
