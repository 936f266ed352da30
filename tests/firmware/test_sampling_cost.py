"""What features and policy cost a camera, frame by frame, in exact ARM instructions (bench/sampling_cost.py measures more)."""

import pytest

from bench import count, sampling_cost

FRAMES = 150
DAY = 144  # frames ten minutes apart


@pytest.fixture(scope="module", autouse=True)
def programs(bench_programs):
    if not sampling_cost.CAMERA.exists():
        pytest.skip("build/armv7/doorlens-camera is missing: run `make firmware`")
    if not (count.BUILT / "counter.so").exists():
        pytest.skip(f"{count.BUILT} is missing: run `make bench-programs`")


@pytest.mark.image
@pytest.mark.parametrize(("installation", "channels", "model"), [("garage", 1, True), ("yard", 3, True), ("lobby", 1, False)])
def test_no_frame_costs_more_than_the_limit(installation, channels, model):
    found = {cost.kind: cost for cost in sampling_cost.measure(installation, 4, FRAMES, channels, model)}
    assert max(cost.most for cost in found.values()) <= sampling_cost.LIMIT, "\n".join(sampling_cost.table(found.values()))
    assert sum(cost.frames for cost in found.values()) == FRAMES and found["first"].frames == 1
    assert found["kept, moving"].frames > 2 and min(cost.mean for cost in found.values()) > 20_000, "it was really done"


@pytest.mark.image
@pytest.mark.parametrize(("installation", "channels", "model"), [("yard", 3, True), ("garage", 3, True)])
def test_no_frame_after_ten_minutes_of_silence_costs_more(installation, channels, model):
    found = {cost.kind: cost for cost in sampling_cost.measure(installation, 3, DAY, channels, model, quiet=True)}
    assert found["after a pause"].frames == DAY - 1
    assert max(cost.most for cost in found.values()) <= sampling_cost.LIMIT, "\n".join(sampling_cost.table(found.values()))
