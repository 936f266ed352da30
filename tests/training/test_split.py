from collections import Counter
from pathlib import Path

from training.dataset import Frame
from training.split import split

MINUTE = 60_000


def timed(labels, step_ms=5 * MINUTE, event=None):
    return [Frame(Path(f"{n}.jpg"), label, n * step_ms, event and event(n)) for n, label in enumerate(labels)]


def test_split_holds_out_whole_hours():
    frames = timed((["closed"] * 10 + ["open"] * 2) * 24)
    sides = split(frames, 0.25, 60, 1)
    hours = [{frames[i].time_ms // (60 * MINUTE) for i in side} for side in (sides.train, sides.held_out)]
    assert not hours[0] & hours[1]
    assert sorted(sides.train + sides.held_out) == list(range(len(frames)))


def test_split_gives_every_state_about_its_share():
    frames = timed((["closed"] * 10 + ["open"] * 2) * 20 + ["closed"] * 100 + ["unusable"] * 3 + ["closed"] * 30
                   + ["unusable"] * 4)
    sides = split(frames, 0.25, 60, 3)
    held, total = Counter(frames[i].label for i in sides.held_out), Counter(f.label for f in frames)
    for label in total:
        assert 0.15 * total[label] <= held[label] <= 0.5 * total[label]


def test_split_does_not_cut_an_opening():
    labels = ["closed"] * 11 + ["open"] * 4 + ["closed"] * 9
    frames = timed(labels * 6)
    sides = split(frames, 0.3, 60, 1)
    side = {i: i in set(sides.held_out) for i in range(len(frames))}
    for i in range(len(frames) - 1):
        if frames[i].label == frames[i + 1].label == "open":
            assert side[i] == side[i + 1]


def test_split_keeps_an_event_on_one_side():
    frames = timed(["closed", "open"] * 60, event=lambda n: "visit" if n in (3, 50, 90) else None)
    sides = split(frames, 0.25, 60, 1)
    assert len({i in sides.held_out for i in (3, 50, 90)}) == 1


def test_state_of_a_single_block_stays_in_training():
    frames = timed(["closed"] * 60 + ["open"] * 5 + ["closed"] * 60)
    sides = split(frames, 0.25, 60, 1)
    assert "open" not in {frames[i].label for i in sides.held_out}
    assert "closed" in {frames[i].label for i in sides.held_out}


def test_frames_without_time_are_split_in_contiguous_runs():
    frames = [Frame(Path(f"{n}.jpg"), "open" if n % 3 else "closed") for n in range(200)]
    sides = split(frames, 0.25, 60, 1)
    changes = sum((i in sides.held_out) != (i + 1 in sides.held_out) for i in range(199))
    assert 30 <= len(sides.held_out) <= 80
    assert changes <= 24


def test_same_seed_same_split_and_another_seed_another():
    frames = timed((["closed"] * 10 + ["open"] * 2) * 24)
    assert split(frames, 0.25, 60, 1) == split(frames, 0.25, 60, 1)
    assert any(split(frames, 0.25, 60, seed).held_out != split(frames, 0.25, 60, 1).held_out for seed in (2, 3, 4))


def test_record_names_files_times_and_sides():
    frames = timed((["closed"] * 10 + ["open"] * 2) * 4)
    record = split(frames, 0.25, 60, 1).record(frames)
    assert {block["side"] for block in record["blocks"]} == {"train", "held_out"}
    assert sum(len(block["files"]) for block in record["blocks"]) == len(frames)
    assert record["blocks"][1]["first_ms"] == 60 * MINUTE
