import pytest

from annotation.region_editor import LEAST, UNIT, drawn, grown, moved, with_edges
from contract.preprocess import check_region

_REGION = [2000, 3000, 6000, 9000]


@pytest.mark.parametrize("right, down, region", [
    (50, -50, [2050, 2950, 6050, 8950]), (-5000, 0, [0, 3000, 4000, 9000]), (9000, 9000, [6000, 4000, 10000, 10000])])
def test_moved_region_stays_inside_and_keeps_its_size(right, down, region):
    assert moved(_REGION, right, down) == region


@pytest.mark.parametrize("changes, region", [
    ({0: 1500}, [1500, 3000, 6000, 9000]), ({2: 6500, 3: 12000}, [2000, 3000, 6500, 10000]),
    ({0: 9000}, [6000 - LEAST, 3000, 6000, 9000]), ({3: 0}, [2000, 3000, 6000, 3000 + LEAST]),
    ({0: -40, 1: -40}, [0, 0, 6000, 9000])])
def test_moved_edges_stay_inside_and_apart(changes, region):
    assert with_edges(_REGION, changes) == region


def test_grown_region_ends_at_the_picture_and_shrinks_no_further_than_the_least():
    assert grown(_REGION, 500) == [1500, 2500, 6500, 9500]
    assert grown(_REGION, 4000) == [0, 0, UNIT, UNIT]
    region = _REGION
    for _ in range(100):
        region = grown(region, -50)
    assert region[2] - region[0] >= LEAST


@pytest.mark.parametrize("start, end", [((10, 10), (500, 900)), ((900, 800), (20, 30)), ((-50, 5000), (12000, 5000)),
                                        ((UNIT, UNIT), (UNIT, UNIT)), ((0, 0), (0, 0))])
def test_drawn_region_is_always_a_region(start, end):
    check_region(drawn(start, end))
