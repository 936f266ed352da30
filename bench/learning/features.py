"""What a frozen ImageNet network makes of the region: the only thing baselines (a) and (b) ever see."""

import hashlib
import io
from pathlib import Path

import numpy as np
import torch

from contract import durable
from training import backbones
from training.pixels import network_input

NETWORK = "efficientnet_lite0"
SIDE = 224
_PART = 64  # frames a file of the cache


def frozen(frames, region, folder, progress):
    """Features of frames (training.dataset.Frame): float32 [n, 1280]; a picture that cannot be decoded is all zero.

    Kept in parts under `folder`, so that an interrupted extraction goes on where it was.
    """
    body, parts = None, []
    progress.stage("frozen features", len(frames))
    for start in range(0, len(frames), _PART):
        part = frames[start:start + _PART]
        path = Path(folder) / f"{_digest(part, region)}.npy"
        if not path.exists():
            body = body or backbones.build(NETWORK, SIDE).body.eval()
            path.parent.mkdir(parents=True, exist_ok=True)
            durable.write(path, _encoded(_extract(body, part, region)))
        parts.append(torch.from_numpy(np.load(path)))
        progress.advance(len(part))
    return torch.cat(parts)


def _digest(frames, region):
    """Text that changes with the pictures (by name and size) and the region."""
    digest = hashlib.sha256(f"{NETWORK} {SIDE} {list(region)}".encode())
    for frame in frames:
        digest.update(f"{Path(frame.path).resolve()} {Path(frame.path).stat().st_size}\n".encode())
    return digest.hexdigest()[:24]


def _extract(body, frames, region):
    pictures, readable = np.zeros((len(frames), SIDE, SIDE, 3), np.uint8), np.ones(len(frames), bool)
    for i, frame in enumerate(frames):
        try:
            pictures[i] = network_input(Path(frame.path).read_bytes(), region, SIDE, SIDE, 3)
        except ValueError:
            readable[i] = False
    with torch.no_grad():
        x = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
        found = torch.cat([body(part) for part in x.split(16)]).numpy()
    return found * readable[:, None]


def _encoded(array):
    out = io.BytesIO()
    np.save(out, array.astype(np.float32))
    return out.getvalue()
