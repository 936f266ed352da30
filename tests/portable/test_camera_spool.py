import json
import os

from camera_firmware.clock import Backoff, plausible
from camera_firmware.metrics import Metrics
from camera_firmware.spool import Spool, pending_bytes
from contract import durable, sample

JPEG = bytes(1000)
MINUTE = 60000


class Silent:
    def repeated(self, area, text):
        self.said = text

    def recovered(self, area, text):
        pass


def folder():
    """A new folder; left behind in the system's place for such things."""
    path = "/tmp/doorlens-spool-test-%s" % "".join("%02x" % value for value in os.urandom(8))
    os.mkdir(path)
    return path


def spool(path, limit=100000, boot=7, pending=None):
    """`pending` bytes of memory, or as many as the application takes."""
    metrics = Metrics()
    made = Spool(path, limit, boot, bytearray(pending_bytes(limit) if pending is None else pending), Silent(), metrics)
    made.metrics = metrics
    return made


def keep(to, value=0, evaluation=False, jpeg=JPEG, now_ms=0):
    return to.keep(jpeg, now_ms, camera="door", time_ms=1772360430500, reason="periodic", width=64, height=48, state="open",
                   score=0.9, model=3, value=value, evaluation=evaluation)


def fill(to, count, value=0, evaluation=False):
    for _ in range(count):
        assert keep(to, value, evaluation)
    to.flush(0)


def ids(of):
    return of.after(None, 5000)[0]


def sequences(of):
    return [int(name[9:]) for name in ids(of)]


def clear(path):
    for name in os.listdir(path):
        os.remove(path + "/" + name)
    os.rmdir(path)


def test_sample_is_whole_on_disk_and_listed():
    path = folder()
    kept = spool(path)
    fill(kept, 2)
    assert sorted(os.listdir(path)) == ["00000007-0000000%d.%s" % (i, end) for i in (0, 1) for end in ("jpg", "json")]
    record = sample.check(json.loads(kept.sidecar_text("00000007-00000001")))
    assert (record["bytes"], record["state"], record["model"]) == (1000, "open", 3)
    assert kept.after(None, 10) == (["00000007-00000000", "00000007-00000001"], False)
    assert kept.bytes == sum([os.stat(path + "/" + name)[6] for name in os.listdir(path)])
    clear(path)


def test_samples_wait_in_memory_and_are_written_together():
    path = folder()
    kept = spool(path)
    assert keep(kept) and len(kept) == 1, "the first is written at once"
    for i in range(3):
        assert keep(kept, now_ms=MINUTE + i)
    assert (len(kept), kept.pending, kept.metrics.value("samples_kept")) == (1, 3, 1)
    assert len(os.listdir(path)) == 2 and "00000007-00000002" not in kept
    assert not kept.due(3 * MINUTE - 1) and kept.due(3 * MINUTE)
    kept.flush(3 * MINUTE)
    assert (len(kept), kept.pending, kept.metrics.value("samples_kept")) == (4, 0, 4) and sequences(kept) == [0, 1, 2, 3]
    clear(path)


def test_waiting_samples_are_written_when_memory_is_full_and_larger_ones_at_once():
    path = folder()
    kept = spool(path, pending=4000)
    keep(kept)
    keep(kept)
    keep(kept)
    assert (len(kept), kept.pending) == (1, 2)
    keep(kept, jpeg=bytes(2000))
    assert (len(kept), kept.pending) == (3, 1)
    keep(kept, jpeg=bytes(4000))
    assert (len(kept), kept.pending) == (5, 0) and sequences(kept) == [0, 1, 2, 3, 4]
    clear(path)


def syncs_of(work):
    """How often the disk is synced while `work()` runs."""
    counted = [0]
    original = durable._fsync_path

    def counting(path):
        os.stat(path)
        counted[0] += 1

    durable._fsync_path = counting
    try:
        work()
    finally:
        durable._fsync_path = original
    return counted[0]


def test_quiet_hours_have_at_most_one_sync_a_minute():
    for every_s in (150, 600):
        path = folder()
        kept = spool(path, limit=4000000)
        passed = [0]

        def quiet():
            for second in range(0, 2 * 3600, 5):
                passed[0] += 5
                if second % every_s == 0:
                    keep(kept, now_ms=second * 1000)
                if kept.due(second * 1000):
                    kept.flush(second * 1000)

        syncs, allowed = syncs_of(quiet), passed[0] // 60
        assert 0 < syncs <= allowed, (every_s, syncs)
        assert kept.metrics.value("samples_kept") > passed[0] // every_s - 4
        clear(path)


