"""What looking after the view costs a camera, in exact ARM instructions (python -m bench.view_cost prints more sizes)."""

import pytest

from bench import count, view_cost

MOST_CHECK, MOST_OTHER = 3_000_000, 6_000


def test_check_of_a_small_frame_and_a_frame_without_one():
    if not view_cost.CAMERA.exists():
        pytest.skip("build/armv7/doorlens-camera is missing: run `make firmware`")
    if not (count.BUILT / "qemu" / "qemu-arm").exists():
        pytest.skip("build/bench is missing: run `make bench-programs`")
    found = view_cost.measure(640, 360, 2)
    assert found["check"] <= MOST_CHECK and found["other"] <= MOST_OTHER, found
