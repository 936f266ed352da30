"""A project of thousands of frames at 1920x1080: a few renders of the procedural scene, encoded again with other noise."""

import io
import shutil

import numpy
from PIL import Image

from annotation.index import Index
from bench.errors import BenchError
from host_tools.project import create
from host_tools.scene.scene import Scene

STATES = ["closed", "open"]
SIZE = (1920, 1080)
_START_MS = 1772323200000  # 2026-03-01T00:00Z
_STEP_MS = 120000          # a week in 5,000 frames
_HOURS = (2, 7, 9, 11, 14, 17)
_ENCODED = 36              # different files; the others are copies, each a file of its own
_LABELLED = 0.1            # of the frames, when the window opens
_SPARE_BYTES = 2 << 30
_KEPT = ("frames",)


def make(folder, frames, size=SIZE):
    """The project folder; pictures of an earlier call are used again, labels are not. Raises BenchError."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.name not in _KEPT:
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    region = Scene("yard", 1, (320, 180)).region
    create(folder, "bench", STATES, [edge / 10000 for edge in region])
    index, paths = Index.open(folder, STATES), []
    for number in range(frames):
        day = number * _STEP_MS // 86400000
        paths.append("frames/yard/2026-03-%02d/0badcafe-%08d.jpg" % (1 + day, number))
        index.add(paths[-1], _START_MS + number * _STEP_MS, "yard")
    for number in range(int(frames * _LABELLED)):
        index.label(paths[number], STATES[number // 40 % 2], "ada")
    index.save()
    index.close()
    _write_pictures(folder, paths, size)
    return folder


def _write_pictures(folder, paths, size):
    missing = [path for path in paths if not (folder / path).exists()]
    if not missing:
        return
    if shutil.disk_usage(folder).free < _SPARE_BYTES + len(missing) * 700000:
        raise BenchError("not enough room on the disk for the annotator's %d pictures" % len(missing))
    encoded = _encoded(size)
    for path in missing:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        part.write_bytes(encoded[int(path[-12:-4]) % len(encoded)])
        part.rename(file)


def _encoded(size):
    """JPEGs (bytes) of a camera's quality."""
    scene, noise = Scene("yard", 1, size), numpy.random.default_rng(1)
    renders = [scene.render(_START_MS + hour * 3600000) for hour in _HOURS]
    found = []
    for number in range(_ENCODED):
        grain = noise.integers(-4, 5, (size[1], size[0], 1))
        pixels = numpy.clip(renders[number % len(renders)] + grain, 0, 255).astype(numpy.uint8)
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, "JPEG", quality=85)
        found.append(buffer.getvalue())
    return found
