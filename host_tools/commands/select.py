"""doorlens select"""

from pathlib import Path

import click

from host_tools import contact_sheet, select
from host_tools.contact_sheet import Card
from host_tools.features import KINDS
from host_tools.project import Project
from training.progress import Bars


@click.command(epilog="""\b
Examples:
  doorlens select                        24 frames of the project in this folder
  doorlens select front-door --budget 50
  doorlens select front-door --spread    after labelling: near-duplicates take over the labels
""")
@click.argument("project", default=".", type=click.Path(file_okay=False))
@click.option("--budget", default=24, show_default=True, type=click.IntRange(1, 10000), help="How many frames.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help="Of the random numbers.")
@click.option("--features", "kind", default="auto", show_default=True, type=click.Choice(KINDS),
              help="frozen: of an ImageNet network (needs torch); camera: the camera's own.")
@click.option("--sheet", type=click.Path(dir_okay=False), help="The contact sheet; queue.png and queue.html of the project.")
@click.option("--spread", "only_spread", is_flag=True, help="Choose nothing; only give the last choice's labels to its groups.")
def command(project, budget, seed, kind, sheet, only_spread):
    """Choose which frames of PROJECT to label next, into its queue.json, with a contact sheet.

    At first typical frames that are unlike each other; once there are labels of two states, or a model, doubtful ones
    and some of the state with the fewest labels. One label holds for a frame's near-duplicates. Safe to repeat and to
    interrupt; the same seed chooses the same.
    """
    opened = Project.open(project)
    if only_spread:
        click.echo(f"{select.spread(opened)} near-duplicates took over a label")
        return
    bars = Bars()
    try:
        queue = select.select(opened, budget, seed, kind, bars)
    finally:
        bars.close()
    stem = Path(sheet) if sheet else opened.path / "queue"
    cards = [Card(opened.path / pick.path, pick.state or pick.reason, pick.why, pick.path) for pick in queue.chosen]
    alike = sum(len(pick.group) for pick in queue.chosen)
    about = (f"{len(cards)} frames to label next, which stand for {alike} near-duplicates besides; "
             f"{queue.features} features, seed {seed}.")
    picture, page = contact_sheet.write(stem, f"{opened.name}: what to label next", about, cards, opened.region)
    click.echo(f"{about}\nQueue: {opened.path / 'queue.json'}\nContact sheet: {picture}, {page}\n"
               f"Next: label them with `doorlens annotate {project}`, then `doorlens select {project} --spread`.")
