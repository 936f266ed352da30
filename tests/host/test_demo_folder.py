import pytest
from rich.console import Console

from host_tools.demo import folder
from host_tools.errors import DemoError


def test_wilson_is_wide_for_few_and_narrow_for_many():
    # Reference values of the score interval, e.g. R: prop.test(4, 4, correct = FALSE)
    assert folder.wilson(4, 4) == pytest.approx((0.5101, 1.0), abs=1e-4)
    assert folder.wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    low, high = folder.wilson(970, 1000)
    assert high - low < 0.03


def test_worth_counts_taught_and_held_out_apart():
    rows = [("open/a.jpg", "open", "open", False), ("open/b.jpg", "open", "closed", True), ("closed/c.jpg", "closed", "closed", True),
            ("unusable/d.jpg", "unusable", "unknown", True)]
    lines = list(folder._worth(rows))
    assert lines[0].startswith("1 of the 1 pictures that taught")
    assert lines[1].startswith("1 of the 2 held out")
    assert "smoke test" in lines[2]


@pytest.mark.parametrize("given", ["", "nowhere"])
def test_missing_folder_says_what_it_needs(tmp_path, given):
    with pytest.raises(DemoError, match="subfolder"):
        folder.run(given and tmp_path / given, "binary", tmp_path / "out", Console())


def test_folder_with_one_state_is_refused(tmp_path):
    (tmp_path / "pictures" / "open").mkdir(parents=True)
    (tmp_path / "pictures" / "open" / "a.jpg").write_bytes(b"\xff\xd8")
    binary = tmp_path / "binary"
    binary.touch()
    with pytest.raises(DemoError, match="two or more"):
        folder.run(tmp_path / "pictures", binary, tmp_path / "out", Console())
    assert not (tmp_path / "out").exists()
