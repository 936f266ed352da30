"""doorlens status"""

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from host_tools import fleet
from host_tools.errors import CameraError
from host_tools.project import ALL, Project


@click.command(epilog="""\b
Examples:
  doorlens status
  doorlens status front-door --camera front
""")
@click.argument("project", default=".", type=click.Path(file_okay=False))
@click.option("--camera", "names", multiple=True, help="Only this camera (may be repeated).")
def command(project, names):
    """Ask the cameras of PROJECT how they are. Exit status 1 if one does not answer."""
    opened = Project.open(project)
    conditions = fleet.conditions(opened, opened.chosen(names or [ALL]))
    table = Table("camera", "state", "since", "score", "model", "frames", "samples", "health")
    for one in conditions:
        cells = (one.name, "?") if one.error else _cells(one)
        table.add_row(*map(escape, cells), style="red" if one.error else None)
    Console().print(table)
    for one in conditions:
        if one.error:
            raise CameraError(one.error)


def _cells(one):
    return (one.name, f"{one.state} ({one.reason})", one.since or "", "" if one.score is None else f"{one.score:.2f}",
            "none" if one.model is None else str(one.model), str(one.frames), str(one.samples), one.health)
