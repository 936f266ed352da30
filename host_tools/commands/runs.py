"""doorlens runs"""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Column, Table

from contract.decision import UNUSABLE
from host_tools import deployed, runs
from host_tools.project import Project
from training.folder import UNLABELLED


@click.group(invoke_without_command=True, epilog="""\b
Examples:
  doorlens runs
  doorlens runs --project front-door
  doorlens runs --folder runs/pictures           runs of `doorlens train --data pictures`
  doorlens runs compare tuesday wednesday        what was set differently, and what came of it
""")
@click.option("--project", default=".", type=click.Path(file_okay=False), help="The project's folder.")
@click.option("--folder", type=click.Path(file_okay=False, exists=True), help="A folder of runs, instead of a project.")
@click.pass_context
def command(context, project, folder):
    """List the training runs, the newest last; `compare` shows two of them side by side."""
    opened = None if folder else Project.open(project)
    context.obj = (Path(folder), {}) if folder else (opened.runs_path, deployed.cameras(opened))
    if context.invoked_subcommand is None:
        _list(*context.obj)


def _list(folder, cameras):
    found = runs.find(folder, cameras)
    if not found:
        click.echo(f"no run in {folder}: `doorlens train` makes one")
        return
    table = Table(Column("run", overflow="fold"), Column("time (UTC)", no_wrap=True), Column("states and\nlabels", no_wrap=True),
                  Column("balanced\naccuracy", justify="right", no_wrap=True), Column("kB", justify="right"),
                  Column("M mult.-\nadds", justify="right", no_wrap=True), "deployed\non")
    for run in found:
        table.add_row(run.name, _time(run.created), _labels(run),
                      _number(run.balanced_accuracy, "{:.4f}"), _number(run.size, "{:.0f}", 1000),
                      _number(run.multiply_adds, "{:.2f}", 1_000_000),
                      "\n".join(run.cameras) if run.sequence is not None else "not finished")
    Console().print(table)


@command.command(epilog="""\b
Examples:
  doorlens runs compare tuesday wednesday
  doorlens runs --folder runs/pictures compare first runs/others/second
""")
@click.argument("a")
@click.argument("b")
@click.pass_obj
def compare(place, a, b):
    """Settings that differ between the runs A and B, then their figures side by side."""
    one, other = (runs.named(place[0], name, place[1]) for name in (a, b))
    console = Console()
    settings = Table("differs", one.name, other.name)
    for key, ours, theirs in runs.differences(one, other):
        settings.add_row(key, _text(ours), _text(theirs))
    console.print(settings if settings.row_count else "The two runs differ in no setting, and in no count of frames.")
    figures = Table("figure", *(Column(name, justify="right") for name in (one.name, other.name, "difference")))
    for key in dict.fromkeys([*one.figures, *other.figures]):
        ours, theirs = one.figures.get(key), other.figures.get(key)
        change = "" if None in (ours, theirs) else f"{theirs - ours:+.6g}"
        figures.add_row(key, _text(ours), _text(theirs), change)
    console.print(figures if figures.row_count else "Neither run has got as far as a figure.")


def _time(created):
    return "" if created is None else created[:16].replace("T", " ")


def _labels(run):
    """Counts of frames, the states first."""
    last = [name for name in (UNUSABLE, UNLABELLED) if run.labels[name]]
    names = dict.fromkeys([*run.states, *sorted(set(run.labels) - set(last)), *last])
    return "\n".join(f"{run.labels[name]} {name}" for name in names)


def _number(value, form, unit=1):
    return "" if value is None else form.format(value / unit)


def _text(value):
    return "" if value is None else f"{value:.6g}" if isinstance(value, float) else str(value)
