"""What counting costs a frame, and the longest that a scrape holds one up, in exact ARM instructions."""

import pytest

from bench import count, health_cost

MOST_FRAME, MOST_PIECE = 30_000, 14_000_000


@pytest.fixture(scope="module", autouse=True)
def programs(bench_programs):
    if not health_cost.CAMERA.exists():
        pytest.skip("build/armv7/doorlens-camera is missing: run `make firmware`")
    if not (count.BUILT / "counter.so").exists():
        pytest.skip(f"{count.BUILT} is missing: run `make bench-programs`")


@pytest.mark.image
def test_counting_a_frame_takes_no_memory_and_a_scrape_no_long_pause():
    found = health_cost.measure(1)
    assert found["bytes"] == 0 and found["frame"] <= MOST_FRAME and found["family"] <= MOST_PIECE, found
