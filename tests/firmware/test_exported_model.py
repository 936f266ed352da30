"""An exported model file gives, in numpy and in a firmware with ulab, the logits that nn gives."""

import pathlib
import subprocess
import sys

import numpy
import pytest
import torch

from training import export
from training.config import Smoothing
from training.config import Student as Settings
from training.quantise import quantise, ranges
from training.student import Student

REFERENCE = str(pathlib.Path(__file__).resolve().parents[1] / "portable" / "numpy_reference.py")
STATES = ["closed", "open"]
DOOR = Settings()
COLOUR = Settings(channels=3, blocks=((16, 1), (32, 2), (64, 2), (128, 2)))


def exported(path, settings, side):
    """A student with normalisations that are not neutral and a last layer that tells pictures apart, quantised."""
    torch.manual_seed(5)
    student, channels = Student(settings, len(STATES)), settings.channels
    with torch.no_grad():
        student.dense.weight *= 20
    fields = torch.randint(0, 256, (16, 4, 4, channels), dtype=torch.uint8)
    pixels = fields.repeat_interleave(side // 4, 1).repeat_interleave(side // 4, 2)
    for _ in range(20):
        student(pixels.permute(0, 3, 1, 2) / 255)
    layers = student.eval().folded()
    quantised = quantise(layers, ranges(layers, pixels, 100.0), side, side)
    spec = export.metadata(quantised, STATES, STATES, (side, side, channels), [0, 0, 10000, 10000], 1, "tests",
                           "2026-03-01T00:00:00.000Z", 5, Smoothing(), {}, {})
    selftest = pixels[:4].numpy()
    export.write(path, spec, quantised, selftest)
    assert len(numpy.unique(quantised.logits(selftest).numpy(), axis=0)) > 2
    return path


@pytest.fixture(scope="module", params=[(DOOR, 64), (COLOUR, 96)], ids=["door", "96x96"])
def file(request, tmp_path_factory):
    return exported(tmp_path_factory.mktemp("model") / "model.safetensors", *request.param)


def agreed(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    return (done.returncode, done.stdout, done.stderr) == (0, "all 4 test vectors agree\n", "")


def test_numpy_gives_the_logits_of_an_exported_model(file):
    assert agreed(sys.executable, REFERENCE, str(file))


def test_firmware_with_ulab_gives_the_logits_of_an_exported_model(camera, file):
    if subprocess.run([*camera.command, "-c", "import ulab"], capture_output=True).returncode:
        pytest.skip("ulab is not linked")
    assert agreed(*camera.command, REFERENCE, str(file))
