"""Frames of the tiny door, made once."""

import pytest
import torch
from tiny_door import make_frames


torch.set_num_threads(1)  # two threads on a busy machine wait for each other


@pytest.fixture(scope="session")
def frames(tmp_path_factory):
    """Sixty labelled frames of thirty hours, and twelve without a label."""
    return make_frames(tmp_path_factory.mktemp("frames"), 60, 12)
