"""An exported model file gives, in numpy and in a firmware with ulab, the logits that nn gives."""

import pathlib
import subprocess
import sys

import pytest
from exported_model import COLOUR, DOOR, exported

REFERENCE = str(pathlib.Path(__file__).resolve().parents[1] / "portable" / "numpy_reference.py")


@pytest.fixture(scope="module", params=[(DOOR, 64), (COLOUR, 96)], ids=["door", "96x96"])
def file(request, tmp_path_factory):
    return exported(tmp_path_factory.mktemp("model") / "model.safetensors", *request.param)


def agreed(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    return (done.returncode, done.stdout, done.stderr) == (0, "all 4 test vectors agree\n", "")


def test_numpy_gives_the_logits_of_an_exported_model(file):
    assert agreed(sys.executable, REFERENCE, str(file))


def test_firmware_with_ulab_gives_the_logits_of_an_exported_model(camera, file):
    if subprocess.run([*camera.command, "-c", "from ulab import numpy"], capture_output=True).returncode:
        pytest.skip("ulab is not linked")
    assert agreed(*camera.command, REFERENCE, str(file))
