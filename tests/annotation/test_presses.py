"""The scripted person of bench.presses on a short day: fewer presses than frames, hardly a wrong label."""

import pytest

from bench import presses


def test_day_takes_fewer_presses_than_frames_and_hardly_a_wrong_label(tmp_path):
    pytest.importorskip("torch")
    door, truth = presses.day(tmp_path, "lobby", 1, 40)
    found = presses.work(door, truth)
    print("40 frames: %(presses)d presses, %(wrong)d wrong" % found)
    assert found["frames"] == 40 and found["wrong"] <= 1 and found["presses"] <= 30
