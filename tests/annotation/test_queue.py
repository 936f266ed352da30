import pytest

from annotation.queue import chosen


@pytest.mark.parametrize("text", ["", "{", "[]", '{"chosen": 3}', '{"chosen": [{"path": 1}]}', "[" * 100000])
def test_damaged_queue_is_no_queue(tmp_path, text):
    (tmp_path / "queue.json").write_text(text)
    assert chosen(tmp_path) == [] == chosen(tmp_path / "none")


def test_queue_that_select_wrote_is_read(tmp_path):
    (tmp_path / "queue.json").write_text('{"format": 1, "chosen": [{"path": "frames/a.jpg", "why": "x", "group": []}]}')
    assert chosen(tmp_path) == ["frames/a.jpg"]
