"""The bench of sampling: its measures measure, its strategies keep to the budget, its film is made once."""

from types import SimpleNamespace

import numpy as np
import pytest
from tiny_door import REGION, picture, write_jpeg

from bench.errors import INTERRUPTED
from bench.sampling import __main__ as command
from bench.sampling import days, fifty, footage, measures, plot, replay, results, strategies, students, table
from contract.sampling.periodic import Periodic
from training.progress import Silent

HOUR = days.HOUR_MS // days.PERIOD_MS
START_MS = days.whole_days(1).start_ms


def film(greys, opened=(), blocked=()):
    """A Footage of flat pictures, one a grey level; gradients and colours follow the grey."""
    count = len(greys)
    rows = np.zeros((count, 1024 + 324 + 64 + 2 + 2), np.uint8)
    for row, grey in zip(rows, greys):
        row[:1024] = grey
        row[1024 + grey % 324] = 255
        row[1348 + grey // 4] = 255
    rows[list(opened), -2] = 1
    rows[list(blocked), -1] = 1
    return footage.Footage(START_MS + days.PERIOD_MS * np.arange(count, dtype=np.int64), rows)


def test_an_opening_is_covered_by_a_kept_frame_that_shows_it_unhindered():
    made = film([60] * 100, opened=range(10, 20), blocked=[12])
    opening = [(int(made.times[10]), int(made.times[20])), (int(made.times[50]), int(made.times[60]))]
    assert [measures.covered(made, kept, opening) for kept in ([5, 25], [12], [5, 13], [13, 55])] == [0, 0, 0.5, 0.5]


def test_frames_that_one_label_would_do_for_are_duplicates():
    made = film([60, 61, 120, 60], opened=[3])
    assert measures.duplicates(made, [0, 1, 2]) == pytest.approx(1 / 3)
    assert measures.duplicates(made, [0, 2, 3]) == 0  # alike, but of another state
    assert measures.duplicates(made, []) == 0


def test_covering_radius_is_the_farthest_frame():
    made = film([60, 60, 200, 60])
    assert measures.distances(made, [0, 2]).max() == 0
    assert measures.distances(made, [0]).argmax() == 2 and measures.distances(made, [0]).max() == pytest.approx(2)


def test_a_strategy_that_keeps_nothing_is_measured_too():
    made, span = film([60] * HOUR), days.Span(START_MS, 1)
    scene = SimpleNamespace(openings=lambda low, high: [(low, high)])
    found = results.figures(scene, span, made, [])
    assert found["kept"] == found["openings_covered"] == found["both_states_share"] == found["hours_present"] == 0
    assert found["covering_radius"] == 2 and found["openings"] == 1


def test_hours_are_those_of_the_worst_day():
    made = film([60] * (26 * HOUR))
    assert measures.hours(made, [0, HOUR, 24 * HOUR]) == 1 and measures.hours(made, range(0, 25 * HOUR, HOUR)) == 1


def test_a_strategy_alone_keeps_to_the_days_and_the_hours_frames():
    kept = replay.alone(Periodic(1000), film([60] * 2 * HOUR))
    assert 20 < len(kept) <= 40


def test_every_strategy_keeps_some_frames_and_no_more_than_a_hundred_a_day():
    greys = [60 + 40 * (i // 200 % 2) + i % 3 for i in range(HOUR)]
    made, model = film(greys), SimpleNamespace(labels=["closed", "open"], min_margin=0,
                                               smoothing={"confirm_frames": 2, "unknown_frames": 2, "stale_s": 30})
    for name, strategy in strategies.ALL.items():
        kept = strategy(strategies.Film(made, model, lambda: None))
        assert len(dict(kept)) == len(kept) <= 20 and (kept or name in ("unexpected", "motion")), name


def test_what_the_policy_keeps_of_a_day_with_an_opening_shows_it():
    greys = [60] * HOUR
    greys[700:710] = [160] * 10
    kept = strategies.ours(strategies.Film(film(greys, opened=range(700, 710)), None, lambda: None))
    assert set(range(700, 710)) & set(dict(kept))


def test_film_is_made_once_and_an_hour_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(days, "PERIOD_MS", 120_000)
    scene, span = days.filmed("lobby", 3), days.Span(START_MS, 2)
    seen_by = SimpleNamespace(digest="d" * 64, outputs=3, look=lambda jpeg, logits: logits.fill(len(jpeg) % 100))
    first = footage.film(scene, span, seen_by, tmp_path, Silent())
    files = sorted(tmp_path.glob("*/*.npy"))
    written = [file.stat().st_mtime_ns for file in files]
    assert len(files) == 2 and len(first) == 60 and first.logits.shape == (60, 3) and first.small.any()
    files[1].unlink()
    again = footage.film(scene, span, seen_by, tmp_path, Silent())
    assert files[0].stat().st_mtime_ns == written[0] and np.array_equal(first.logits, again.logits)
    assert np.array_equal(first.hog, again.hog)


def test_doors_are_open_half_a_percent_of_the_time_in_twenty_openings():
    for name in days.NAMES:
        scene, span = days.filmed(name, 3), days.whole_days(4)
        openings = scene.openings(span.start_ms, span.end_ms)
        lengths = [high - low for low, high in openings]
        assert len(openings) == 80 and 0.003 < sum(lengths) / (span.end_ms - span.start_ms) < 0.008
        assert max(lengths) > 10 * min(lengths)


def fake(value):
    return {**dict.fromkeys(results.FIGURES, value), "kept": 5}


def test_results_are_means_over_installations_and_the_worst_hours(tmp_path):
    found = results.together({"yard": {"ours": fake(1.0)}, "lobby": {"ours": fake(0.5), "periodic": fake(0.0)}}, {"days": 1})
    assert found["ours"]["openings_covered"] == 0.75 and found["ours"]["hours_present"] == 0.5
    assert found["periodic"]["installations"].keys() == {"lobby"}
    results.write(tmp_path / "r.json", found)
    assert results.read(tmp_path / "r.json") == found and results.read(tmp_path / "none") is None
    assert [line[0] for line in table.lines(found)] == ["lobby", "lobby", "yard"]
    assert "| yard | policy" in table.markdown(found)
    plot.write(found, tmp_path / "r")
    assert (tmp_path / "r.svg").stat().st_size > 1000


def test_an_unknown_installation_is_one_line(capsys, tmp_path):
    assert command.main(["attic", "--out", str(tmp_path / "b")]) == 1
    assert "there is no installation attic" in capsys.readouterr().err


def test_film_that_was_stopped_is_an_exit_status(monkeypatch, tmp_path):
    def stop(options):
        raise KeyboardInterrupt
    monkeypatch.setattr(command, "_bench", stop)
    assert command.main(["--out", str(tmp_path / "b")]) == INTERRUPTED


def test_fifty_frames_of_every_strategy_are_different_ones_and_the_seed_decides():
    made = strategies.Film(film([60 + 40 * (i // 50 % 2) + i % 3 for i in range(HOUR)]), None, lambda: None)
    for choose in (fifty.periodic, fifty.motion, fifty.farthest):
        chosen = choose(made, 6, 1)
        assert chosen == sorted(set(chosen)) == choose(made, 6, 1) and 4 <= len(chosen) <= 6 and max(chosen) < HOUR
    assert fifty.periodic(made, 6, 1) != fifty.periodic(made, 6, 2)


def test_of_what_the_policy_keeps_select_asks_for_some(tmp_path):
    made, answered = film([60] * 500 + [160] * 20 + [60] * 500, opened=range(500, 520)), {}

    def answer(i, path):
        write_jpeg(path, picture("open" if made.opened[i] else "closed", i))
        answered[i] = path
        return int(made.times[i]), "open" if made.opened[i] else "closed"
    chosen = fifty.ours(strategies.Film(made, None, lambda: None), 2, 1, answer, tmp_path / "door", REGION, "camera")
    assert len(chosen) == 2 and set(chosen) <= set(answered) and any(made.opened[list(answered)])


def test_students_are_gathered_seed_by_seed_and_chance_counts_as_no_run(tmp_path):
    for seed, cell in ((1, {"balanced_accuracy": 0.9}), (2, {"balanced_accuracy": 0.5, "no_run": "none is open"})):
        path = tmp_path / "yard-7" / "students" / f"ours-{seed}-{results.digest()}.json"
        results.write(path, {**cell, "labels": {"open": seed}})
    found = students.gathered(tmp_path)
    assert found["yard"]["ours"] == {"seeds": [1, 2], "balanced_accuracy": [0.9, 0.5], "open": [1, 2], "runs": 1}
    assert "| yard | policy, then `doorlens select` | 1, 2 | 0.700 | 0.200 | 1 of 2 |" in students.markdown(found)
