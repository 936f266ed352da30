"""doorlens init"""

import click

from host_tools import project


@click.command(epilog="""\b
Examples:
  doorlens init front-door
  doorlens init garage --states closed,open --region 0.3,0.1,0.7,0.95
  doorlens init gate --camera front --url http://192.168.1.20:8090 --token SECRET
""")
@click.argument("folder", type=click.Path(file_okay=False))
@click.option("--name", help="The door's name; the folder's by default.")
@click.option("--states", default="closed,open", show_default=True, help="What the camera may report.")
@click.option("--region", default="0,0,1,1", show_default=True,
              help="Left, top, right, bottom of the door in the picture, as fractions.")
@click.option("--camera", help="A camera's name; needs --url and --token.")
@click.option("--url", help="Address of that camera's control API.")
@click.option("--token", envvar="DOORLENS_TOKEN", help="Its secret; better given in DOORLENS_TOKEN.")
def command(folder, name, states, region, camera, url, token):
    """Create a project FOLDER with a commented doorlens.toml."""
    if camera and not (url and token):
        raise click.UsageError("--camera needs --url and --token")
    try:
        corners = [float(value) for value in region.split(",")]
    except ValueError:
        raise click.UsageError("--region takes four numbers like 0.3,0.1,0.7,0.95") from None
    if len(corners) != 4:
        raise click.UsageError("--region takes four numbers like 0.3,0.1,0.7,0.95")
    cameras = {camera: project.CameraSettings(url, token)} if camera else {}
    created = project.create(folder, name or click.format_filename(folder).rstrip("/").rpartition("/")[2],
                             [state.strip() for state in states.split(",")], corners, cameras)
    click.echo(f"Created {created.path / project.FILE_NAME}. Next: edit it, then `doorlens ingest {folder}`.")
