"""doorlens ingest"""

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from host_tools import ingest
from host_tools.camera_client import connect
from host_tools.project import Project


@click.command(epilog="""\b
Examples:
  doorlens ingest                          every camera of the project in this folder
  doorlens ingest front-door --camera front --keep
  doorlens ingest shutter --folder pictures --labels-from-folders
""")
@click.argument("project", default=".", type=click.Path(file_okay=False))
@click.option("--camera", "names", multiple=True, help="Only this camera (may be repeated).")
@click.option("--keep", is_flag=True, help="Leave the samples on the camera.")
@click.option("--folder", type=click.Path(exists=True, file_okay=False), help="Copy pictures from a folder instead.")
@click.option("--labels-from-folders", is_flag=True, help="With --folder: each picture's folder is its label.")
def command(project, names, keep, folder, labels_from_folders):
    """Fetch sampled frames into PROJECT (this folder by default). Safe to repeat and to interrupt."""
    opened = Project.open(project)
    with _bar() as bar:
        if folder:
            task = bar.add_task(str(folder), total=None)
            fresh = ingest.from_folder(opened, folder, labels_from_folders=labels_from_folders,
                                       progress=lambda done: bar.update(task, completed=done))
            click.echo(f"{folder}: {fresh} new frames")
            return
        for name in names or opened.cameras or [None]:
            name, camera = opened.camera(name)
            with connect(opened.path, camera) as client:
                waiting = client.status()["spool"]["samples"]
                task = bar.add_task(name, total=waiting)
                fresh = ingest.from_camera(
                    opened, name, client, keep, lambda done, task=task: bar.update(task, completed=done),
                    lambda line: bar.console.print(line, highlight=False, markup=False, soft_wrap=True))
            click.echo(f"{name}: {fresh} new frames")


def _bar():
    return Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), transient=True)
