"""doorlens status"""

import click
from rich.console import Console
from rich.table import Table

from host_tools.camera_client import CameraClient
from host_tools.errors import CameraError
from host_tools.project import Project


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
    table = Table("camera", "state", "since", "score", "model", "frames", "samples", "source")
    failures = []
    for name in names or opened.cameras or [None]:
        name, camera = opened.camera(name)
        try:
            with CameraClient(camera.url, camera.token) as client:
                table.add_row(name, *_cells(client.status()))
        except CameraError as error:
            failures.append(error)
            table.add_row(name, "?", style="red")
    Console().print(table)
    if failures:
        raise failures[0]


def _cells(status):
    event, model, source = status["state"], status["model"], status["source"]
    score = "" if event["score"] is None else f"{event['score']:.2f}"
    health = "connected" if source["connected"] else source["last_error"] or "connecting"
    return (f"{event['state']} ({event['reason']})", event["since"] or "", score,
            str(model["sequence"]) if model else "none", str(status["frame"]["count"]),
            str(status["spool"]["samples"]), health)
