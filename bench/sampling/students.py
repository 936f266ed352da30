"""python -m bench.sampling.students: what a student is worth that was trained on 50 labels of each strategy's choice.

Every strategy chooses 50 frames of the film's first two days, which get their true labels; a frame every eight minutes of
the same days takes part without one. The student is tested on the two days after. Cells that are on disk are not measured
again.
"""

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import mean, pstdev

import msgspec
import torch

from bench.errors import status_of
from bench.learning.installations import Installation, Sampling, unseen_times
from bench.learning.job import commit
from bench.learning.options import SHORT_CONFIG
from bench.learning.ours import student_scores
from bench.sampling import days, fifty, footage, results, strategies, watcher
from bench.sampling.__main__ import LABELS, POOL_S
from contract import durable
from contract.decision import UNUSABLE
from training import config as configuration
from training import dataset, run
from training.errors import TrainingError
from training.progress import Bars, Silent

CONFIG = Path(__file__).with_suffix(".toml")
COUNT, DAYS, SEEDS = 50, 2, (1, 2, 3)
_REST_MS = 480_000
_UNSEEN = Sampling(unseen_days=2, unseen_period_s=120, open_period_s=4)
_FIGURES = ("balanced_accuracy", "auc", "ece", "published", "frames")
_CHANCE = 0.5  # balanced accuracy of who always says the same


def main(words=None):
    what = __doc__.split("\n")[0].split(": ", 1)[1]
    parser = argparse.ArgumentParser(prog="python -m bench.sampling.students", description=what)
    parser.add_argument("installations", nargs="*", help=f"some of {', '.join(days.NAMES)} (all)")
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS, help="of choice and training")
    parser.add_argument("--scene", type=int, default=7, help="seed of the scenes")
    parser.add_argument("--config", type=Path, default=CONFIG, help="how students are trained")
    parser.add_argument("--out", type=Path, default=results.PATH.with_suffix(""), help="folder of frames; results beside it")
    return status_of("bench", lambda: _bench(parser.parse_args(words)))


def _bench(options):
    torch.set_num_threads(1)
    for name in options.installations or days.NAMES:
        place = Place(name, options)
        for seed in options.seeds:
            for strategy in fifty.ALL:
                cell = place.cell(strategy, seed)
                print(f"{name}, {fifty.TITLES[strategy]}, seed {seed}: {cell['balanced_accuracy']:.3f} {cell.get('no_run', '')}",
                      flush=True)
    found = gathered(options.out)
    path = options.out.with_suffix(".json")
    results.write(path, {**(results.read(path) or {}), "students": {"commit": commit(), **found}})
    print(markdown(found))


class Place:
    """One installation: the film's first days to choose from, later ones to test on."""

    def __init__(self, name, options):
        self.name, self._scene = name, days.filmed(name, options.scene)
        self._folder = options.out / f"{name}-{options.scene}"
        self._config = configuration.load(options.config)
        self._camera = days.Camera(self._scene)
        student = msgspec.structs.replace(configuration.load(SHORT_CONFIG), threads=1)
        seen_by = watcher.Watcher(watcher.taught(self._scene, self._folder, student, LABELS, POOL_S, Bars()))
        span = days.whole_days(DAYS)
        self._film = strategies.Film(footage.film(self._scene, span, seen_by, self._folder, Bars()), None, lambda: None)
        self._rest = [self._frame(time_ms) for time_ms in range(span.start_ms, span.end_ms, _REST_MS)]
        even, opened = unseen_times(self._scene, span.end_ms, _UNSEEN)
        unseen = [self._frame(time_ms) for time_ms in sorted(even | opened)]
        self._place = Installation(name, days.STATES, self._scene.region, [], unseen, even)

    def cell(self, strategy, seed):
        """{"labels": {label: frames}, "balanced_accuracy", ...}; the figures of chance, and why, where the labels do
        not allow a run."""
        path = self._folder / "students" / f"{strategy}-{seed}-{results.digest()}.json"
        found = results.read(path)
        if found is None:
            labelled = self._labelled(strategy, seed)
            found = {"labels": {label: sum(frame.label == label for frame in labelled) for label in (*days.STATES, UNUSABLE)},
                     **self._trained(labelled, seed, path.with_suffix(""))}
            results.write(path, found)
        return found

    def _labelled(self, strategy, seed):
        def answer(i, path):
            frame = self._frame(int(self._film.footage.times[i]))
            durable.write(path, Path(frame.path).read_bytes())
            return frame.time_ms, frame.label
        with tempfile.TemporaryDirectory() as folder:
            chosen = fifty.ALL[strategy](self._film, COUNT, seed, answer, Path(folder) / "door", self._scene.region)
        return [self._frame(int(self._film.footage.times[i])) for i in chosen]

    def _trained(self, labelled, seed, directory):
        known = {frame.time_ms for frame in labelled}
        rest = [replace(frame, label=None) for frame in self._rest if frame.time_ms not in known]
        config = msgspec.structs.replace(self._config, seed=seed)
        try:
            made = run.train(sorted(labelled + rest, key=lambda frame: frame.time_ms), days.STATES, self._scene.region, directory,
                             config, progress=Silent(), project=self.name)
        except TrainingError as error:
            return {"balanced_accuracy": _CHANCE, "no_run": str(error)}
        found = student_scores(made.model, self._place, Silent())
        return {figure: found[figure] for figure in _FIGURES}

    def _frame(self, time_ms):
        """The labelled Frame of an instant, rendered once."""
        path, truth = self._folder / "pictures" / f"{time_ms}.jpg", self._scene.truth(time_ms)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            durable.write(path, self._camera.jpeg(time_ms))
        return dataset.Frame(path, UNUSABLE if truth.blocked else truth.state, time_ms)


def gathered(out):
    """{installation: {strategy: {"balanced_accuracy": [one a seed], "open": [...], "runs"}}} of the cells on disk."""
    found = {}
    for path in sorted(Path(out).glob(f"*/students/*-{results.digest()}.json")):
        strategy, seed, _ = path.stem.rsplit("-", 2)
        cell = results.read(path)
        entry = found.setdefault(path.parts[-3].rsplit("-", 1)[0], {}).setdefault(strategy, {
            "seeds": [], "balanced_accuracy": [], "open": [], "runs": 0})
        entry["seeds"].append(int(seed))
        entry["balanced_accuracy"].append(cell["balanced_accuracy"])
        entry["open"].append(cell["labels"]["open"])
        entry["runs"] += "no_run" not in cell
    return found


def markdown(found):
    """The table of docs/bench-sampling.md."""
    lines = ["| installation | 50 labels of | open among them | balanced accuracy | spread | runs |",
             "| --- | --- | --- | --- | --- | --- |"]
    for name, entry in found.items():
        for strategy in (one for one in fifty.ALL if one in entry):
            own = entry[strategy]
            right = own["balanced_accuracy"]
            lines.append(f"| {name} | {fifty.TITLES[strategy]} | {', '.join(map(str, own['open']))} | {mean(right):.3f} | "
                         f"{pstdev(right):.3f} | {own['runs']} of {len(right)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
