"""Host library and camera agree in every byte, from JPEG to logits."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

import cv2
import numpy
import pytest
from side_by_side import side_by_side

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import same_pixels_work  # noqa: E402

from host_tools.scene import INSTALLATIONS, Scene  # noqa: E402

CAMERA = HERE.parents[1] / "build" / "armv7" / "doorlens-camera"
SEED = 500
TEXTURES, FRAMES_A_SCENE = 490, 6
MIDNIGHT_MS = 1772323200000  # 2026-03-01
DAY_MS = 24 * 3600 * 1000

pytestmark = [
    pytest.mark.skipif(not CAMERA.exists(), reason="build/armv7/doorlens-camera is missing: run `make firmware`"),
    pytest.mark.skipif(shutil.which("qemu-arm") is None, reason="qemu-arm is missing: install qemu-user"),
]


def texture(rng):
    """Smooth colours, hard edges and noise of any size from 8 x 8 to 320 x 240, uint8 (h, w, 3)."""
    w, h = int(rng.integers(8, 321)), int(rng.integers(8, 241))
    cell = int(rng.integers(3, 40))
    coarse = rng.integers(0, 256, (h // cell + 2, w // cell + 2, 3)).astype(numpy.uint8)
    how = cv2.INTER_CUBIC if rng.integers(2) else cv2.INTER_NEAREST
    pixels = cv2.resize(coarse, (w, h), interpolation=how).astype(numpy.int64)
    noise = int(rng.integers(1, 60))
    return (pixels + rng.integers(-noise, noise + 1, pixels.shape)).clip(0, 255).astype(numpy.uint8)


def options(rng):
    """Encoder settings: every sampling, restart intervals, optimised tables, now and then progressive."""
    sampling = int(rng.choice((411, 420, 422, 440, 444)))
    chosen = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(1, 101)), cv2.IMWRITE_JPEG_OPTIMIZE, int(rng.integers(2))]
    chosen += [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, getattr(cv2, f"IMWRITE_JPEG_SAMPLING_FACTOR_{sampling}")]
    chosen += [cv2.IMWRITE_JPEG_RST_INTERVAL, int(rng.choice((0, 0, 1, 7)))]
    return chosen + [cv2.IMWRITE_JPEG_PROGRESSIVE, int(rng.integers(8) == 0)]


def part(rng, size):
    """Start and length of a random part of an axis; one in eight is one or two pixels long."""
    length = int(rng.integers(1, min(size, 2) + 1 if rng.integers(8) == 0 else size + 1))
    return int(rng.integers(0, size - length + 1)), length


def write_frame(folder, rng, frames, pixels):
    if rng.integers(6) == 0:
        pixels = pixels[:, :, 0]
    denominator = int(rng.choice((1, 2, 4, 8)))
    x, w = part(rng, -(-pixels.shape[1] // denominator))
    y, h = part(rng, -(-pixels.shape[0] // denominator))
    frame = {
        "name": f"{len(frames):04d}.jpg",
        "denominator": denominator,
        "region": (x, y, w, h),
        "network": int(rng.integers(len(same_pixels_work.NETWORKS))),
        "quality": int(rng.integers(1, 101)),
    }
    chosen = options(rng)
    (folder / frame["name"]).write_bytes(cv2.imencode(".jpg", pixels, chosen)[1].tobytes())
    frames.append(frame | {"encoder": chosen, "shape": pixels.shape})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of frames and work.json."""
    path, rng, frames = tmp_path_factory.mktemp("same_pixels"), numpy.random.default_rng(SEED), []
    for _ in range(TEXTURES):
        write_frame(path, rng, frames, texture(rng))
    for installation in INSTALLATIONS:
        scene = Scene(installation, SEED)
        for _ in range(FRAMES_A_SCENE):
            write_frame(path, rng, frames, scene.render(MIDNIGHT_MS + int(rng.integers(DAY_MS))))
    (path / "work.json").write_text(json.dumps(frames))
    return path


def camera_results(folder, cpu, simd, every):
    """The steps of every frame as the ARMv7 binary computes them, in one process."""
    path = folder / f"camera-{every}.bin"
    command = ["qemu-arm", "-cpu", cpu, CAMERA, HERE / "same_pixels_work.py", folder, path, str(every)]
    subprocess.run(command, check=True, timeout=900, env=os.environ | {simd: "1"})
    data, at, steps = path.read_bytes(), 0, []
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "little")
        steps.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    count = len(same_pixels_work.STEPS)
    return [steps[i : i + count] for i in range(0, len(steps), count)]


# Our kernels ask the processor for NEON; libjpeg-turbo asks /proc/cpuinfo, which under qemu-user is the host's.
RUNS = [("cortex-a9", "JSIMD_FORCENEON", 1), ("cortex-a9", "JSIMD_FORCENONE", 5), ("cortex-a9,neon=off", "JSIMD_FORCENONE", 2)]


@pytest.fixture(scope="module")
def cameras(folder):
    with side_by_side(lambda run: camera_results(folder, *run), RUNS) as begun:
        yield begun


@pytest.fixture(scope="module")
def host(cameras, folder):  # meanwhile
    return list(same_pixels_work.results(str(folder), 1))


@pytest.mark.parametrize("run", RUNS, ids=str)
def test_host_library_and_camera_agree_in_every_byte(cameras, host, run):
    camera, every = cameras[run].result(), run[2]
    assert len(camera) == len(host[::every]) >= 500 // every
    for (frame, expected), found in zip(host[::every], camera, strict=True):
        for name, ours, theirs in zip(same_pixels_work.STEPS, expected, found, strict=True):
            assert bytes(ours) == theirs, f"{name} differ: {frame}"
        assert steps_agree(expected), f"one call differs from its steps: {frame}"


def steps_agree(steps):
    named = dict(zip(same_pixels_work.STEPS, steps, strict=True))
    return (named["network input"], named["logits"]) == (named["input of one call"], named["logits of one call"])


def test_frames_differ_and_networks_tell_them_apart(host):
    steps = [steps for _, steps in host]
    assert len({bytes(picture) for _, picture, *_ in steps}) > 0.9 * len(steps)
    assert len({bytes(logits) for _, _, logits, *_ in steps}) > 0.7 * len(steps)
