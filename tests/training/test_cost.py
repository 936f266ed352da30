import json

import pytest

from bench import cost as fitting
from bench import networks
from bench.count import BUILT
from training import cost
from training.config import Student as Settings
from training.student import Student

COUNTED = json.loads(fitting.COUNTS.read_text())
TABLE = json.loads(cost.TABLE.read_text())
KINDS = {"add", "avgpool", "avgpool_few", "avgpool_windows", "avgpool_windows_few", "conv2d_3x3", "conv2d_3x3_c1",
         "conv2d_3x3_c3", "dense", "depthwise_3x3_few_s1", "depthwise_3x3_few_s2", "depthwise_3x3_s1", "depthwise_3x3_s2",
         "network", "picture", "pointwise"}


def planned(plan):
    return [fitting.Planned(fitting._OPERATORS[op], stride, out) for op, stride, out in plan]


@pytest.mark.parametrize("plan, side, channels, counted", [(networks.DOOR, 64, 1, 377_909), (networks.VWW, 96, 3, 2_271_986)])
def test_prediction_of_the_benchmarks_networks_is_what_is_counted(plan, side, channels, counted):
    assert cost.instructions(planned(plan), side, side, channels) == pytest.approx(counted, rel=0.005)


def test_student_is_predicted_like_the_benchmarks_network():
    layers = Student(Settings(), 2).folded()
    assert cost.instructions(layers, 64, 64, 1) == cost.instructions(planned(networks.DOOR), 64, 64, 1)


def test_whole_networks_are_predicted_within_three_percent():
    for network in COUNTED:
        layers = [cost.Shape(*values) for values, _ in network["layers"]]
        assert cost.instructions(layers, *network["input"]) == pytest.approx(network["run"], rel=0.03)


def test_table_is_the_fit_of_the_counts_and_knows_every_kernel():
    again = fitting.table(COUNTED)
    assert set(again["instructions"]) == set(TABLE["instructions"]) == KINDS
    for kind, terms in again["instructions"].items():
        assert terms == pytest.approx(TABLE["instructions"][kind], abs=0.01), kind


def test_residuals_are_small_where_networks_spend_their_time():
    for kind, error in TABLE["error"].items():
        assert error["typical"] < (0.06 if "few" in kind else 0.015), kind
        assert error["layers"] >= 15, kind


def test_shapes_follow_strides_pools_and_the_head():
    plan = [("conv2d_3x3", 2, 8), ("avgpool", 3, 8), ("pointwise", 1, 16), ("add", 1, 16), ("avgpool", 1, 16), ("dense", 1, 3)]
    found = cost.shapes([fitting.Planned(*one) for one in plan], 33, 20, 3)
    assert [(one.out_height, one.out_width, one.out_channels) for one in found] == [
        (17, 10, 8), (5, 3, 8), (5, 3, 16), (5, 3, 16), (1, 1, 16), (1, 1, 3)]


@pytest.mark.parametrize("number", [1, 7])
def test_committed_counts_are_those_of_todays_kernels(number):
    if not (BUILT / "programs" / "layers").exists():
        pytest.skip("run `make bench-programs`")
    assert json.loads(json.dumps(fitting.measure(*fitting.draw(number)))) == COUNTED[number]
