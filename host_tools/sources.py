"""Pictures from an RTSP or MJPEG stream, a snapshot address, a video file or a folder, a few every second.

OpenCV (its wheel brings FFmpeg) reads RTSP and video files: it is pinned already for the scene and the virtual camera, and
takes a time limit for opening and for every frame. MJPEG is read here, so that the camera's own JPEG bytes are kept.
"""

import os
import re
import time
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx

from contract.errors import DoorlensError
from host_tools.simcam.picture_times import manifest_times, taken_ms

os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # quiet: troubles are told here, once each
import cv2  # noqa: E402

cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)

TIMEOUT_S = 10.0
_QUALITY = 90          # of frames that come as pixels
_LARGEST = 16 << 20    # bytes of a JPEG
_PICTURES = (".jpg", ".jpeg")


class SourceError(DoorlensError):
    """One sentence without secrets: what a source did, or did not do."""


@dataclass(frozen=True)
class Shot:
    """jpeg: bytes; time_ms: UTC or None; number: of the picture in a folder or video, None in a stream."""

    jpeg: bytes
    time_ms: int | None
    number: int | None = None


class Folder:
    """Pictures (.jpg) below a folder in the order of their paths; times of manifest.csv, EXIF, name or file."""

    live = False

    def __init__(self, path):
        self.shown, self._root = str(path), Path(path)
        self._paths = sorted(file for file in self._root.rglob("*") if file.suffix.lower() in _PICTURES)
        if not self._paths:
            raise SourceError(f"{path} holds no .jpg pictures")
        self.total = len(self._paths)

    def shots(self):
        listed = manifest_times(self._root)
        for number, file in enumerate(self._paths):
            try:
                jpeg, time_ms = file.read_bytes(), listed.get(file.relative_to(self._root).as_posix())
                yield Shot(jpeg, taken_ms(file) if time_ms is None else time_ms, number)
            except OSError:
                yield Shot(b"", None, number)


class Video:
    """A video file, a frame every `interval_ms` of it; its first frame is as old as the file is."""

    live = False

    def __init__(self, path, interval_ms):
        self.shown, self._path = str(path), path
        self._video = cv2.VideoCapture(str(path))
        self._rate = self._video.get(cv2.CAP_PROP_FPS)
        frames = self._video.get(cv2.CAP_PROP_FRAME_COUNT)
        if not self._video.isOpened() or not 0 < self._rate < 1000:
            raise SourceError(f"{path} is not a video that can be read")
        self._step = max(1, round(interval_ms * self._rate / 1000))
        self.total = int(frames) // self._step + 1 if frames > 0 else None

    def shots(self):
        start_ms, frame = int(Path(self._path).stat().st_mtime * 1000), 0
        while self._video.grab():
            if frame % self._step == 0:
                yield Shot(_encoded(self._video.retrieve()), start_ms + round(frame * 1000 / self._rate), frame)
            frame += 1
        self._video.release()
        if self.total and frame < (self.total - 1) * self._step:
            raise SourceError(f"{self.shown} ends early, at frame {frame}")


class Rtsp:
    """A live stream by FFmpeg; every frame is decoded, one every `interval_ms` encoded."""

    live, total = True, None

    def __init__(self, url, interval_ms, timeout_s=TIMEOUT_S):
        self.shown, self._url = without_password(url), url
        self._interval_ms, self._limit_ms = interval_ms, int(timeout_s * 1000)

    def shots(self):
        limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, self._limit_ms, cv2.CAP_PROP_READ_TIMEOUT_MSEC, self._limit_ms]
        stream, pace = cv2.VideoCapture(self._url, cv2.CAP_FFMPEG, limits), Pace(self._interval_ms)
        if not stream.isOpened():
            raise SourceError(f"{self.shown} does not open: is it on, is the address right?")
        try:
            while stream.grab():
                if pace.due():
                    yield Shot(_encoded(stream.retrieve()), pace.utc_ms)
        finally:
            stream.release()
        raise SourceError(f"{self.shown} stopped")


