import random
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


DAY = 24 * 60 * MINUTE


def days_of(frames, indices):
    return {frames[i].time_ms // DAY for i in indices}


def test_from_three_days_on_whole_days_are_held_out():
    for count in (3, 4, 9):
        frames = timed((["closed"] * 10 + ["open"] * 2) * 24 * count)
        sides = split(frames, 0.25, 60, 1)
        assert not days_of(frames, sides.train) & days_of(frames, sides.held_out)
        assert 0.2 <= len(sides.held_out) / len(frames) <= 0.34
        record = sides.record(frames)
        assert record["by"] == "days" and len(record["held_days"]) == len(days_of(frames, sides.held_out))
        assert record["held_days"][0].startswith("1970-01-0")


def test_two_days_are_split_by_hours():
    frames = timed((["closed"] * 10 + ["open"] * 2) * 48)
    sides = split(frames, 0.25, 60, 1)
    assert sides.held_days == [] and sides.record(frames)["by"] == "blocks of time"
    assert days_of(frames, sides.held_out) == {0, 1}


def test_label_that_the_held_out_days_lack_gets_hours_of_other_days():
    frames = timed((["closed"] * 10 + ["open"] * 2) * 24 * 3 + (["unusable"] * 6 + ["closed"] * 30) * 8)
    sides = split(frames, 0.25, 60, 1)
    held, total = Counter(frames[i].label for i in sides.held_out), Counter(f.label for f in frames)
    assert all(0.12 * total[label] <= held[label] <= 0.5 * total[label] for label in total)


def test_day_with_little_of_a_state_is_not_held_out_alone():
    busy, quiet = (["closed"] * 10 + ["open"] * 2) * 24, ["closed"] * 286 + ["open"] * 2
    for seed in range(8):
        frames = timed(busy + quiet + busy + busy)
        held = split(frames, 0.25, 60, seed).held_days
        assert len(held) == 1 and held != [1]


def test_event_across_midnight_stays_on_one_side():
    frames = timed((["closed"] * 10 + ["open"] * 2) * 24 * 4,
                   event=lambda n: f"night {(n + 144) // 288}" if (n + 8) % 288 < 16 else None)
    for seed in range(4):
        sides = split(frames, 0.25, 60, seed)
        held = set(sides.held_out)
        for event in {f.event for f in frames} - {None}:
            assert len({i in held for i, f in enumerate(frames) if f.event == event}) == 1


def test_events_that_follow_each_other_are_not_tied_together():
    for step in (MINUTE, None):
        frames = [Frame(Path(f"{n}.jpg"), "open" if n // 30 % 2 else "closed", step and n * step, f"event {n // 30}")
                  for n in range(240)]
        sides = split(frames, 0.25, 60, 1)
        held = {frames[i].event for i in sides.held_out}
        assert len(held) in (2, 3) and not held & {frames[i].event for i in sides.train}
        assert {frames[i].label for i in sides.held_out} == {"open", "closed"}


def test_two_events_of_the_rare_state_are_one_on_each_side():
    labels = ["closed"] * 100 + ["open"] * 20 + ["closed"] * 100 + ["open"] * 12 + ["closed"] * 60
    frames = timed(labels, MINUTE, lambda n: "first" if 100 <= n < 120 else "second" if 220 <= n < 232 else None)
    for seed in range(4):
        sides = split(frames, 0.25, 60, seed)
        assert Counter(frames[i].label for i in sides.held_out)["open"] == 12
        assert sides.lacking(frames) == []


def test_label_without_a_held_out_frame_is_lacking():
    frames = timed(["closed"] * 60 + ["open"] * 5 + ["closed"] * 60)
    assert split(frames, 0.25, 60, 1).lacking(frames) == ["open"]


def test_random_folders_keep_events_whole_and_half_of_every_label():
    for seed in range(30):
        rng = random.Random(seed)
        frames, now = [], 0
        for number in range(rng.randrange(2, 60)):
            label, event = rng.choice(["closed", "closed", "open", "unusable", None]), rng.choice([None, f"e{number}"])
            for _ in range(rng.randrange(1, 20)):
                now += rng.choice([MINUTE, 10 * MINUTE, 300 * MINUTE])
                frames.append(Frame(Path(f"{len(frames)}.jpg"), label, rng.choice([now, now, None]), event))
        if not any(f.label for f in frames):
            continue
        sides = split(frames, 0.25, 60, seed)
        assert sorted(sides.train + sides.held_out) == list(range(len(frames)))
        held, total = Counter(frames[i].label for i in sides.held_out), Counter(f.label for f in frames)
        assert all(held[label] <= total[label] / 2 for label in total if label)
        assert not {frames[i].event for i in sides.train} & {frames[i].event for i in sides.held_out} - {None}
