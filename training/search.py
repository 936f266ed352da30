"""Search for a small network on a folder of pictures (training.folder).

    python -m training.search --data pictures
    python -m training.search --data pictures --trials 60 --prune      goes on with the same search

Trains a teacher once, tries networks (training.pareto) and writes to --out: search.json, pareto.svg and suggested.toml,
a configuration for `doorlens train --config`. A search that was killed is taken up by the same command.
"""

import argparse
import io
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path

import msgspec
import numpy as np
import torch
from rich.console import Console
from rich.table import Table

from contract import durable
from contract.preprocess import REGION_UNIT
from training import config as configuration
from training import folder, pareto, pareto_plot, pixels, run, split, teacher
from training.errors import TrainingError
from training.material import gather
from training.progress import Bars


class Data:
    """One teacher's opinion `soft` of a folder's frames, and the frames as inputs of any size."""

    def __init__(self, found, region, config, directory, progress):
        self._config, self._region, self._inputs = config, region, {}
        largest = msgspec.structs.replace(config.student, width=max(pareto.SIDES), height=max(pareto.SIDES), channels=3)
        fine = msgspec.structs.replace(config, student=largest)
        self._frames, pictures = run._read(found.frames, found.states, region, fine, progress)
        sides = split.split(self._frames, config.data.held_out, config.data.block_minutes, config.seed)
        self._material = gather(pictures, self._frames, sides, found.states, fine)
        if not len(self._material.labelled(self._material.held_out)):
            raise TrainingError("no labelled frame can be held out for a check; label frames of more hours, or of both states")
        self.soft = self._opinion(directory, progress)

    def _opinion(self, directory, progress):
        """The teacher's logits, from `directory` if they were made from the same inputs."""
        inputs, path = run._fingerprint(self._material, self._config), directory / "opinion.pt"
        if path.exists():
            saved = torch.load(path, weights_only=True)
            if saved["inputs"] == inputs:
                return saved["logits"]
        torch.manual_seed(self._config.seed)
        generator = torch.Generator().manual_seed(self._config.seed)
        taught = teacher.train(self._material, self._config, generator, progress, lambda *_, **__: None)
        logits = teacher.logits(taught, self._material, self._config, generator, progress)
        buffer = io.BytesIO()
        torch.save({"inputs": inputs, "logits": logits}, buffer)
        durable.write(path, buffer.getvalue())
        return logits

    def material(self, side, channels):
        """training.material.Material with inputs of side x side."""
        if (side, channels) not in self._inputs:
            self._inputs[side, channels] = torch.from_numpy(np.stack([
                pixels.network_input(frame.path.read_bytes(), self._region, side, side, channels) for frame in self._frames]))
        return replace(self._material, exact=self._inputs[side, channels])


def suggested_toml(chosen):
    """A configuration file for the network `chosen` (pareto.Tried)."""
    settings = pareto.settings_of(chosen.choices, configuration.Student())
    blocks = ", ".join(f"[{channels}, {stride}]" for channels, stride in settings.blocks)
    return (f"# {chosen.instructions:,} predicted instructions, {chosen.multiply_adds:,} multiply-adds; after a short "
            f"training\n# balanced accuracy {chosen.balanced_accuracy:.4f} on held-out frames.\n\n[student]\n"
            f"family = \"{settings.family}\"\nwidth = {settings.width}\nheight = {settings.height}\n"
            f"channels = {settings.channels}\nmultiplier = {settings.multiplier}\nblocks = [{blocks}]\n")


def _table(rows):
    table = Table("", "network", "instructions", "multiply-adds", "balanced accuracy", "loss")
    for name, one in rows:
        network = "{family} {side}x{side}x{channels}, width {multiplier}, {depth} blocks".format(**one.choices)
        table.add_row(name, network, f"{one.instructions:,}", f"{one.multiply_adds:,}", f"{one.balanced_accuracy:.4f}",
                      f"{one.loss:.4f}")
    return table


def search(data, directory, config, trials, steps, prune=False, progress=None):
    """Search and write the three files; returns the suggested pareto.Tried. data: Data or alike."""
    tried = pareto.search(data.material, data.soft, config, directory, trials, steps, progress=progress)
    best, chosen = pareto.front(tried), pareto.suggestion(tried)
    rows = pareto.pruned(chosen.choices, data.material, data.soft, config, steps) if prune else []
    content = {"tried": [asdict(one) for one in tried], "front": [asdict(one) for one in best], "suggested": asdict(chosen),
               "pruning": [{"way": way, "share": share, **asdict(one)} for way, share, one in rows]}
    durable.write(directory / "search.json", (json.dumps(content, indent=1) + "\n").encode())
    durable.write(directory / "pareto.svg", pareto_plot.pareto(tried, best, chosen).encode())
    durable.write(directory / "suggested.toml", suggested_toml(chosen).encode())
    console = Console(width=120)
    console.print(_table([("suggested" if one is chosen else "", one) for one in best]))
    if rows:
        console.print(_table([(way if way == "whole" else f"{way} -{share:.0%}", one) for way, share, one in rows]))
    return chosen


def main():
    parser = argparse.ArgumentParser(prog="python -m training.search", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of pictures, a sub-folder a label")
    parser.add_argument("--out", type=Path, help="folder of the search; runs/NAME OF THE FOLDER/search by default")
    parser.add_argument("--config", default="default")
    parser.add_argument("--states", help="in order, such as closed,open")
    parser.add_argument("--region", type=int, nargs=4, metavar="N", default=(0, 0, REGION_UNIT, REGION_UNIT),
                        help="x0 y0 x1 y1 in 1/10000 of the picture")
    parser.add_argument("--trials", type=int, default=40, help="networks in all")
    parser.add_argument("--steps", type=int, default=400, help="of every short training")
    parser.add_argument("--prune", action="store_true", help="also prune the suggested network, compared with narrower ones")
    options = parser.parse_args()
    directory, progress = options.out or Path("runs", options.data.resolve().name, "search"), Bars()
    try:
        config, found = configuration.load(options.config), folder.read(options.data, options.states and options.states.split(","))
        directory.mkdir(parents=True, exist_ok=True)
        torch.set_num_threads(config.threads)
        data = Data(found, list(options.region), config, directory, progress)
        search(data, directory, config, options.trials, options.steps, options.prune, progress)
    except TrainingError as error:
        print(f"search: {error}", file=sys.stderr)
        return 1
    finally:
        progress.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
