"""What frames look like, one row of numbers a frame, computed once and kept in the project's folder cache/.

"frozen": a network that nobody has fine-tuned, as ImageNet taught it. "camera": the histogram of oriented gradients and
the colours that the camera computes too; needs nothing but the host library. The cache may be deleted at any time.
"""

import hashlib
import io
import zipfile
from dataclasses import dataclass

import numpy as np

from contract import durable
from host_tools.errors import ProjectError
from host_tools.native import imgprep
from training import config as training_config
from training.errors import TrainingError
from training.pixels import network_input
from training.progress import Silent

KINDS = ("auto", "frozen", "camera")
_PART = 64       # frames a file of the cache: what an interruption costs at most
_SIDE = 64       # of the picture that the camera's features are made of
_SMALL = 16      # of the picture that near-duplicates are told by: noise is averaged away
_COLOURS = 64


@dataclass
class Features:
    """kind: "frozen" or "camera"; rows: float32 [n, d]; small: uint8 [n, 16, 16], luma of the region;
    readable: bool [n], False where a picture is missing or damaged (its row is zero)."""

    kind: str
    rows: np.ndarray
    small: np.ndarray
    readable: np.ndarray


def describe(project, paths, kind="auto", progress=None):
    """Features of the frames `paths` (relative to the project), in their order. An interrupted call goes on where it was.

    "auto" is "frozen" where its packages and weights are, else "camera". Raises ProjectError.
    """
    progress = progress or Silent()
    extractor = _extractor(project, kind, progress)
    folder = project.path / "cache" / f"{extractor.kind}-{_digest([extractor.name, *project.region])}"
    keys = [_key(project.path, path) for path in paths]
    known = _read(folder)
    missing = [i for i, key in enumerate(keys) if key not in known]
    progress.stage("features", len(missing))
    for start in range(0, len(missing), _PART):
        part = missing[start:start + _PART]
        seen, rows, small = _look(extractor, [project.path / paths[i] for i in part], project.region)
        if seen:
            _write(folder, [keys[part[i]] for i in seen], rows, small)
            known.update(zip((keys[part[i]] for i in seen), zip(rows, small)))
        progress.advance(len(part))
    return _gathered(extractor.kind, [known.get(key) for key in keys])


def standardised(rows):
    """Rows of mean 0 and, over all of a row, expected square 1; float32 [n, d]."""
    return ((rows - rows.mean(0)) / (rows.std(0) + 1e-6) / rows.shape[1] ** 0.5).astype(np.float32)


class _Frozen:
    """The configured teacher's network before it learns anything."""

    kind = "frozen"

    def __init__(self, config):
        import torch

        from training import backbones
        self._torch, self._side = torch, config.teacher.side
        self.name = f"{config.teacher.network} {self._side}"
        torch.set_num_threads(config.threads)
        self._body = backbones.build(config.teacher.network, self._side).body.eval()

    def picture(self, jpeg, region):
        return network_input(jpeg, region, self._side, self._side, 3)

    def rows(self, pictures):
        """uint8 [n, side, side, 3] -> float32 [n, d]"""
        x = self._torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
        with self._torch.no_grad():
            return self._torch.cat([self._body(part) for part in x.split(16)]).float().numpy()


class _Camera:
    """imgprep's features: 1764 of the gradients and 64 of the colours, each of the two parts of length 1."""

    kind, name = "camera", f"hog {_SIDE} colour"

    def picture(self, jpeg, region):
        return np.concatenate([network_input(jpeg, region, _SIDE, _SIDE, channels) for channels in (1, 3)], 2)

    def rows(self, pictures):
        """uint8 [n, side, side, luma and RGB] -> float32 [n, d]"""
        hog = np.zeros((len(pictures), imgprep.hog_size(_SIDE, _SIDE)), np.uint8)
        colour = np.zeros((len(pictures), _COLOURS), np.uint16)
        scratch = bytearray(imgprep.hog_scratch_size(_SIDE, _SIDE))
        for i, picture in enumerate(pictures):
            imgprep.hog(np.ascontiguousarray(picture[..., 0]), _SIDE, _SIDE, scratch, hog[i])
            imgprep.colour_histogram(np.ascontiguousarray(picture[..., 1:]), 3, colour[i])
        return np.concatenate([_unit(hog.astype(np.float32)), _unit(np.sqrt(colour.astype(np.float32)))], 1)


def _unit(rows):
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)


def _extractor(project, kind, progress):
    if kind == "camera":
        return _Camera()
    try:
        return _Frozen(training_config.load(project.training.config))
    except (ImportError, TrainingError) as error:
        if kind == "frozen":
            raise ProjectError(f"no frozen features: {error}; `--features camera` needs nothing of that") from None
        progress.say(f"features of the camera instead of a frozen network's: {error}")
        return _Camera()


def _look(extractor, files, region):
    """(places of the readable files, their rows, their small pictures uint8 [n, 16, 16])."""
    seen, pictures, small = [], [], []
    for i, file in enumerate(files):
        try:
            jpeg = file.read_bytes()
            picture, tiny = extractor.picture(jpeg, region), network_input(jpeg, region, _SMALL, _SMALL, 1)[..., 0]
        except (ValueError, OSError):
            continue
        seen.append(i)
        pictures.append(picture)
        small.append(tiny)
    return seen, extractor.rows(np.stack(pictures)) if seen else [], small


def _gathered(kind, found):
    width = next((len(one[0]) for one in found if one is not None), 0)
    blank = np.zeros(width, np.float32), np.zeros((_SMALL, _SMALL), np.uint8)
    whole = [one or blank for one in found]
    return Features(kind, np.stack([row for row, _ in whole]) if whole else np.zeros((0, 0), np.float32),
                    np.stack([small for _, small in whole]) if whole else np.zeros((0, _SMALL, _SMALL), np.uint8),
                    np.array([one is not None for one in found], bool))


def _key(root, path):
    """Text that changes with the picture, by name, size and time of writing."""
    try:
        status = (root / path).stat()
    except OSError:
        return f"{path} missing"
    return f"{path} {status.st_size} {status.st_mtime_ns}"


def _digest(values):
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


def _write(folder, keys, rows, small):
    out = io.BytesIO()
    np.savez(out, keys=np.array(keys), rows=np.asarray(rows, np.float32), small=np.stack(small))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        durable.write(folder / f"{_digest(keys)}.npz", out.getvalue())
    except OSError as error:
        raise ProjectError(f"{folder} cannot be written: {error.strerror}") from None


def _read(folder):
    """{key: (row, small)} of all parts; a damaged one is left out, its frames are then looked at anew."""
    known = {}
    for file in sorted(folder.glob("*.npz")):
        try:
            with np.load(file) as part:
                known.update(zip(part["keys"].tolist(), zip(part["rows"], part["small"])))
        except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError):
            continue
    return known
