"""A frame's picture, decoded no larger than it is shown."""

import warnings

from PIL import Image, UnidentifiedImageError

from annotation.errors import AnnotationError

MAX_PIXELS = 64_000_000  # as the camera's decoder; more is a mistake or an attack


class PictureError(AnnotationError):
    """A sentence to show in the picture's place."""


def load_fitted(path, width, height):
    """The picture as an RGB image, scaled to fit `width` x `height` with its aspect kept.

    The pixels are as the camera sees them: an orientation tag is not applied. Raises PictureError.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=("JPEG", "PNG")) as image:
                return _fit(image, width, height)
    except FileNotFoundError:
        raise PictureError("The picture is missing.") from None
    except Image.DecompressionBombError:
        raise PictureError("The picture is too large to show.") from None
    except UnidentifiedImageError:
        raise PictureError("The file is not a JPEG or PNG picture.") from None
    except (OSError, ValueError, SyntaxError, EOFError) as error:  # what Pillow raises on damaged data
        raise PictureError("The picture cannot be read: %s." % str(error).partition("\n")[0]) from None


def _fit(image, width, height):
    if image.width * image.height > MAX_PIXELS:
        raise PictureError("The picture is too large to show: %d x %d pixels."
                           % (image.width, image.height))
    scale = min(width / image.width, height / image.height)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    image.draft("RGB", size)  # JPEG: decode at 1/2, 1/4 or 1/8 where that is enough
    filter = Image.Resampling.BICUBIC
    return image.convert("RGB").resize(size, filter, reducing_gap=2.0)
