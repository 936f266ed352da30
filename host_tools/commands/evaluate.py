"""doorlens evaluate"""

from datetime import timezone
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from contract.decision import UNKNOWN
from host_tools import learn
from host_tools.project import Project
from training.evaluate import evaluate


@click.command(epilog="""\b
Examples:
  doorlens evaluate                       the newest model on every labelled frame
  doorlens evaluate front-door --model runs/tuesday/model.safetensors --since 2026-03-03
""")
@click.argument("project", default=".", type=click.Path(file_okay=False))
@click.option("--model", type=click.Path(dir_okay=False, exists=True), help="The newest run's by default.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only frames from this UTC day on: days it never saw.")
def command(project, model, since):
    """Score a model file with the camera's own kernels on PROJECT's labelled frames."""
    opened = Project.open(project)
    frames = learn.frames(opened)
    if since:
        start_ms = int(since.replace(tzinfo=timezone.utc).timestamp() * 1000)
        frames = [frame for frame in frames if frame.time_ms is not None and frame.time_ms >= start_ms]
    result = evaluate(Path(model) if model else opened.latest_model(), frames)
    table = Table("true \\ reported", *opened.states, UNKNOWN)
    for true, counts in result.confusion.items():
        table.add_row(true, *(str(counts.get(column, 0)) for column in [*opened.states, UNKNOWN]))
    Console().print(table)
    click.echo("balanced accuracy: " + ("not defined, a state is missing" if result.balanced_accuracy is None
                                        else f"{result.balanced_accuracy:.4f} over {result.frames} frames"))
