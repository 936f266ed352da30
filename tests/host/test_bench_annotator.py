"""The annotator's benchmark measures the real window; here on a handful of small frames."""

import shutil

import pytest

from annotation.index import Index
from bench.annotator import __main__ as bench
from bench.annotator import project


def test_quantile_is_a_measured_value():
    assert bench._quantile([1, 2, 3, 4], 0.5) == 2
    assert bench._quantile(list(range(1, 101)), 0.99) == 99
    assert bench._quantile([7], 0.99) == 7


@pytest.mark.skipif(not shutil.which("xdotool") or not shutil.which("Xvfb"), reason="Xvfb or xdotool is not installed")
def test_every_key_is_measured_and_labels_are_given(tmp_path, monkeypatch):
    monkeypatch.setattr(bench, "OPENINGS", 1)
    folder = project.make(tmp_path / "project", 20, size=(160, 90))
    labelled = len(Index.open(folder).labelled())
    found = bench.step_through(folder, 20, 12)
    assert found["keys"] == 12
    assert 0 < found["key_ms_p50"] <= found["key_ms_p99"] <= found["key_ms_max"]
    assert found["open_s"] > 0 and found["rss_mb"] > 20
    assert len(Index.open(folder).labelled()) > labelled
    project.make(folder, 20, size=(160, 90))
    assert len(Index.open(folder).labelled()) == labelled
