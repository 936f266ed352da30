"""A tiny door, drawn in a few lines, so that these tests need no scene: a dark opening in a bright wall."""

import numpy as np

from host_tools.native import ujpeg
from training.dataset import Frame

REGION = [2000, 1000, 8000, 9000]
HOUR_MS = 3_600_000
START_MS = 1_772_409_600_000  # 2026-03-02T00:00Z


def picture(state, seed):
    """uint8 [120, 160, 3]: wall with a door that is shut, ajar, open or hidden by something."""
    rng = np.random.default_rng(seed)
    light = rng.uniform(0.5, 1.0)
    frame = np.full((120, 160, 3), (190, 180, 160), np.float32)
    frame[20:105, 50:110] = (120, 70, 40)
    frame[30:60, 60:100] = (140, 90, 55)
    if state == "ajar":
        frame[22:105, 84:100] = (20, 22, 26)
    if state == "open":
        frame[22:105, 52:100] = (20, 22, 26)
        frame[22:105, 52:60] = (90, 50, 30)
    if state == "unusable":
        frame[5:118, 25:135] = rng.uniform(0, 255, 3)
    noisy = frame * light + rng.normal(0, 6, frame.shape)
    return np.ascontiguousarray(noisy.clip(0, 255).astype(np.uint8))


def write_jpeg(path, pixels, quality=85):
    buffer = bytearray(1 << 17)
    length = ujpeg.encode(pixels, pixels.shape[1], pixels.shape[0], 3, buffer, quality)
    path.write_bytes(buffer[:length])


def make_frames(directory, count=48, unlabelled=0, start=0):
    """`count` labelled frames over two days: every third open, every eighth hidden; then `unlabelled` more."""
    directory.mkdir(exist_ok=True)
    frames = []
    for n in range(start, start + count + unlabelled):
        state = "unusable" if n % 8 == 7 else "open" if n % 3 == 2 else "closed"
        path = directory / f"{n:04d}.jpg"
        write_jpeg(path, picture(state, n))
        frames.append(Frame(path, state if n < start + count else None, START_MS + n * HOUR_MS // 2))
    return frames
