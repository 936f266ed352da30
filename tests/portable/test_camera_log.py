from camera_firmware.log import LEVELS, Log


class Clock:
    def now(self):
        return 0


def test_a_log_that_cannot_be_written_stops_nothing():
    calls = []

    def write(text):
        calls.append(text)
        raise OSError(28)

    log = Log("info", Clock(), write)
    log.info("main", "hello")
    log.repeated("source", "gone")
    log.crash("main", ValueError("odd"))
    assert len(calls) == 3


def test_a_complaint_is_said_once_until_it_changes_or_ends():
    lines = []
    log = Log("info", Clock(), lines.append)
    for _ in range(5):
        log.repeated("frame", "damaged")
    log.repeated("frame", "too large")
    log.recovered("frame", "whole again")
    log.recovered("frame", "whole again")
    log.repeated("frame", "damaged")
    texts = [line.split(": ", 1)[1] for line in lines]
    assert texts == ["damaged\n", "too large (and 4 more of the last kind)\n", "whole again\n", "damaged\n"]


def test_equal_lines_in_a_row_are_counted_in_place_of_flooding():
    lines = []
    log = Log("info", Clock(), lines.append)
    for _ in range(1000):
        log.warning("update", "refused")
    log.info("main", "ends")
    texts = [line.split(": ", 1)[1] for line in lines]
    assert texts == ["refused\n"] * 3 + ["refused (and 997 more of these)\n", "ends\n"]
    assert [(line.text, line.count) for line in log.recent.after(0, LEVELS)] == [("refused", 1000), ("ends", 1)]
    assert log.counts == {"error": 0, "warning": 1000, "info": 1, "debug": 0}


def test_equal_lines_are_written_again_after_ten_minutes():
    lines, clock = [], Clock()
    log = Log("info", clock, lines.append)
    for minute in range(25):
        clock.now = lambda minute=minute: 60000 * minute
        log.error("disk", "full")
    assert len(lines) == 11 and lines[3].endswith("full (and 7 more of these)\n")


def test_levels_below_the_one_that_is_wanted_are_counted_only():
    lines = []
    log = Log("warning", Clock(), lines.append)
    for tell in (log.error, log.warning, log.info, log.debug):
        tell("main", "x")
    assert len(lines) == 2 and list(log.counts.values()).count(1) == 4
    assert [line.level for line in log.recent.after(0, LEVELS)] == ["error", "warning"]
    assert [line.number for line in log.recent.after(1, LEVELS)] == [2]
    assert [line.level for line in log.recent.after(0, ("error",))] == ["error"]


def test_complaints_that_are_left_out_are_counted_where_they_were_said():
    log = Log("info", Clock(), len)
    for _ in range(5):
        log.repeated("frame", "damaged")
    log.info("main", "between")
    log.repeated("frame", "damaged")
    first = log.recent.after(0, LEVELS)[0].as_dictionary()
    assert (first["text"], first["count"], first["level"], first["number"]) == ("damaged", 6, "warning", 1)
    assert log.counts["warning"] == 6 and len(log.recent.after(0, LEVELS)) == 2
    quiet = Log("error", Clock(), len)
    quiet.repeated("frame", "damaged")
    quiet.repeated("frame", "damaged")
    assert quiet.counts["warning"] == 2 and quiet.recent.after(0, LEVELS) == []


def test_recent_lines_are_bounded_in_number_and_characters():
    log = Log("info", Clock(), len)
    for i in range(1000):
        log.info("main", "line %d" % i)
    kept = log.recent.after(0, LEVELS)
    assert len(kept) == 200 and kept[-1].text == "line 999" and [line.number for line in kept] == list(range(801, 1001))
    for i in range(100):
        log.info("main", "%d" % i + "x" * 5000)
    kept = log.recent.after(0, LEVELS)
    assert sum([len(line.text) for line in kept]) <= 24576 and all([len(line.text) == 2000 for line in kept])
    log.error("main", "begin" + "x" * 5000 + "end")
    text = log.recent.after(0, ("error",))[0].text
    assert text.startswith("begin") and text.endswith("end") and len(text) == 2000
