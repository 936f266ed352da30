"""JPEG in and out for the virtual camera."""

import cv2
import numpy

from host_tools.simcam.errors import SourceError

DEFAULT_QUALITY = 80


def encode(picture, quality=DEFAULT_QUALITY):
    """Baseline JPEG, 4:2:0, of uint8 RGB (h, w, 3); `quality` 1..100."""
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420]
    return cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), options)[1].tobytes()


def decode(data, name):
    """uint8 RGB of any picture file OpenCV reads. Raises SourceError naming the picture."""
    picture = cv2.imdecode(numpy.frombuffer(data, numpy.uint8), cv2.IMREAD_COLOR) if data else None
    if picture is None:
        raise SourceError(f"{name} is not a picture that can be read")
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)


def fit(picture, size):
    """`picture` scaled to fit into `size` (width, height), its aspect kept."""
    height, width = picture.shape[:2]
    scale = min(size[0] / width, size[1] / height)
    wanted = max(1, round(width * scale)), max(1, round(height * scale))
    if wanted == (width, height):
        return picture
    return cv2.resize(picture, wanted, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)


def with_size(data, width, height):
    """The JPEG with another size written in its frame header; its entropy data stays as it is."""
    i = 2
    while data[i + 1] not in (0xC0, 0xC1, 0xC2):
        i += 2 + int.from_bytes(data[i + 2:i + 4], "big")
    return data[:i + 5] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + data[i + 9:]
