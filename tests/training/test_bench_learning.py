"""The bench against the baselines: its figures come from what was learnt, and nothing is measured twice."""

import json
import multiprocessing
import os
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from tiny_door import HOUR_MS, REGION, START_MS, make_frames

from bench.errors import INTERRUPTED, BenchError
from bench.learning import __main__ as command
from bench.learning import (ablation, baselines, cells, crew, installations, labels, later, remaining, results, scores,
                            table)
from bench.learning.installations import Installation
from bench.learning.subject import Subject
from contract.clock import utc_ms
from host_tools.scene import Scene
from training import config, label_draw
from training.dataset import Frame
from training.errors import TrainingError

STATES = ["closed", "open"]
SETTINGS = """
threads = 1
[teacher]
side = 32
epochs = 1
batch = 16
[student]
width = 32
height = 32
blocks = [[16, 2], [32, 2]]
steps = 40
batch = 16
average = 0.8
views = 200
[quantise]
percentiles = [100.0]
aware_steps = 0
"""


def frame(number, label, event=None):
    return Frame(f"{number}.jpg", label, START_MS + number * HOUR_MS // 4, event)


@pytest.fixture
def pool():
    return [frame(n, "unusable" if n % 10 == 9 else "open" if n % 5 == 2 else "closed") for n in range(100)]


def test_draw_is_part_of_every_larger_draw_and_shows_states_only(pool):
    drawn = [set(label_draw.draw(pool, STATES, count, 4, 1)) for count in (12, 24, 50, 90)]
    assert [len(one) for one in drawn] == [12, 24, 50, 90]
    assert all(small < large for small, large in zip(drawn, drawn[1:]))
    assert all(pool[i].label in STATES for i in drawn[-1])


def test_draw_has_the_share_of_the_pool_and_enough_of_a_rare_state(pool):
    assert sum(pool[i].label == "open" for i in label_draw.draw(pool, STATES, 12, 4, 1)) == 4
    assert sum(pool[i].label == "open" for i in label_draw.draw(pool, STATES, 45, 4, 1)) == 10


def test_draw_takes_every_event_before_it_takes_one_twice():
    pool = [frame(n, "open", f"event {n // 10}") for n in range(60)] + [frame(n, "closed") for n in range(60, 120)]
    drawn = label_draw.draw(pool, STATES, 12, 6, 1)
    assert len({pool[i].event for i in drawn if pool[i].label == "open"}) == 6
    assert drawn != label_draw.draw(pool, STATES, 12, 6, 2)


def test_draw_of_more_than_there_is_says_so(pool):
    with pytest.raises(TrainingError, match="91 labels, .* from 70 closed, 20 open"):
        label_draw.draw(pool, STATES, 91, 4, 1)


def test_farthest_first_visits_every_cluster_before_it_returns_to_one():
    centres = torch.tensor([[0.0, 0], [10, 0], [0, 10], [20, 20]])
    points = centres.repeat(25, 1) + 0.1 * torch.randn(100, 2, generator=torch.Generator().manual_seed(0))
    chosen = labels.farthest_first(points, 24, 3)
    assert {i % 4 for i in chosen[:4]} == {0, 1, 2, 3} and len(set(chosen)) == 24
    distances = [torch.cdist(points[[i]], points[chosen[:n]]).min() for n, i in enumerate(chosen) if n]
    assert all(early >= late for early, late in zip(distances, distances[1:]))


def test_auc_is_the_share_of_ordered_pairs():
    rng = np.random.default_rng(0)
    share, truth = rng.integers(0, 10, 60) / 10, rng.integers(0, 2, 60)
    pairs = [(a > b) + (a == b) / 2 for a in share[truth == 1] for b in share[truth == 0]]
    found = scores.scores(np.stack([1 - share, share], 1), STATES, [STATES[n] for n in truth], STATES)
    assert found["auc"] == pytest.approx(np.mean(pairs))


def test_calibration_error_of_known_gaps():
    rows, truth = [[0.9, 0.1]] * 10 + [[0.6, 0.4]] * 10, ["closed"] * 7 + ["open"] * 3 + ["closed"] * 6 + ["open"] * 4
    assert scores.scores(rows, STATES, truth, STATES)["ece"] == pytest.approx(0.1)
    with pytest.raises(ValueError, match="begin with"):
        scores.scores(rows, STATES[::-1], truth, STATES)


def test_answer_that_is_no_state_is_wrong_and_frames_of_no_state_do_not_count():
    rows = [[0.8, 0.1, 0.1], [0.1, 0.2, 0.7], [0.1, 0.8, 0.1], [0.2, 0.1, 0.7]]
    found = scores.scores(rows, [*STATES, "unusable"], ["closed", "closed", "open", "unusable"], STATES)
    assert found["balanced_accuracy"] == 0.75 and found["frames"] == 3 and found["auc"] == 1.0
    assert scores.scores(rows[:2], [*STATES, "unusable"], ["closed"] * 2, STATES)["balanced_accuracy"] is None


def test_calibration_error_is_of_the_frames_that_stand_for_equal_shares_of_time():
    rows, truth = [[0.9, 0.1]] * 10 + [[0.2, 0.8]] * 30, ["closed"] * 9 + ["open"] * 31
    found = scores.scores(rows, STATES, truth, STATES, even=[True] * 10 + [n == 0 for n in range(30)])
    assert found["ece"] == pytest.approx(0.2 / 11) and found["frames"] == 40
    assert scores.scores(rows, STATES, truth, STATES)["ece"] == pytest.approx(0.2 * 30 / 40)


def test_unseen_frames_are_even_in_time_and_denser_while_the_door_is_open():
    scene, start = Scene("yard", 7), utc_ms("2026-03-04")
    sampling = installations.Sampling(unseen_days=1)
    even, opened = installations.unseen_times(scene, start, sampling)
    spans = scene.openings(start, start + 24 * HOUR_MS)
    assert len(even) == 1440 and sorted(even)[:2] == [start, start + 60_000]
    for low, high in spans:
        within = sorted(time_ms for time_ms in opened if low <= time_ms < high)
        assert len(within) == max(0, -((low + 5_000 - high) // 10_000))
        assert all(b - a == 10_000 for a, b in zip(within, within[1:]))
    assert all(any(low <= time_ms < high for low, high in spans) for time_ms in opened)


def record(method, values, draw):
    figures = {name: {"balanced_accuracy": value, "auc": 1.0, "ece": 0.0, "frames": 9} for name, value in values.items()}
    return {"installation": "door", "labels": 24, "draw": draw, "method": method, "seconds": 2.0 + draw, "cpu_seconds": 1.0,
            "commit": "c",
            "results": figures}


def test_draws_are_averaged_and_spread_and_the_mean_decides_who_is_ahead():
    found = results.together([
        record("ours", {"student": 0.98, "teacher": 1.0}, 1), record("ours", {"student": 0.94, "teacher": 1.0}, 0),
        record("from_scratch", {"from_scratch": 0.99}, 0), record("from_scratch", {"from_scratch": 0.89}, 1),
        record("frozen_backbone", {"frozen_backbone": 0.97}, 0)], {})
    student = found["installations"]["door"]["student"]["by_labels"]["24"]
    assert student["values"] == [0.94, 0.98] and student["draws"] == 2 and student["seconds"] == 2.5
    assert student["balanced_accuracy"] == pytest.approx(0.96)
    assert student["spread"] == pytest.approx(0.04 / 2**0.5)
    ahead = found["ahead_at_24"]["door"]
    assert ahead["from_scratch"] == {"difference": pytest.approx(0.02), "ahead": True}
    assert ahead["frozen_backbone"] == {"difference": pytest.approx(-0.01), "ahead": False}
    assert "0.960 ± 0.028 / 1.000 / 0.000" in table.markdown(found) and "| no, -0.010 |" in table.markdown(found)


def test_earlier_half_of_the_rare_events_is_learnt_from_and_no_event_is_torn():
    opened = {10: "a", 11: "a", 30: "b", 31: "b", 50: "c", 70: "d", 71: "d", 90: "e"}
    frames = [frame(n, "open" if n in opened else "closed", opened.get(n)) for n in range(100)]
    earlier, unseen = later.cut(frames[::-1], STATES)
    assert {f.event for f in earlier} == {None, "a", "b"} and {f.event for f in unseen} == {None, "c", "d", "e"}
    assert max(f.time_ms for f in earlier) < min(f.time_ms for f in unseen)
    assert list(map(len, later.cut([replace(f, event=None) for f in frames], STATES))) == [len(earlier), len(unseen)]


def test_one_event_is_too_few():
    with pytest.raises(BenchError, match='one event of "open"'):
        later.cut([frame(n, "open" if 4 < n < 9 else "closed") for n in range(20)], STATES)


def test_time_left_is_what_the_same_method_took_before():
    now, expected = [0.0], remaining.Expected()
    expected.learn("ours", 100.0)
    bars = remaining.Bars(["ours", "ours", "ours"], expected, clock=lambda: now[0])
    bars.lanes[0].begin("first", "ours")
    now[0] = 40.0
    assert bars.left_s() == 260.0
    now[0] = 50.0
    bars.lanes[0].done("first")
    bars.stop()
    assert bars.left_s() == 150.0


def test_time_left_of_two_at_a_time_is_half_but_not_less_than_the_longest_of_them():
    expected = remaining.Expected()
    expected.learn("ours", 100.0)
    expected.learn("frozen_backbone", 4.0)
    bars = remaining.Bars(["ours", "ours", "ours", "frozen_backbone"], expected, lanes=2, clock=lambda: 0.0)
    bars.lanes[0].begin("first", "ours")
    bars.lanes[1].begin("second", "ours")
    assert bars.left_s() == 152.0
    bars.lanes[0].done("cannot be measured", measured=False)
    bars.lanes[0].begin("third", "frozen_backbone")
    bars.lanes[1].done("also", measured=False)
    bars.lanes[1].begin("fourth", "ours")
    bars.stop()
    assert bars.left_s() == 100.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a manifest: 96 pictures of the tiny door."""
    directory = tmp_path_factory.mktemp("bench") / "door"
    write_manifest(directory, make_frames(directory, 96))
    return directory


def write_manifest(directory, frames):
    lines = [f"{f.path.name},{f.label},,{f.time_ms}" for f in frames]
    (directory / "manifest.csv").write_text("\n".join(["file,label,event,time", *lines]) + "\n")


@pytest.fixture(scope="module")
def bench(folder):
    """A function that runs the bench on the folder with further words; it returns (exit status, results, out)."""
    (folder.parent / "small.toml").write_text(SETTINGS)
    out = folder.parent / "out"

    def go(*words, main=command.main, result="out.json"):
        status = main(["--data", str(folder), "--region", *map(str, REGION), "--config",
                       str(folder.parent / "small.toml"), "--out", str(out), *words])
        return status, json.loads((folder.parent / result).read_text()), out
    return go


@pytest.fixture(scope="module")
def finished(bench):
    return bench("--labels", "12")


def test_every_method_has_its_figures(finished):
    status, found, _ = finished
    door = found["installations"]["door"]
    assert status == 0 and set(door) == {"student", "teacher", "baselines"}
    assert set(door["baselines"]) == {"frozen_backbone", "farthest_first", "from_scratch"}
    for method in (door["student"], door["teacher"], *door["baselines"].values()):
        assert method["labels"] == 12 and method["by_labels"]["12"]["auc"] == method["auc"]
        assert 0 <= method["balanced_accuracy"] <= 1 and 0 <= method["ece"] <= 1
    assert door["baselines"]["frozen_backbone"]["balanced_accuracy"] >= 0.9
    assert door["student"]["auc"] >= 0.8
    assert abs(door["student"]["by_labels"]["12"]["rounding_cost"]) < 0.1


def test_plot_and_table_name_every_method(finished):
    _, found, out = finished
    assert out.with_suffix(".png").read_bytes()[:4] == b"\x89PNG"
    svg, text = out.with_suffix(".svg").read_text(), table.markdown(found)
    for title in results.TITLES.values():
        assert title in svg and title in text
    assert re.search(r"\| door \| student \(ours\) \| [01]\.\d{3} \([01]\.\d{3}\) / [01]\.\d{3} / 0\.\d{3} \|", text)


def test_same_command_measures_nothing_and_a_new_count_measures_only_itself(finished, bench):
    kept = {path: path.stat().st_mtime_ns for path in finished[2].glob("door/*.json")}
    assert bench("--labels", "12")[:2] == (0, finished[1])
    bench("--labels", "12", "16", "--methods", "frozen_backbone")
    now = {path: path.stat().st_mtime_ns for path in finished[2].glob("door/*.json")}
    assert len(now) == len(kept) + 1 and kept.items() <= now.items()


def test_results_do_not_depend_on_how_many_are_measured_at_a_time(finished, bench, tmp_path):
    status, found, _ = bench("--labels", "12", "--jobs", "2", "--out", str(tmp_path / "out"), "--methods", "ours",
                             "from_scratch", result=tmp_path / "out.json")
    assert status == 0 and not multiprocessing.active_children()
    one, two = (given["installations"]["door"] for given in (finished[1], found))
    for before, now in ((one["student"], two["student"]), (one["teacher"], two["teacher"]),
                        (one["baselines"]["from_scratch"], two["baselines"]["from_scratch"])):
        assert all(before[figure] == now[figure] for figure in ("balanced_accuracy", "auc", "ece"))


def test_process_that_dies_ends_the_bench_in_one_line_and_the_other_processes(finished, monkeypatch):
    monkeypatch.setattr(crew, "_serve", dies)
    job = SimpleNamespace(title="door, 12 labels", cell=cells.Cell("door", 12, 0, "ours"))
    bars = remaining.Bars(["ours"] * 2, remaining.Expected(), lanes=2)
    with pytest.raises(BenchError, match="door, 12 labels: its process ended with exit status 3"):
        crew.work([job, job], bars.lanes, lambda: None)
    bars.stop()
    assert not multiprocessing.active_children()


def dies(pipe):
    pipe.recv()
    os._exit(3)


def test_interrupted_bench_keeps_what_it_has_and_goes_on(bench, monkeypatch, capsys):
    def stopped(*_):
        raise KeyboardInterrupt
    monkeypatch.setitem(cells.BASELINES, "from_scratch", stopped)
    status, found, _ = bench("--labels", "20", "--methods", "frozen_backbone", "from_scratch")
    assert status == INTERRUPTED and "goes on" in capsys.readouterr().err
    methods = found["installations"]["door"]["baselines"]
    assert "20" in methods["frozen_backbone"]["by_labels"] and "20" not in methods["from_scratch"]["by_labels"]


def test_number_of_labels_that_is_not_there_is_said_and_the_others_are_measured(bench, capsys):
    status, found, _ = bench("--labels", "12", "90", "--methods", "frozen_backbone")
    assert status == 0 and "90 labels" in capsys.readouterr().out
    assert "90" not in found["installations"]["door"]["baselines"]["frozen_backbone"]["by_labels"]


@pytest.mark.parametrize("side", ["pool", "unseen"])
def test_shuffled_labels_give_chance(folder, side):
    pool, unseen = later.cut(later.folder.read(folder).frames, STATES)
    place = Installation("door", STATES, REGION, pool, unseen)
    frames = getattr(place, side)
    found = []
    for seed in range(8):
        order = np.random.default_rng(seed).permutation(len(frames))
        mixed = replace(place, **{side: [replace(f, label=frames[i].label) for f, i in zip(frames, order)]})
        subject = Subject(mixed, config.Config(), folder.parent / "out")
        chosen = label_draw.draw(mixed.pool, STATES, 24, 4, seed)
        probabilities, known = baselines.frozen_backbone(subject, chosen, seed)
        found.append(scores.scores(probabilities, known, subject.truth, STATES)["balanced_accuracy"])
    # The two kinds of picture are easy to tell apart, so one shuffle that happens to lean to the truth is right far
    # more often than not, and another is wrong as often: only their mean is chance.
    assert abs(np.mean(found) - 0.5) < 0.15


def test_ablation_measures_the_run_without_a_part(bench, finished):
    status, found, _ = bench("--labels", "12", "--draws", "1", "--parts", "0", "13", main=ablation.main, result="bench-ablation.json")
    assert status == 0
    whole, labels_alone = found["rows"]
    assert whole["mean"]["student"]["auc"] == finished[1]["installations"]["door"]["student"]["auc"]
    assert labels_alone["without"].startswith("distillation")
    assert labels_alone["mean"]["student"] != whole["mean"]["student"]
    assert "| nothing left out | " in ablation.markdown(found)


def test_every_part_of_the_ablation_changes_a_key_that_exists():
    default = config.Config()
    changed = [ablation.without(default, part.changes) for part in ablation.PARTS]
    assert all((one != default) == bool(part.changes) for one, part in zip(changed, ablation.PARTS))
    with pytest.raises(BenchError, match="no key augment.fog"):
        ablation.without(default, {"augment.fog": 0.0})


@pytest.mark.parametrize("value, short", [("1", True), ("0", False), ("", False)])
def test_short_is_asked_for_by_the_environment_too(monkeypatch, value, short):
    monkeypatch.setenv("SHORT", value)
    assert command.arguments([]).short is short
