"""A project, and a display of the tests' own."""

import os
import shutil
import subprocess

import pytest
from annotation_projects import make_project


@pytest.fixture
def project(tmp_path):
    make_project(tmp_path, 6)
    return tmp_path


@pytest.fixture(scope="session")
def display():
    """The name of a virtual display that ends with the tests."""
    for program in ("Xvfb", "xdotool"):
        if not shutil.which(program):
            pytest.skip(program + " is not installed")
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1200x900x24", "-nolisten", "tcp"],
        pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as answer:
        name = answer.readline().strip()  # empty if the server ended instead
    try:
        if not name:
            pytest.skip("Xvfb does not start")
        yield ":" + name
    finally:
        server.terminate()
        server.wait()
