"""What looking after the view costs a camera, in exact ARM instructions (python -m bench.view_cost prints more sizes)."""

import pytest

from bench import count, view_cost

MOST_CHECK, MOST_OTHER = 3_000_000, 6_000


@pytest.fixture(scope="module", autouse=True)
def programs(bench_programs):
    if not view_cost.CAMERA.exists():
        pytest.skip("build/armv7/doorlens-camera is missing: run `make firmware`")
    if not (count.BUILT / "counter.so").exists():
        pytest.skip(f"{count.BUILT} is missing: run `make bench-programs`")


@pytest.mark.image
def test_check_of_a_small_frame_and_a_frame_without_one():
    found = view_cost.measure(640, 360, 2)
    assert found["check"] <= MOST_CHECK and found["other"] <= MOST_OTHER, found
