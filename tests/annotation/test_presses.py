"""The scripted person of bench.presses on a short day, in the real window: fewer presses than frames, hardly a wrong label."""

import shutil

import pytest

from bench import presses


def test_day_takes_fewer_presses_than_frames_and_hardly_a_wrong_label(tmp_path):
    if not (shutil.which("Xvfb") and shutil.which("xdotool")):
        pytest.skip("no virtual display here")
    door, truth = presses.day(tmp_path, "lobby", 1, 30)
    found = presses.work(door, truth)
    print(presses.line("lobby", {"seed": 1, **found}))
    assert found["frames"] == 30 and found["wrong"] <= 1 and found["presses"] <= 20
