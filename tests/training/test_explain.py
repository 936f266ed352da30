import base64
from pathlib import Path

import numpy as np
import pytest
from little_model import write_model
from tiny_door import REGION, picture, write_jpeg

from host_tools.native import ujpeg
from training import evaluate, explain


class Corner:
    """A network whose second label leads by the brightness of the upper left quarter."""

    def run(self, pixels, logits):
        logits[:] = (0, int(pixels[:8, :8].mean() / 2))


def test_hiding_what_the_answer_rests_on_costs_most():
    bright = np.zeros((16, 16, 1), np.uint8)
    bright[:8, :8] = 250
    heat = explain.occlusion(Corner(), bright, 2)
    assert heat.shape == (16, 16)
    assert heat[:8, :8].min() > 5 and np.abs(heat[11:, 11:]).max() == 0


@pytest.mark.parametrize(("height", "width"), [(16, 16), (33, 20), (5, 3)])
def test_every_pixel_is_hidden_at_least_once(height, width):
    class Any:
        def run(self, pixels, logits):
            logits[:] = (9, 0) if (pixels == pixels[0, 0]).all() else (0, 9)
    assert np.isfinite(explain.occlusion(Any(), np.arange(height * width, dtype=np.uint8).reshape(height, width, 1), 2)).all()


def test_heat_is_drawn_where_it_is_and_nowhere_else():
    heat = np.full((4, 4), -1.0)
    heat[:, 0] = 3.0
    drawn = explain.warmed(np.full((40, 80, 3), 100, np.uint8), heat)
    assert drawn.shape == (40, 80, 3) and (drawn[:, 40:] == 100).all()
    red, _, blue = drawn[20, 2].astype(int)
    assert red > 130 and red - blue > 60
    assert (explain.warmed(np.full((4, 4, 3), 7, np.uint8), np.zeros((2, 2))) == 7).all()


def test_explanation_is_two_pictures_of_the_right_shape(tmp_path):
    write_jpeg(tmp_path / "open.jpg", picture("open", 1))
    parsed, network = evaluate.load(write_model(tmp_path / "model.safetensors"))
    made = explain.explain(tmp_path / "open.jpg", parsed, network)
    sizes = [ujpeg.info(base64.b64decode(url.removeprefix("data:image/jpeg;base64,")))[:2] for url in (made.frame, made.heat)]
    left, top, right, bottom = REGION
    assert sizes[0] == (160, 120) and sizes[1] == (200, round(200 * 120 * (bottom - top) / (160 * (right - left))))


@pytest.mark.parametrize("content", [None, b"not a picture"])
def test_picture_that_cannot_be_read_has_no_explanation(tmp_path, content):
    path = Path(tmp_path / "bad.jpg")
    if content:
        path.write_bytes(content)
    assert explain.explain(path, *evaluate.load(write_model(tmp_path / "model.safetensors"))) == explain.Explained("", "")
    assert explain.thumbnail(path) == ""
