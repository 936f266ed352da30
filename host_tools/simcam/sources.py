"""What a virtual camera plays. Every source has

    name                          shown to people
    start_ms, end_ms              first and last instant, or None
    times                         instants of its pictures in order, or None if any instant will do
    jpeg(time_ms, size, quality)  a JPEG; size (width, height) or None for the source's own
    truth(time_ms)                a scene.Truth, or None
"""

import bisect
import threading
from pathlib import Path

import cv2

from host_tools.scene import INSTALLATIONS, Scene
from host_tools.simcam import jpeg
from host_tools.simcam.errors import SourceError
from host_tools.simcam.picture_times import increasing, manifest_times, taken_ms

_PICTURES = {".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff"}


class SceneSource:
    """The procedural scene; `scene` is a host_tools.scene.Scene."""

    start_ms = end_ms = times = None

    def __init__(self, scene):
        self.scene, self.name = scene, scene.installation

    def jpeg(self, time_ms, size, quality):
        picture = self.scene.render(time_ms)
        return jpeg.encode(picture if size is None else jpeg.fit(picture, size), quality)

    def truth(self, time_ms):
        return self.scene.truth(time_ms)


class FolderSource:
    """The pictures below a folder, in the order of their paths. Raises SourceError if there are none."""

    def __init__(self, folder):
        folder = Path(folder)
        paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _PICTURES)
        if not paths:
            raise SourceError(f"{folder} holds no pictures ({', '.join(sorted(_PICTURES))})")
        listed = manifest_times(folder)
        times = [listed.get(path.relative_to(folder).as_posix()) for path in paths]
        self.name, self.paths = str(folder), paths
        self.times = increasing([taken_ms(path) if ms is None else ms for path, ms in zip(paths, times)])
        self.start_ms, self.end_ms = self.times[0], self.times[-1]

    def at(self, time_ms):
        """Path of the last picture taken at or before `time_ms`."""
        return self.paths[max(0, bisect.bisect_right(self.times, time_ms) - 1)]

    def jpeg(self, time_ms, size, quality):
        path = self.at(time_ms)
        data = path.read_bytes()
        if size is None and data.startswith(b"\xff\xd8"):
            return data
        picture = jpeg.decode(data, path.name)
        return jpeg.encode(picture if size is None else jpeg.fit(picture, size), quality)

    def truth(self, time_ms):
        return None


class VideoSource:
    """A video file; its first frame is at `start_ms` (default: when the file was written)."""

    times = None

    def __init__(self, path, start_ms=None):
        path = Path(path)
        self._video = cv2.VideoCapture(str(path))
        self._count = int(self._video.get(cv2.CAP_PROP_FRAME_COUNT))
        if not self._video.isOpened() or self._count < 1:
            raise SourceError(f"{path} is not a video that can be read")
        self._rate = self._video.get(cv2.CAP_PROP_FPS) or 25.0
        self.name = str(path)
        self.start_ms = int(path.stat().st_mtime * 1000) if start_ms is None else start_ms
        self.end_ms = self.start_ms + int((self._count - 1) * 1000 / self._rate)
        self._next, self._picture = 0, None
        self._lock = threading.Lock()

    def _frame(self, wanted):
        if not self._next <= wanted + 1 or wanted - self._next > 100:
            self._video.set(cv2.CAP_PROP_POS_FRAMES, wanted)
            self._next = wanted
        while self._next <= wanted:
            read, picture = self._video.read()
            self._next += 1
            if read:
                self._picture = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
        if self._picture is None:
            raise SourceError(f"{self.name}: frame {wanted} cannot be read")
        return self._picture

    def jpeg(self, time_ms, size, quality):
        wanted = min(self._count - 1, max(0, int((time_ms - self.start_ms) * self._rate / 1000 + 1e-6)))
        with self._lock:
            picture = self._frame(wanted)
        return jpeg.encode(picture if size is None else jpeg.fit(picture, size), quality)

    def truth(self, time_ms):
        return None


def open_source(what, seed=1, size=(640, 360), start_ms=None):
    """A source for `what`: an installation's name, a folder, a video file, a Scene, or already a source."""
    if isinstance(what, Scene):
        return SceneSource(what)
    if hasattr(what, "jpeg"):
        return what
    if str(what) in INSTALLATIONS:
        return SceneSource(Scene(str(what), seed, size))
    path = Path(what)
    if path.is_dir():
        return FolderSource(path)
    if path.is_file():
        return VideoSource(path, start_ms)
    raise SourceError(f"{what} is neither an installation ({', '.join(INSTALLATIONS)}) nor a folder nor a video")
