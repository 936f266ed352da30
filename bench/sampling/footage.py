"""Every frame of the days as the policy sees it: made once, kept on disk an hour a file, so that a stop costs little."""

import io
from pathlib import Path

import numpy as np

from bench.sampling.days import Camera
from contract import durable
from host_tools.looks import Looker

_SMALL, _HOG, _COLOUR = 1024, 324, 64
_FORMAT = 1  # of the files; raise when they would hold something else


class Footage:
    """`times` UTC milliseconds int64 [n]; `small` uint8 [n, 1024], `hog` [n, 324], `colour` [n, 64]; `logits` int8
    [n, outputs] of the watcher; `opened` and `blocked` bool [n], the truth. All frames are in the order of time."""

    def __init__(self, times, rows):
        self.times = times
        cuts = np.cumsum((_SMALL, _HOG, _COLOUR))
        self.small, self.hog, self.colour, rest = np.split(rows, cuts, axis=1)
        self.logits = rest[:, :-2].view(np.int8)
        self.opened, self.blocked = rest[:, -2] > 0, rest[:, -1] > 0

    def __len__(self):
        return len(self.times)

    def part(self, first, end):
        """Footage of the frames first..end-1."""
        made = object.__new__(Footage)
        for name, rows in vars(self).items():
            setattr(made, name, rows[first:end])
        return made


def film(scene, span, watcher, folder, progress):
    """The Footage of a span, frames made where missing and kept below `folder`."""
    folder = Path(folder) / f"frames-{_FORMAT}-{watcher.digest[:16]}"
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{span.hour(hour)[0]}.npy" for hour in range(span.hours)]
    missing = [hour for hour in range(span.hours) if not files[hour].exists()]
    if missing:
        progress.stage(f"{scene.installation}: frames", sum(len(span.hour(hour)) for hour in missing))
        maker = _Maker(scene, watcher)
        for hour in missing:
            durable.write(files[hour], _encoded(maker.rows(span.hour(hour), progress)))
    times = np.concatenate([span.hour(hour) for hour in range(span.hours)])
    return Footage(times, np.concatenate([np.load(file) for file in files]))


class _Maker:
    def __init__(self, scene, watcher):
        self._scene, self._watcher = scene, watcher
        self._camera, self._looker = Camera(scene), Looker(scene.region)

    def rows(self, times, progress):
        """uint8 [n, bytes of a frame]: luma, gradients, colours, logits, open, blocked."""
        out = np.empty((len(times), _SMALL + _HOG + _COLOUR + self._watcher.outputs + 2), np.uint8)
        for row, time_ms in zip(out, times.tolist()):
            jpeg = self._camera.jpeg(time_ms)
            _, look = self._looker.look(jpeg)
            row[:-self._watcher.outputs - 2] = np.frombuffer(look.small + look.hog + look.colour, np.uint8)
            self._watcher.look(jpeg, row[-self._watcher.outputs - 2:-2].view(np.int8))
            truth = self._scene.truth(time_ms)
            row[-2:] = truth.state == "open", truth.blocked
            progress.advance()
        return out


def _encoded(rows):
    out = io.BytesIO()
    np.save(out, rows)
    return out.getvalue()
