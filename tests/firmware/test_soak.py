"""A short soak of the built firmware, as `make soak` does it: the source breaks, the broker is restarted, the clock jumps."""

import pytest
import soak

# frames, frames of a state, broker restarts, source failures, clock jumps
PLANS = {"x86_64": (6000, 100, 4, 10, 6), "armv7": (1000, 100, 2, 3, 2)}


@pytest.mark.parametrize("architecture", PLANS)
def test_every_transition_arrives_once_and_in_order_whatever_fails(tmp_path, architecture):
    frames, _, restarts, failures, jumps = plan = PLANS[architecture]
    result, _ = soak.play(tmp_path, architecture, plan, seed=1)
    assert soak.good(result), result
    assert result["transitions"] > 5 and result["frames"] + result["frames_cut"] >= frames
    assert (result["broker_restarts"], result["source_failures"], result["clock_jumps"]) == (restarts, failures, jumps)