def test_least_valuable_goes_first_and_of_equal_ones_the_oldest():
    path = folder()
    kept = spool(path, limit=16000, pending=0)
    for value in (50, 10, 200, 10, 90):
        fill(kept, 1, value)
    fill(kept, 5, 60)
    assert len(kept) == 10 and kept.metrics.value("samples_dropped") == 0
    fill(kept, 2, 70)
    assert len(kept) <= 12 and kept.bytes <= 16000
    while kept.metrics.value("samples_dropped") < 4:
        fill(kept, 1, 220)
    assert sequences(kept)[:4] == [2, 4] + sequences(kept)[2:4] and 0 not in sequences(kept)
    assert 5 not in sequences(kept) and 6 in sequences(kept), "of the 60s the oldest"
    assert len(os.listdir(path)) == 2 * len(kept)
    clear(path)


def test_sample_worth_less_than_a_full_spool_is_not_written():
    path = folder()
    kept = spool(path, limit=16000, pending=0)
    while not kept.metrics.value("samples_dropped"):
        fill(kept, 1, 100)
    before = ids(kept)
    assert not keep(kept, 99) and ids(kept) == before and kept.metrics.value("samples_dropped") == 2
    assert keep(kept, 100) and ids(kept) != before, "of equal ones the newer stays"
    clear(path)


def test_evaluation_slice_is_kept_up_to_its_share():
    path = folder()
    kept = spool(path, limit=40000, pending=0)
    fill(kept, 4, 0, True)
    fill(kept, 60, 255)
    assert sequences(kept)[:4] == [0, 1, 2, 3], "within its share it outlives what is worth more"
    fill(kept, 60, 0, True)
    left = sequences(kept)
    evaluation = [sequence for sequence in left if sequence >= 64]
    assert [sequence for sequence in left if sequence < 4] == []
    assert 0 < len(evaluation) * kept.bytes // len(kept) <= 8000 + 1300 and evaluation[-1] == 123
    assert evaluation == list(range(evaluation[0], 124)), "oldest first, so it stays uniform"
    clear(path)


def test_evaluation_slice_may_fill_a_spool_that_holds_nothing_else():
    path = folder()
    kept = spool(path, limit=16000, pending=0)
    fill(kept, 9, 0, True)
    assert len(kept) == 9
    fill(kept, 1, 0)
    assert sequences(kept)[-1] == 9
    clear(path)


def test_value_survives_a_restart_and_schema_1_is_worth_nothing():
    path = folder()
    first = spool(path, limit=16000, pending=0)
    for value in (3, 2, 9):
        fill(first, 1, value)
    fill(first, 1, 0, True)
    with open(path + "/00000007-00000002.json", "w") as file:
        file.write('{"schema":1,"id":"00000007-00000002"}')
    again = spool(path, limit=16000, boot=9, pending=0)
    while again.metrics.value("samples_dropped") < 3:
        fill(again, 1, 50)
    assert ids(again)[0] == "00000007-00000003"
    clear(path)


def test_limit_holds_and_too_large_a_frame_is_refused():
    path = folder()
    kept = spool(path, limit=6500)
    fill(kept, 12)
    assert sequences(kept)[-1] == 11 and len(kept) < 6
    assert kept.bytes <= 6500 and kept.metrics.value("samples_dropped") == 12 - len(kept)
    assert len(os.listdir(path)) == 2 * len(kept)
    assert not keep(kept, jpeg=bytes(7000)) and kept.metrics.value("samples_failed") == 1
    assert keep(kept, jpeg=bytes(6000)) and len(kept) <= 1
    clear(path)


def test_disk_that_refuses_loses_nothing_that_was_there():
    path = folder()
    kept = spool(path, limit=20000)
    while kept.bytes < kept.limit - pending_bytes(kept.limit) - 1500:
        fill(kept, 1, 5)
    before = ids(kept)
    stage = durable.stage

    def full(path, data):
        raise OSError(28)

    durable.stage = full
    try:
        for _ in range(10):
            keep(kept, 9)
        kept.flush(0)
    finally:
        durable.stage = stage
    assert ids(kept) == before and kept.metrics.value("samples_failed") == 10 and kept.metrics.value("samples_dropped") == 0
    assert kept._log.said == "a sample cannot be written: the disk is full"
    fill(kept, 1, 9)
    assert sequences(kept)[-1] > len(before) and len(os.listdir(path)) == 2 * len(kept)
    clear(path)


