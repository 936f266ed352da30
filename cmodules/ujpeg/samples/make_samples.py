"""Makes the pictures of this folder: python cmodules/ujpeg/samples/make_samples.py

Written with numpy 2.4.6 (seed 1), opencv-python-headless and Pillow of constraints.txt. The bytes depend on the JPEG
encoders inside those packages; the tests only rely on the kind of each file and its size, 37 x 27.
"""

import pathlib

import cv2
import numpy
from PIL import Image

HERE = pathlib.Path(__file__).parent
WIDTH, HEIGHT = 37, 27


def picture():
    """Smooth colours with some noise, uint8 (HEIGHT, WIDTH, 3)."""
    rng = numpy.random.default_rng(1)
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH]
    planes = [128 + 100 * numpy.sin(x / a + y / b) for a, b in ((5, 9), (11, 4), (7, 7))]
    noise = rng.normal(0, 6, (HEIGHT, WIDTH, 3))
    return (numpy.stack(planes, -1) + noise).clip(0, 255).astype(numpy.uint8)


def write_opencv(name, pixels, *options):
    cv2.imwrite(str(HERE / name), pixels, [cv2.IMWRITE_JPEG_QUALITY, 60, cv2.IMWRITE_JPEG_OPTIMIZE, 1, *options])


def main():
    rgb = picture()
    for sampling in (411, 420, 422, 440, 444):
        factor = getattr(cv2, f"IMWRITE_JPEG_SAMPLING_FACTOR_{sampling}")
        write_opencv(f"ycc{sampling}.jpg", rgb, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, factor)
    write_opencv("grey.jpg", rgb[:, :, 0])
    write_opencv("restart.jpg", rgb, cv2.IMWRITE_JPEG_RST_INTERVAL, 2)
    write_opencv("progressive.jpg", rgb, cv2.IMWRITE_JPEG_PROGRESSIVE, 1)
    Image.fromarray(rgb).convert("CMYK").save(HERE / "cmyk.jpg", quality=60, optimize=True)
    Image.fromarray(rgb).save(HERE / "rgb.jpg", quality=60, optimize=True, keep_rgb=True)


if __name__ == "__main__":
    main()