class Http:
    """MJPEG (multipart/x-mixed-replace) or a snapshot that is asked for again and again; the camera's own bytes."""

    live, total = True, None

    def __init__(self, url, interval_ms, timeout_s=TIMEOUT_S):
        self.shown, self._interval_ms, self._timeout_s = without_password(url), interval_ms, timeout_s
        parts = urlsplit(url)
        self._login = (parts.username, parts.password or "") if parts.username else None
        self._url = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))

    def shots(self):
        pace = Pace(self._interval_ms)
        try:
            with httpx.Client(timeout=self._timeout_s, trust_env=False) as client:
                auth = self._auth(client)
                while True:
                    with client.stream("GET", self._url, auth=auth) as response:
                        if response.status_code != 200:
                            raise SourceError(f"{self.shown} answered {response.status_code}")
                        if response.headers.get("content-type", "").startswith("image/"):
                            pace.wait()
                            pictures = [response.read()]
                        else:
                            pictures = parts_of(response.iter_raw(), boundary_of(response.headers.get("content-type", "")))
                        for jpeg in pictures:
                            if pace.due():
                                yield Shot(jpeg, pace.utc_ms)
                        if not isinstance(pictures, list):
                            raise SourceError(f"{self.shown} stopped")
        except httpx.TimeoutException:
            raise SourceError(f"{self.shown} sent nothing for {self._timeout_s:.0f} s") from None
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise SourceError(f"{self.shown}: {without_password(str(error)) or type(error).__name__}") from None

    def _auth(self, client):
        if self._login is None:
            return None
        with client.stream("GET", self._url) as response:
            asked = response.headers.get("www-authenticate", "").lower()
        return httpx.BasicAuth(*self._login) if asked.startswith("basic") else httpx.DigestAuth(*self._login)


class Pace:
    """One picture every `interval_ms` of a monotonic clock; utc_ms is of the last one that was due."""

    def __init__(self, interval_ms):
        self._interval_s, self._next, self.utc_ms = interval_ms / 1000, 0.0, None

    def due(self):
        now = time.monotonic()
        if now < self._next:
            return False
        self._next, self.utc_ms = now + self._interval_s, time.time_ns() // 1_000_000
        return True

    def wait(self):
        time.sleep(max(0.0, self._next - time.monotonic()))


def boundary_of(content_type):
    """b"--mark" of 'multipart/x-mixed-replace; boundary="mark"'; some servers name it with the dashes. Raises ValueError."""
    message = Message()
    message["content-type"] = content_type or "nothing"
    mark = (message.get_boundary() or "").lstrip("-")
    if message.get_content_maintype() != "multipart" or not mark:
        raise ValueError(f"it sends {content_type or 'something without a type'}, neither a picture nor a multipart stream")
    return b"--" + mark.encode()


def parts_of(chunks, boundary):
    """Bodies of the parts of a multipart stream. Raises ValueError for one that is none or too long."""
    held, length, chunks = b"", None, iter(chunks)
    while True:
        head = held.find(b"\r\n\r\n", held.find(boundary) + 1) if boundary in held else -1
        if head >= 0:
            found = re.search(rb"content-length:\s*(\d+)", held[:head], re.IGNORECASE)
            length = int(found[1]) if found else held.find(b"\r\n" + boundary, head + 4) - head - 4
            if 0 <= length <= len(held) - head - 4:
                yield held[head + 4:head + 4 + length]
                held = held[head + 4 + length:]
                continue
        if len(held) > _LARGEST:
            raise ValueError(f"no end of a picture within {_LARGEST >> 20} MiB")
        more = next(chunks, None)
        if more is None:
            return
        held += more


def open_source(text, interval_ms=500, timeout_s=TIMEOUT_S):
    """The source for an address, a video file or a folder. Raises SourceError for one that is none."""
    scheme = urlsplit(text).scheme.lower()
    if scheme in ("rtsp", "rtsps"):
        return Rtsp(text, interval_ms, timeout_s)
    if scheme in ("http", "https"):
        return Http(text, interval_ms, timeout_s)
    path = Path(text)
    if path.is_dir():
        return Folder(path)
    if path.is_file():
        return Video(path, interval_ms)
    raise SourceError(f"{text} is neither a folder, a video file, nor an address of rtsp:// or http://")


def without_password(text):
    return re.sub(r"//[^/@\s]*@", "//", text)


def _encoded(retrieved):
    """JPEG of (read, BGR picture); empty, and so counted as damaged, where there is none."""
    read, picture = retrieved
    if not read or picture is None or not picture.size:
        return b""
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()
