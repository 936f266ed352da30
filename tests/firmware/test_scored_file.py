"""An exported file says the same of two thousand frames, scored by the host's kernels and by the camera's ARMv7 binary."""

import os
import pathlib
import shutil
import subprocess
from collections import Counter

import cv2
import numpy
import pytest
import torch
from exported_model import DOOR, STATES
from side_by_side import side_by_side

from contract.decision import UNKNOWN, verdict
from host_tools.native import ujpeg
from host_tools.scene import INSTALLATIONS, Scene
from training import evaluate, export
from training.config import Smoothing
from training.pixels import network_input
from training.quantise import quantise, ranges
from training.student import Student

HERE = pathlib.Path(__file__).resolve().parent
CAMERA = HERE.parents[1] / "build" / "armv7" / "doorlens-camera"
FRAMES = 2016
SEED = 600
SIDE = 64
MIDNIGHT_MS = 1772323200000  # 2026-03-01
DAY_MS = 24 * 3600 * 1000

pytestmark = [
    pytest.mark.skipif(not CAMERA.exists(), reason="build/armv7/doorlens-camera is missing: run `make firmware`"),
    pytest.mark.skipif(shutil.which("qemu-arm") is None, reason="qemu-arm is missing: install qemu-user"),
]


def views(scene, rng):
    """{state: uint8 [n, h, w, 3]} of a day and a night."""
    middles = [(low + high) // 2 for low, high in scene.openings(MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS)]
    times = [*middles, *(MIDNIGHT_MS + rng.integers(DAY_MS, size=len(middles))).tolist()]
    found = {state: [] for state in STATES}
    for time_ms in times:
        found[scene.truth(time_ms).state].append(scene.render(time_ms))
    return found


def jpegs(seen, rng, count):
    """[(JPEG, state or None)]: views laid over one another in any light and quality; of both states: None."""
    pictures, buffer = [(view, state) for state in STATES for view in seen[state]], bytearray(1 << 17)
    for _ in range(count):
        (one, state), (other, second) = (pictures[i] for i in rng.integers(len(pictures), size=2))
        share = rng.uniform(0.5, 1)
        mixed = cv2.addWeighted(one, share, other, 1 - share, rng.uniform(-20, 20))
        length = ujpeg.encode(mixed, mixed.shape[1], mixed.shape[0], 3, buffer, int(rng.integers(30, 96)))
        yield bytes(buffer[:length]), state if state == second else None


def fitted(path, region, jpeg_states):
    """A student of random features, whose last layer a ridge regression has fitted to these pictures, as a file."""
    torch.manual_seed(SEED)
    torch.set_num_threads(1)  # two threads on a busy machine wait for each other
    student = Student(DOOR, len(STATES))
    for part in student.features:
        part.norm.momentum = 1.0  # one look is enough
    pixels = torch.from_numpy(numpy.stack([network_input(jpeg, region, SIDE, SIDE, 1) for jpeg, _ in jpeg_states]))
    real = pixels.permute(0, 3, 1, 2) / 255
    with torch.no_grad():
        student(real)
        features = student.eval().features(real).mean((2, 3))
        features = torch.cat([features, torch.ones(len(features), 1)], 1)
        wanted = torch.tensor([[4.0, -4.0] if state == STATES[0] else [-4.0, 4.0] for _, state in jpeg_states])
        weights = torch.linalg.solve(features.T @ features + 1e-3 * torch.eye(features.shape[1]), features.T @ wanted)
        student.dense.weight[:], student.dense.bias[:] = weights[:-1].T, weights[-1]
    layers = student.folded()
    quantised = quantise(layers, ranges(layers, pixels, 100.0), SIDE, SIDE)
    spec = export.metadata(quantised, STATES, STATES, (SIDE, SIDE, 1), region, 1, "tests", "2026-03-01T00:00:00.000Z",
                           20, Smoothing(), {}, {})
    export.write(path, spec, quantised, pixels[:4].numpy())


@pytest.fixture(scope="module")
def installations(tmp_path_factory):
    """[(folder with a model file and its pictures, what is true of each)]."""
    made = []
    for installation in INSTALLATIONS:
        folder, rng = tmp_path_factory.mktemp(installation), numpy.random.default_rng(SEED)
        scene = Scene(installation, SEED)
        pictures = list(jpegs(views(scene, rng), rng, FRAMES // len(INSTALLATIONS)))
        fitted(folder / "model.safetensors", scene.region, [one for one in pictures if one[1]][:150])
        for number, (jpeg, _) in enumerate(pictures):
            (folder / f"{number:04d}.jpg").write_bytes(jpeg)
        made.append((folder, [state for _, state in pictures]))
    return made


def host_results(folder, count):
    """[(network input, logits, verdict)] of each picture, as training.evaluate makes them."""
    parsed, network = evaluate.load(folder / "model.safetensors")
    for number in range(count):
        jpeg, logits = (folder / f"{number:04d}.jpg").read_bytes(), bytearray(len(parsed.labels))
        picture = network_input(jpeg, parsed.region, parsed.width, parsed.height, parsed.channels)
        network.run(picture, logits)
        yield picture.tobytes(), bytes(logits), verdict(logits, parsed)


def camera_results(folder, cpu, simd, every):
    """The same of each `every`th picture, by the ARMv7 binary."""
    path = folder / f"camera-{every}.bin"
    command = ["qemu-arm", "-cpu", cpu, CAMERA, HERE / "scored_file_work.py", folder, path, str(every)]
    subprocess.run(command, check=True, timeout=900, env=os.environ | {simd: "1"})
    data, size, labels = path.read_bytes(), SIDE * SIDE, len(STATES)
    for at in range(0, len(data), size + labels + 1):
        yield data[at:at + size], data[at + size:at + size + labels], [*STATES, UNKNOWN][data[at + size + labels]]


# Our kernels ask the processor for NEON; libjpeg-turbo asks /proc/cpuinfo, which under qemu-user is the host's.
RUNS = [("cortex-a9", "JSIMD_FORCENEON", 1), ("cortex-a9,neon=off", "JSIMD_FORCENONE", 6)]


@pytest.fixture(scope="module")
def cameras(installations):
    def work(run):
        return [list(camera_results(folder, *run)) for folder, _ in installations]
    with side_by_side(work, RUNS) as begun:
        yield begun


@pytest.fixture(scope="module")
def host(cameras, installations):  # meanwhile
    return [list(host_results(folder, len(truths))) for folder, truths in installations]


@pytest.mark.parametrize("run", RUNS, ids=str)
def test_host_and_camera_score_an_exported_file_alike(cameras, host, installations, run):
    compared, (cpu, _, every) = 0, run
    for (folder, _), expected, found in zip(installations, host, cameras[run].result(), strict=True):
        for number, (ours, theirs) in enumerate(zip(expected[::every], found, strict=True)):
            assert ours == theirs, f"{folder}/{number * every:04d}.jpg on {cpu}"
            compared += 1
    assert compared >= 2000 // every


def test_these_files_decide_and_doubt(installations, host):
    for (_, truths), results in zip(installations, host, strict=True):
        assert len({logits for _, logits, _ in results}) > 100
        said = Counter(answer for _, _, answer in results)
        assert min(said[answer] for answer in [*STATES, UNKNOWN]) > len(truths) / 50, said
        sure = [(true, answer) for true, (_, _, answer) in zip(truths, results) if true and answer != UNKNOWN]
        assert sum(true == answer for true, answer in sure) > 0.9 * len(sure)
