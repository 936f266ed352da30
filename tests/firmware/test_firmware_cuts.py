"""A slice of what check_updates.py enumerates for firmware, and that it finds what is broken; decisions without a disk."""

import pytest
from firmware_cuts import FIRMWARE
from firmware_lives import (CRASHES, HANGS_AT_ONCE, REFUSES_THE_MODEL, FirmwareLife, PlayedProcess, camera, lives, pushed,
                            signed)
from update_lives import boots

from camera_firmware import firmware_file, firmware_slots
from contract import api


@pytest.mark.parametrize(("name", "first", "every"), [
    ("third firmware", 62, 5), ("firmware: crash loop", 0, 12), ("firmware that crashes", 50, 9), ("firmware: another package", 0, 11)])
def test_power_cut_leaves_a_verified_firmware_and_a_push_completes(tmp_path, name, first, every):
    cuts, operations, broken = FIRMWARE.check(name, tmp_path / "place", every, first)
    assert broken == [] and cuts > (operations - first) // every


def test_check_finds_a_decision_that_is_two_writes(tmp_path, monkeypatch):
    def give_up_good(slots, why):
        slots.save(**{"good": slots.fallback(), slots["good"]: None})
        slots.save(boots=0)

    monkeypatch.setattr(firmware_slots.FirmwareSlots, "give_up_good", give_up_good)
    assert FIRMWARE.check("firmware: crash loop", tmp_path / "place", 20, 9)[2]


def test_check_finds_a_firmware_that_is_started_unverified(tmp_path, monkeypatch):
    monkeypatch.setattr(firmware_file, "check_content", lambda path, header: None)
    monkeypatch.setattr(firmware_file.durable, "sync", lambda path: None)
    assert FIRMWARE.check("firmware: upload goes on", tmp_path / "place", 9, 20)[2]


@pytest.mark.parametrize(("does", "reason"), [
    (HANGS_AT_ONCE, "it hung when it was started beside the firmware in use"),
    (REFUSES_THE_MODEL, "it cannot use the model that is in use"),
    (CRASHES, "it was started 3 times and never confirmed"),
])
def test_firmware_that_does_not_work_is_given_up_and_its_number_may_be_used_again(tmp_path, does, reason):
    folder = tmp_path / "camera"
    camera(folder, 1)
    life = pushed(folder, signed(2, does))
    assert (life.runs, life.firmware.state()["state"], life.firmware.state()["reason"]) == (1, api.REJECTED, reason)
    assert pushed(folder, signed(2)).runs == 2


def test_firmware_whose_task_ends_by_an_error_is_given_up(tmp_path):
    folder = tmp_path / "camera"
    camera(folder)
    life = lives(folder)
    life.push(signed(1), 65536)
    life.firmware.tick(0, 0, 0)
    tried = FirmwareLife(folder)
    assert tried.runs == 1
    tried.firmware.tick(1000, 20, 1)
    assert tried.firmware.restart_wanted and "ended by an error" in tried.firmware.state()["reason"]
    assert lives(folder).runs is None


def test_starts_of_a_firmware_on_trial_are_not_held_against_the_model_nor_is_its_file_given_up(tmp_path):
    folder = tmp_path / "camera"
    camera(folder, 1)
    life = lives(folder)
    life.push(signed(2), 65536)
    life.firmware.tick(0, 0, 0)
    for _ in range(2):
        assert FirmwareLife(folder).model == 1 and boots(folder) == 0
    slot = next(folder.glob("slot-*.dlu"))
    model = slot.read_bytes()
    slot.write_bytes(model[:-1] + bytes([model[-1] ^ 1]))
    tried = FirmwareLife(folder)
    assert tried.firmware.restart_wanted and "cannot use the model" in tried.firmware.state()["reason"]
    slot.write_bytes(model)
    life = lives(folder)
    assert (life.runs, life.model) == (1, 1)


def test_firmware_that_cannot_be_started_or_counted_leaves_the_packaged_one(tmp_path, monkeypatch):
    def refuse(process, path, slot=None):
        raise PermissionError(13, "not permitted")

    folder = tmp_path / "camera"
    camera(folder, 1)
    with monkeypatch.context() as patched:
        patched.setattr(firmware_slots.FirmwareSlots, "save", lambda self, **changes: refuse(None, None))
        assert FirmwareLife(folder).runs is None
    assert FirmwareLife(folder).runs == 1
    monkeypatch.setattr(PlayedProcess, "become", refuse)
    life = FirmwareLife(folder)
    assert life.runs is None and life.model == 1
    assert "it cannot be started from this disk" in life.firmware.state()["reason"]


@pytest.mark.parametrize("text", ["", "{", '{"format":9}', "[]"])
def test_damaged_list_of_firmware_leaves_the_packaged_one_and_no_older_number_is_taken(tmp_path, text):
    folder = tmp_path / "camera"
    camera(folder, 1, 2)
    (folder / "firmware.json").write_text(text)
    life = lives(folder)
    assert life.runs is None and life.firmware.state()["floor"] == 2
    assert pushed(folder, signed(2)).runs == 2
