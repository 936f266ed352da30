"""A slice of what check_updates.py enumerates, and that it finds what is broken."""

import connection_cuts
import pytest
from update_cuts import MODELS
from update_lives import Life, installed, short

from camera_firmware import signed_updates, slots


@pytest.mark.parametrize(("name", "first", "every"), [("third model", 1, 6), ("trial goes on", 0, 3), ("safe mode", 20, 6)])
def test_power_cut_leaves_a_verified_model_and_a_push_completes(tmp_path, name, first, every):
    cuts, operations, broken = MODELS.check(name, tmp_path / "place", every, first)
    assert broken == [] and cuts > (operations - first) // every


def test_connection_cut_leaves_the_old_model_and_a_push_completes(tmp_path):
    cuts, broken = connection_cuts.check(tmp_path / "camera", every=8)
    assert broken == [] and cuts >= 3


def test_check_finds_a_slot_in_use_that_is_overwritten(tmp_path, monkeypatch):
    monkeypatch.setattr(slots.Slots, "spare", property(lambda self: self["good"] or "a"))
    assert MODELS.check("second model", tmp_path / "place", 5)[2]


def test_check_finds_an_upload_that_trusts_what_was_not_synced(tmp_path, monkeypatch):
    monkeypatch.setattr(signed_updates.Upload, "restore", trusting)
    monkeypatch.setattr(signed_updates.update, "check_content", lambda header, content: None)
    assert MODELS.check("third model", tmp_path / "place", 5)[2]


def trusting(upload):
    try:
        with open(upload.path, "rb") as file:
            data = file.read()
        upload.header, upload.have = upload._examine(data), len(data)
    except (OSError, signed_updates.update.UpdateError):
        upload.discard()


def test_safe_mode_lets_one_start_go_on_as_usual(tmp_path):
    folder = tmp_path / "camera"
    installed(folder, 1)
    short(folder, 6)
    safe = Life(folder)
    assert safe.safe_mode == "6 starts in a row lasted less than 60 s" and safe.use is None
    safe.updates.once_more()
    usual = Life(folder)
    assert usual.safe_mode is None and usual.use == 1
    assert Life(folder).safe_mode, "it was a short one again"
    safe.updates.once_more()
    Life(folder).updates.settled()
    assert [Life(folder).safe_mode for _ in range(6)] == [None] * 6
