from camera_firmware.log import Log


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
