try:
    import imgprep
except ImportError:
    from host_tools.native import imgprep

from camera_firmware.log import Log
from camera_firmware.metrics import Metrics
from camera_firmware.oddities import Oddities

UTC_MS = 1772360430500
PICTURE, GREY = bytes(range(256)) * 16, bytes([77]) * 4096


class Clock:
    def now(self):
        return 0


class Looker:
    def __init__(self, small, width, height):
        self.small = small
        self.frame_width, self.frame_height = width, height


def seen(frames):
    """(what look() said, counters, lines) of [(pixels, width, height, time_ms, now_ms)]."""
    lines, metrics = [], Metrics()
    oddities = Oddities(imgprep.luma_statistics, Log("info", Clock(), lines.append), metrics)
    said = [oddities.look(Looker(*frame[:3]), *frame[3:]) for frame in frames]
    return said, [metrics.value(name) for name in ("frame_size_changes", "frames_blank", "time_jumps")], lines


def test_ordinary_frames_are_nothing_to_talk_about():
    assert seen([(PICTURE, 640, 360, UTC_MS + 500 * i, 500 * i) for i in range(20)]) == ([True] * 20, [0, 0, 0], [])
    assert seen([(PICTURE, 640, 360, None, 500 * i) for i in range(5)])[1:] == ([0, 0, 0], [])
    frames = [(PICTURE, 640, 360, UTC_MS + 600000 * i, 600000 * i) for i in range(5)]
    assert seen(frames)[1:] == ([0, 0, 0], []), "a long pause is no jump"


def test_changing_size_is_one_line_and_a_count():
    frames = [(PICTURE, 640 if i % 2 else 320, 360, UTC_MS + i, i) for i in range(9)]
    said, counts, lines = seen(frames)
    assert said == [True] * 9 and counts == [8, 0, 0] and len(lines) == 1 and "size" in lines[0]


def test_grey_pictures_are_one_line_and_a_count_and_not_kept():
    frames = [(PICTURE if i in (0, 6) else GREY, 640, 360, UTC_MS + i, i) for i in range(9)]
    said, counts, lines = seen(frames)
    assert said == [i in (0, 6) for i in range(9)] and counts == [0, 7, 0]
    assert [line.split(": ", 1)[1] for line in lines] == [
        "pictures are of one grey; they are not kept\n", "pictures show something again\n",
        "pictures are of one grey; they are not kept\n"]


def test_jumping_times_are_one_line_and_a_count():
    jumps = (0, 500, 1000, -86400000, -86399500, 3600000, 3600500, 3599900)
    said, counts, lines = seen([(PICTURE, 640, 360, UTC_MS + jump, 500 * i) for i, jump in enumerate(jumps)])
    assert said == [True] * 8 and counts == [0, 0, 2] and len(lines) == 1 and "time jumps" in lines[0]
    assert seen([(PICTURE, 640, 360, time, 500 * i) for i, time in enumerate((UTC_MS, None, UTC_MS))])[1] == [0, 0, 0]
