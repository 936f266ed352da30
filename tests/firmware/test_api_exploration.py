"""The built firmware's control API explored by schemathesis; `make check-api` does more of it."""

import api_exploration
import pytest

from contract import api

EXAMPLES = {"unsigned": 2, "signed": 1}  # a route and phase, beside some hundred requests of what is known to go wrong


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_answer_is_as_described(tmp_path, kind):
    found = api_exploration.explore(tmp_path / "camera", kind == "signed", "x86_64", 1, EXAMPLES[kind])
    assert not found.failures, "\n\n".join(found.failures)
    assert {f"{route.method} {route.path}" for route in api.ROUTES} <= set(found.requests)
    assert {200, 400, 401, 404, 405, 422} <= set(found.statuses) and 500 not in found.statuses
    assert all(found.checks[name] > 20 for name in api_exploration.CHECKS)
