"""How briefly a state stays, from labelled frames."""

from pathlib import Path

from training import dwell
from training.dataset import Frame

START_MS = 1772360430500
LABELS = ["closed", "open", "unusable"]
NAMES = {"c": "closed", "o": "open", "u": "unusable", "?": None}


def frames(letters, period_s=10, start_ms=START_MS):
    return [Frame(Path(f"{i}.jpg"), NAMES[letter], start_ms + i * period_s * 1000) for i, letter in enumerate(letters)]


def test_stay_lasts_from_half_way_to_its_neighbours():
    assert dwell.shortest(frames("cccoocccooccccooccc"), LABELS) == [30, 20, 30]


def test_shortest_tenth_counts_and_sixty_seconds_at_most():
    long = frames("c" + ("o" * 20 + "c" * 30) * 4)
    assert dwell.shortest(long, LABELS) == [60, 60, 30]
    assert dwell.shortest(frames("coc" + "cooooc" * 5, 5), LABELS)[1] == 10, "never below ten"


def test_few_stays_and_frames_without_label_or_time_say_nothing():
    assert dwell.shortest(frames("cccoooccc"), LABELS) == [30, 30, 30]
    assert dwell.shortest([], LABELS) == [30, 30, 30]
    made = [Frame(frame.path, frame.label) for frame in frames("coc" * 9)] + frames("?" * 9)
    assert dwell.shortest(made, LABELS) == [30, 30, 30]


def test_unusable_frame_ends_no_stay_and_a_pause_leaves_one_out():
    assert dwell.shortest(frames("ccoouooccoouooccoouoocc"), LABELS) == [30, 50, 10]
    torn = [frame for i in range(4) for frame in frames("cco", start_ms=START_MS + i * 7_200_000)]
    assert dwell.shortest(torn, LABELS) == [30, 30, 30]
