"""Every kernel for an instruction set against portable C, under qemu-arm (cmodules/*/grid), with tolerance zero."""

import pathlib
import re
import shutil
import subprocess

import pytest
from side_by_side import side_by_side

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "armv7"
CAMERA = BUILD / "doorlens-camera"
MODULES = sorted(folder.parent.name for folder in ROOT.glob("cmodules/*/grid"))

pytestmark = pytest.mark.skipif(shutil.which("qemu-arm") is None, reason="qemu-arm is missing: install qemu-user")


SELF_CHECK = ("nn", "--self-check")


def run(module, *arguments, cpu="cortex-a9"):
    program = BUILD / f"{module}_grid"
    if not CAMERA.exists():
        pytest.skip(f"{CAMERA} is missing: run `make firmware`")
    assert program.exists(), f"`make firmware` does not bring {program}"
    return subprocess.run(["qemu-arm", "-cpu", cpu, program, *arguments], capture_output=True, text=True, timeout=300)


def summary(output):
    """{kernel: (cases, different)}"""
    found = re.findall(r"^(\w+): (\d+) cases, (\d+) different$", output, re.MULTILINE)
    return {name: (int(cases), int(different)) for name, cases, different in found}


def test_there_are_grids():
    assert "nn" in MODULES


@pytest.fixture(scope="module")
def runs():
    with side_by_side(lambda arguments: run(*arguments), [*((module,) for module in MODULES), SELF_CHECK]) as begun:
        yield begun


@pytest.mark.parametrize("module", MODULES)
def test_kernels_equal_portable_c_in_every_bit(runs, module):
    done = runs[module,].result()
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr
    results = summary(done.stdout)
    assert results and all(cases >= 50 and different == 0 for cases, different in results.values()), results


def test_every_neon_kernel_of_nn_is_compared(runs):
    listed = set(re.findall(r"NN_KERNEL\(\w+, \w+, (\w+__neon)\)", (ROOT / "cmodules/nn/nn_kernels.inc").read_text()))
    assert listed and listed <= set(summary(runs["nn",].result().stdout))


def test_a_kernel_that_is_wrong_in_one_bit_is_caught_in_every_case(runs):
    done = runs[SELF_CHECK].result()
    assert done.returncode == 1
    assert all(cases == different for cases, different in summary(done.stdout).values())
    assert re.search(r"conv2d_s8_3x3__neon: 1 of \d+ differ: \d+x\d+x\d+ to .* multiplier \d+, shift \d+", done.stdout)


def test_grid_refuses_a_processor_without_neon():
    done = run("nn", cpu="cortex-a9,neon=off")
    assert done.returncode == 2 and "no NEON" in done.stderr
