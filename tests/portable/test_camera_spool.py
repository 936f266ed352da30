import json
import os

from camera_firmware.clock import Backoff, plausible
from camera_firmware.metrics import Metrics
from camera_firmware.spool import Spool
from contract import sample

JPEG = bytes(1000)


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


def spool(path, limit=100000, boot=7):
    metrics = Metrics()
    made = Spool(path, limit, boot, Silent(), metrics)
    made.metrics = metrics
    return made


def fill(to, count):
    for _ in range(count):
        assert to.keep(JPEG, "door", 1772360430500, "periodic", 64, 48, "open", 0.9, 3)


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
    clear(path)


def test_oldest_go_when_the_limit_is_reached():
    path = folder()
    kept = spool(path, limit=6500)
    fill(kept, 12)
    ids, _ = kept.after(None, 100)
    assert ids[-1] == "00000007-00000011" and len(ids) == len(kept) < 6
    assert kept.bytes <= 6500 and kept.metrics.value("samples_dropped") == 12 - len(ids)
    assert len(os.listdir(path)) == 2 * len(ids)
    assert not kept.keep(bytes(7000), "door", None, "first", 1, 1, None, None, None) and kept.metrics.value("samples_failed") == 1
    clear(path)


def test_restart_finds_whole_samples_and_removes_halves():
    path = folder()
    fill(spool(path), 3)
    for name in ("00000007-00000009.jpg", "00000007-00000008.json", "00000007-00000002.jpg.part", "00000007-00000010.json.part"):
        with open(path + "/" + name, "wb") as file:
            file.write(b"half")
    again = spool(path, boot=9)
    assert len(again) == 3 and len(os.listdir(path)) == 6
    fill(again, 1)
    assert again.after(None, 10)[0][-1] == "00000009-00000000"
    clear(path)


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
