"""A frame's picture, decoded no larger than it is shown."""

import contextlib
import warnings

from PIL import Image, UnidentifiedImageError

from annotation.errors import AnnotationError

MAX_PIXELS = 64_000_000  # as the camera's decoder; more is a mistake or an attack
_MAX_DETAIL_PIXELS = 16_000_000  # of a picture that is zoomed into: 64 MB of memory


class PictureError(AnnotationError):
    """A sentence to show in the picture's place."""


def load_fitted(path, width, height):
    """The picture as an RGB image, scaled to fit `width` x `height` with its aspect kept.

    The pixels are as the camera sees them: an orientation tag is not applied. Raises PictureError.
    """
    with _opened(path) as image:
        scale = min(width / image.width, height / image.height)
        size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
        image.draft("RGB", size)  # JPEG: decode at 1/2, 1/4 or 1/8 where that is enough
        return image.convert("RGB").resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def load_detail(path, width, height):
    """The picture as an RGB image of its own size, or smaller but at least as fine as `width` x `height` show.

    For zooming. At most 16 megapixels where a JPEG is larger. Raises PictureError.
    """
    with _opened(path) as image:
        wanted = min(width / image.width, height / image.height)
        most = (_MAX_DETAIL_PIXELS / (image.width * image.height)) ** 0.5
        scale = next((part for part in (1 / 8, 1 / 4, 1 / 2) if part >= wanted), 1)
        while scale > max(most, 1 / 8):
            scale /= 2
        if scale < 1:
            image.draft("RGB", (int(image.width * scale), int(image.height * scale)))
        return image.convert("RGB")


@contextlib.contextmanager
def _opened(path):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=("JPEG", "PNG")) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise PictureError("The picture is too large to show: %d x %d pixels." % image.size)
                yield image
    except FileNotFoundError:
        raise PictureError("The picture is missing.") from None
    except Image.DecompressionBombError:
        raise PictureError("The picture is too large to show.") from None
    except UnidentifiedImageError:
        raise PictureError("The file is not a JPEG or PNG picture.") from None
    except (OSError, ValueError, SyntaxError, EOFError) as error:  # what Pillow raises on damaged data
        raise PictureError("The picture cannot be read: %s." % str(error).partition("\n")[0]) from None