def test_disk_that_fails_while_names_are_given_leaves_no_half():
    path = folder()
    kept = spool(path)
    fill(kept, 2)
    replace, calls = durable._replace, [0]

    def broken(source, target):
        calls[0] += 1
        if calls[0] == 4:
            raise OSError(5)
        replace(source, target)

    durable._replace = broken
    try:
        for _ in range(3):
            keep(kept)
        kept.flush(0)
    finally:
        durable._replace = replace
    assert len(kept) == 2 and len(os.listdir(path)) == 4 and kept.metrics.value("samples_failed") == 3
    clear(path)


def test_restart_finds_whole_samples_and_removes_halves():
    path = folder()
    fill(spool(path), 3)
    for name in ("00000007-00000009.jpg", "00000007-00000008.json", "00000007-00000002.jpg.part", "00000007-00000010.json.part",
                 "rubbish.json"):
        with open(path + "/" + name, "wb") as file:
            file.write(b"half")
    again = spool(path, boot=9)
    assert len(again) == 3 and len(os.listdir(path)) == 6
    fill(again, 1)
    assert ids(again)[-1] == "00000009-00000000"
    clear(path)


def test_sidecar_that_is_not_json_does_not_stop_the_start():
    path = folder()
    fill(spool(path), 2)
    for name, text in (("00000007-00000000", b"\xff{"), ("00000007-00000001", b"[]")):
        with open(path + "/" + name + ".json", "wb") as file:
            file.write(text)
    fill(spool(path, boot=8), 3)
    with open(path + "/00000008-00000000.json", "wb") as file:
        file.write(b'{"id":"00000008-00000000","note":"' + b"x" * 20000 + b'"}')
    with open(path + "/00000008-00000001.json", "wb") as file:
        file.write(b'{"id":"00000008-00000001","value":-5}')
    kept = spool(path, boot=9)
    assert len(kept) == 5
    for name in ("00000007-00000000", "00000007-00000001", "00000008-00000000"):
        assert json.loads(kept.sidecar_text(name)) == {"id": name}
    sample.check(json.loads(kept.sidecar_text("00000008-00000002")))
    clear(path)


def test_spool_whose_folder_cannot_be_made_yet_counts_and_makes_it_later():
    path = folder()
    held = spool(path + "/later/spool", pending=0)
    assert len(held) == 0 and not keep(held) and held.metrics.value("samples_failed") == 1
    os.mkdir(path + "/later")
    assert keep(held) and len(held) == 1
    clear(path + "/later/spool")
    os.rmdir(path + "/later")
    os.rmdir(path)


def test_listing_goes_on_behind_a_sample_that_is_gone():
    path = folder()
    kept = spool(path)
    fill(kept, 6)
    assert kept.delete("00000007-00000002") and not kept.delete("00000007-00000002")
    assert kept.after("00000007-00000002", 2) == (["00000007-00000003", "00000007-00000004"], True)
    assert kept.after("00000007-00000005", 2) == ([], False)
    assert kept.after("00000001-00000000", 1)[0] == ["00000007-00000000"], "of a life nobody remembers: from the oldest"
    clear(path)


def test_backoff_doubles_up_to_its_limit_and_starts_anew():
    backoff = Backoff(lambda: 0.5, 500, 4000)
    assert [backoff.next_ms() for _ in range(5)] == [500, 1000, 2000, 4000, 4000]
    backoff.reset()
    assert backoff.next_ms() == 500
    assert Backoff(lambda: 0, 500).next_ms() == 375 and 620 <= Backoff(lambda: 0.999, 500).next_ms() <= 625


def test_time_before_2024_is_no_time():
    assert plausible(1704067199999) is None and plausible(1704067200000) == 1704067200000


def test_latency_percentiles_are_of_the_latest_frames():
    metrics = Metrics()
    assert metrics.percentile_ms(50) is None
    for value in list(range(1000, 1200)) + list(range(128)):
        metrics.latency(value)
    assert metrics.percentile_ms(50) == 64 and metrics.percentile_ms(95) == 121
    metrics.latency(1000000)
    assert metrics.percentile_ms(100) == 65535
