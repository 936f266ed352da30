"""doorlens push"""

import time
from pathlib import Path

import click

from host_tools import deployed, push
from host_tools.camera_client import CameraClient
from host_tools.errors import ProjectError
from host_tools.project import Project


@click.command(epilog="""\b
Examples:
  doorlens push                            the newest model to the project's only camera
  doorlens push --camera front --camera back
  doorlens push runs/tuesday/model.safetensors --project front-door
""")
@click.argument("model", required=False, type=click.Path(dir_okay=False))
@click.option("--project", default=".", type=click.Path(file_okay=False), help="The project's folder.")
@click.option("--camera", "names", multiple=True, help="Camera to push to (may be repeated).")
def command(model, project, names):
    """Put MODEL (the newest run's by default) on a camera; it is checked here and there before it is used."""
    opened = Project.open(project)
    path = Path(model) if model else opened.latest_model()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ProjectError(f"{path} cannot be read: {error.strerror}") from None
    for name in names or [None]:
        name, camera = opened.camera(name)
        with CameraClient(camera.url, camera.token) as client:
            answer = push.push_unsigned(client, data)
        deployed.record(opened, name, path, data, answer["sequence"], int(time.time() * 1000))
        click.echo(f"{name}: runs model {answer['sequence']} now ({len(data)} bytes)")
