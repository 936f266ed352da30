"""Frames of the tiny door, made once."""

import pytest
from tiny_door import make_frames


@pytest.fixture(scope="session")
def frames(tmp_path_factory):
    """Sixty labelled frames of thirty hours, and twelve without a label."""
    return make_frames(tmp_path_factory.mktemp("frames"), 60, 12)
