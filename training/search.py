"""Search for a small network, and compare with pruning: one table, one plot.

    python -m training.search --data pictures                     a folder of pictures (training.folder)
    python -m training.search --data pictures --trials 60         goes on with the same search
    python -m training.search --scene garage --minutes 20         a procedural installation, with a day nobody learnt from
    python -m training.search --scene garage --docs               its table and plot into docs/search.md

Trains a teacher once, tries networks (training.pareto), prunes the default one, and writes to --out: search.json, table.md,
pareto.svg, pareto.png and suggested.toml, a configuration for `doorlens train --config`. A search that was killed is taken
up by the same command.
"""

import argparse
import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from contract import durable
from contract.preprocess import REGION_UNIT
from training import comparison, config as configuration, folder, narrower, pareto, pareto_plot
from training.errors import TrainingError
from training.progress import Bars

_DOCS = Path(__file__).parents[1] / "docs"
_BEGIN, _END = "<!-- search -->", "<!-- /search -->"


def suggested_toml(chosen):
    """A configuration file for the network `chosen` (pareto.Tried)."""
    settings = pareto.settings_of(chosen.choices, configuration.Student())
    blocks = ", ".join(f"[{channels}, {stride}]" for channels, stride in settings.blocks)
    return (f"# {chosen.instructions:,} predicted instructions, {chosen.multiply_adds:,} multiply-adds; after a short "
            f"training\n# balanced accuracy {chosen.balanced_accuracy:.4f} on held-out frames.\n\n[student]\n"
            f"family = \"{settings.family}\"\nwidth = {settings.width}\nheight = {settings.height}\n"
            f"channels = {settings.channels}\nmultiplier = {settings.multiplier}\nblocks = [{blocks}]\n")


def _print(rows):
    titles, lines = comparison.cells(rows)
    table = Table(*titles)
    for line in lines:
        table.add_row(*line)
    Console(width=160).print(table)


def search(data, directory, config, trials, steps, prune=True, progress=None, over=lambda: False):
    """Search and write the five files; returns the suggested pareto.Tried. data: search_data.Data or alike."""
    tried = pareto.search(data, config, directory, trials, steps, progress=progress, over=over)
    best, chosen = pareto.front(tried), pareto.suggestion(tried)
    ways = narrower.compare(pareto.FIRST, data, config, steps, directory / "narrower.json", progress=progress) if prune else []
    rows = comparison.rows(tried, ways)
    content = {"steps": steps, "seed": config.seed, "tried": [asdict(one) for one in tried],
               "front": [asdict(one) for one in best], "suggested": asdict(chosen), "table": [row.record() for row in rows],
               "pruning": [{"way": way, "share": share, **asdict(one)} for way, share, one in ways]}
    durable.write(directory / "search.json", (json.dumps(content, indent=1) + "\n").encode())
    durable.write(directory / "table.md", comparison.markdown(rows).encode())
    for name, kind in (("pareto.svg", "svg"), ("pareto.png", "png")):
        durable.write(directory / name, pareto_plot.pareto(tried, best, chosen, ways, kind))
    durable.write(directory / "suggested.toml", suggested_toml(chosen).encode())
    if progress:
        progress.close()
    _print(rows)
    return chosen


def into_docs(directory, page, picture):
    """Put table.md of a finished search in `directory` between the marks of the Markdown file `page`, pareto.png to `picture`.

    Raises TrainingError if `directory` has none, or `page` no marks.
    """
    try:
        table, plot = (directory / "table.md").read_text(), (directory / "pareto.png").read_bytes()
    except FileNotFoundError:
        raise TrainingError(f"{directory} holds no finished search; the same command without --docs goes on with it") from None
    before, mark, rest = page.read_text().partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not mark or not end:
        raise TrainingError(f"{page} has no lines {_BEGIN} and {_END}")
    durable.write(picture, plot)
    durable.write(page, f"{before}{_BEGIN}\n{table}{_END}{after}".encode())


def _options():
    parser = argparse.ArgumentParser(prog="python -m training.search", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--data", type=Path, help="folder of pictures, a sub-folder a label")
    source.add_argument("--scene", choices=["lobby", "garage", "yard"], help="procedural installation")
    parser.add_argument("--scene-seed", type=int, default=7)
    parser.add_argument("--out", type=Path, help="folder of the search; runs/NAME/search by default")
    parser.add_argument("--config", default="default")
    parser.add_argument("--states", help="of --data, in order, such as closed,open")
    parser.add_argument("--region", type=int, nargs=4, metavar="N", default=(0, 0, REGION_UNIT, REGION_UNIT),
                        help="of --data, x0 y0 x1 y1 in 1/10000 of the picture")
    parser.add_argument("--trials", type=int, default=40, help="networks in all")
    parser.add_argument("--steps", type=int, default=400, help="of every short training")
    parser.add_argument("--minutes", type=float, help="begin no further network of the search after so long")
    parser.add_argument("--threads", type=int, help="overrides the configuration's")
    parser.add_argument("--docs", action="store_true", help="only put the last table and plot into docs/search.md")
    parser.add_argument("--no-pruning", dest="prune", action="store_false")
    return parser.parse_args()


def _data(options, config, directory, progress):
    from training import search_data
    if options.scene:
        return search_data.of_scene(options.scene, options.scene_seed, config, directory, progress)
    found = folder.read(options.data, options.states and options.states.split(","))
    directory.mkdir(parents=True, exist_ok=True)
    return search_data.Data(found.frames, found.states, list(options.region), config, directory, progress)


def main():
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch
    options, progress = _options(), Bars()
    name = f"{options.scene}-{options.scene_seed}" if options.scene else options.data.resolve().name
    directory, began = options.out or Path("runs", name, "search"), time.monotonic()
    import torch
    try:
        if options.docs:
            into_docs(directory, _DOCS / "search.md", _DOCS / "pictures" / "search.png")
            return 0
        config = configuration.load(options.config)
        torch.set_num_threads(options.threads or config.threads)
        if options.scene:
            directory.mkdir(parents=True, exist_ok=True)
        data = _data(options, config, directory, progress)
        search(data, directory, config, options.trials, options.steps, options.prune, progress,
               lambda: bool(options.minutes) and time.monotonic() - began > options.minutes * 60)
    except TrainingError as error:
        print(f"search: {error}", file=sys.stderr)
        return 1
    finally:
        progress.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
