"""doorlens evaluate"""

from datetime import timezone
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from contract.decision import UNKNOWN
from host_tools import deployed, learn
from host_tools.errors import ProjectError
from host_tools.project import Project
from training import compare, folder, report, verdict
from training.errors import TrainingError
from training.evaluate import evaluate, load


@click.command(epilog="""\b
Examples:
  doorlens evaluate                       the newest model on every labelled frame
  doorlens evaluate front-door --model runs/tuesday/model.safetensors --since 2026-03-03
  doorlens evaluate --data pictures --model runs/pictures/tuesday/model.safetensors
""")
@click.argument("project", required=False, type=click.Path(file_okay=False))
@click.option("--model", type=click.Path(dir_okay=False, exists=True), help="The newest run's by default.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only frames from this UTC day on: days it never saw.")
@click.option("--data", type=click.Path(file_okay=False), help="This folder of pictures instead of a project's: a "
              "sub-folder a label, optionally manifest.csv with the columns file, label, event, time.")
@click.option("--report", "page", type=click.Path(dir_okay=False),
              help="Where the report goes; evaluation.html beside the model by default.")
def command(project, model, since, data, page):
    """Score a model file with the camera's own kernels on PROJECT's labelled frames, or on a folder of pictures."""
    opened = Project.open(project or ".") if project or not (data and model) else None
    model = Path(model) if model else opened.latest_model()
    frames = _frames(opened, model, data, since)
    result = evaluate(model, frames)
    seen = compare.seen(model, frames)
    against = deployed.find(opened) if opened else None
    comparison = _compare(model, against, frames) if against and against.resolve() != model.resolve() else None
    page = Path(page) if page else model.with_name("evaluation.html")
    try:
        report.write(page, opened.name if opened else Path(data).resolve().name, result, model=model,
                     comparison=comparison, seen=seen)
    except OSError as error:
        raise ProjectError(f"{page} cannot be written: {error.strerror}") from None
    _print(result, verdict.judge(result, seen, comparison))
    click.echo(f"Report: {page}")


def _compare(model, against, frames):
    try:
        return compare.compare(model, against, frames)
    except TrainingError as error:
        click.echo(f"not compared with the deployed model: {error}", err=True)


def _frames(opened, model, data, since):
    frames = folder.read(data, load(model)[0].states).frames if data else learn.frames(opened)
    if since:
        start_ms = int(since.replace(tzinfo=timezone.utc).timestamp() * 1000)
        frames = [frame for frame in frames if frame.time_ms is not None and frame.time_ms >= start_ms]
    if not any(frame.label for frame in frames):
        raise ProjectError("none of the frames has a label" + (" and a time since then" if since else "") +
                           ": label some with `doorlens annotate`")
    return frames


def _print(result, judged):
    console, states = Console(highlight=False), list(result.by_state)
    table = Table("true \\ reported", *states, UNKNOWN)
    for true, counts in result.confusion.items():
        table.add_row(true, *(str(counts.get(column, 0)) for column in [*states, UNKNOWN]))
    console.print(table)
    console.print("balanced accuracy: " + ("not defined, a state is missing" if result.balanced_accuracy is None
                                           else f"{result.balanced_accuracy:.4f} over {result.frames} frames"))
    for name, value in (("calibration error (ECE)", result.ece), ("AUC", result.auc)):
        if value is not None:
            console.print(f"{name}: {value:.4f}")
    if result.events:
        console.print("openings: {openings}, found {found}, missed {missed}, invented {invented}".format(
            **verdict.published(result.events)))
    console.print(f"\n{judged.word}. {judged.text}", *(f"- {line}" for line in judged.advice), sep="\n", soft_wrap=True)
