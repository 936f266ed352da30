import pytest

from annotation.viewport import STEPS, Viewport


def test_whole_picture_is_fitted_and_centred():
    place = Viewport().place(1000, 600, 1920, 1080, margin=10)
    assert place.width == pytest.approx(980)
    assert place.left == pytest.approx(10)
    assert place.top == pytest.approx((600 - 980 * 9 / 16) / 2)


def test_canvas_and_picture_points_are_inverse():
    port = Viewport()
    port.zoom_by(3)
    port.pan(0.2, -0.1)
    place = port.place(800, 600, 640, 360)
    assert place.to_picture(*place.to_canvas(0.3, 0.8)) == pytest.approx((0.3, 0.8))


def test_zoom_keeps_the_point_under_the_mouse():
    port = Viewport()
    before = port.place(800, 450, 1600, 900)
    point = before.to_picture(300, 200)
    port.zoom_by(2, before, (300, 200))
    assert port.place(800, 450, 1600, 900).to_canvas(*point) == pytest.approx((300, 200))


def test_no_edge_is_left_bare_when_panned_far():
    port = Viewport()
    port.zoom_by(2)
    port.pan(50, -50)
    place = port.place(800, 450, 1600, 900)
    assert place.left + place.width == pytest.approx(800)
    assert place.top == pytest.approx(0)


def test_zoom_ends_at_both_ends():
    port = Viewport()
    assert not port.zoom_by(-1)
    assert port.zoom_by(len(STEPS) + 5)
    assert port.zoom == STEPS[-1]
    assert not port.zoom_by(1)
