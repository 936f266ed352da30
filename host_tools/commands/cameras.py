"""doorlens cameras"""

import json
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from host_tools import camera_file, discover, fleet
from host_tools.errors import ProjectError
from host_tools.project import CameraSettings, Project

_project = click.option("--project", default=".", type=click.Path(file_okay=False), help="The project's folder.")
_json = click.option("--json", "as_json", is_flag=True, help="For programs: a list, one object a camera.")


@click.group(invoke_without_command=True, epilog="""\b
Examples:
  doorlens cameras                                    how every camera is
  doorlens cameras --tag north --json
  doorlens cameras discover                           who announces itself on this network
  doorlens cameras add front https://192.168.1.20 --user root --tag north
  doorlens cameras tag front entrance                 one more tag; --remove takes it away
  doorlens cameras remove front
""")
@_project
@click.option("--tag", "tags", multiple=True, help="Only cameras with this tag (may be repeated).")
@click.option("--timeout", default=fleet.STATUS_S, show_default=True, type=click.FloatRange(0.1, 300),
              help="Seconds that a camera is given to answer.")
@_json
@click.pass_context
def command(context, project, tags, timeout, as_json):
    """List the cameras of the project, and how each is: all are asked at the same time."""
    context.obj = project
    if context.invoked_subcommand is None:
        opened = Project.open(project)
        names = opened.chosen((), tags) if tags else list(opened.cameras)
        conditions = fleet.conditions(opened, names, timeout)
        click.echo(json.dumps([asdict(one) for one in conditions], indent=1)) if as_json else _show(conditions)


@command.command(epilog="""\b
Examples:
  doorlens cameras add front https://192.168.1.20 --user root     an Axis camera; asks for root's password and the token
  doorlens cameras add back http://192.168.1.30:8765              another camera's control API
  DOORLENS_TOKEN=... doorlens cameras add side http://192.168.1.31:8765 --tag yard --tag north
""")
@click.argument("name")
@click.argument("url")
@click.option("--token", envvar="DOORLENS_TOKEN", prompt="The camera's token", hide_input=True,
              help="The camera's secret; asked for, or given in DOORLENS_TOKEN, so that no list of processes shows it.")
@click.option("--user", default="", help="Administrator of an Axis camera, whose web server is before the control API.")
@click.option("--password", envvar="DOORLENS_CAMERA_PASSWORD", help="The user's; asked for, or given in DOORLENS_CAMERA_PASSWORD.")
@click.option("--tag", "tags", multiple=True, help="A word that names several cameras (may be repeated).")
@_project
@click.pass_context
def add(context, name, url, token, user, password, tags, project):
    """Add the camera NAME at URL to doorlens.toml; comments there stay. URL is an Axis camera's, with --user, or a control API's."""
    project, url = _place(context, project), _address(url)
    if user and not password:
        password = click.prompt(f"Password of {user}", hide_input=True)
    camera_file.add(Path(project), name, CameraSettings(url, token, tags, user, password if user else ""))
    one = fleet.conditions(Project.open(project), [name])[0]
    click.echo(f"{name}: added" + (f"; it does not answer yet: {one.error}" if one.error else f"; it answers, {one.health}"))


@command.command(epilog="""\b
Examples:
  doorlens cameras remove front
""")
@click.argument("names", metavar="NAME...", nargs=-1, required=True)
@_project
@click.pass_context
def remove(context, names, project):
    """Forget the cameras NAME; the cameras themselves and their frames stay as they are."""
    for name in names:
        camera_file.remove(Path(_place(context, project)), name)
        click.echo(f"{name}: removed")


@command.command(epilog="""\b
Examples:
  doorlens cameras tag front entrance north
  doorlens cameras tag front north --remove
""")
@click.argument("name")
@click.argument("tags", metavar="TAG...", nargs=-1, required=True)
@click.option("--remove", "away", is_flag=True, help="Take the tags away instead.")
@_project
@click.pass_context
def tag(context, name, tags, away, project):
    """Give the camera NAME the tags TAG, by which commands choose cameras."""
    opened = camera_file.tag(Path(_place(context, project)), name, () if away else tags, tags if away else ())
    click.echo(f"{name}: " + (", ".join(opened.cameras[name].tags) or "no tags"))


@command.command("discover", epilog="""\b
Examples:
  doorlens cameras discover
  doorlens cameras discover --seconds 10 --json
""")
@click.option("--seconds", default=3.0, show_default=True, type=click.FloatRange(0.1, 600), help="How long to listen.")
@click.option("--interface", "interfaces", multiple=True, help="Address of the network card to listen on; default all.")
@_json
def find(seconds, interfaces, as_json):
    """List the cameras that announce themselves on the local network (mDNS); adds none."""
    heard = discover.listen(seconds, list(interfaces) or None)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in heard], indent=1))
    elif not heard:
        click.echo("no camera announces itself here; one on another network is added by its address")
    else:
        table = Table("announced as", "address", "what it is")
        for one in heard:
            table.add_row(escape(one.name), one.url, "an Axis camera" if one.kind == "axis" else "Doorlens's control API")
        Console().print(table)


def _place(context, project):
    """The --project of the subcommand, or else of `doorlens cameras`."""
    given = context.get_parameter_source("project") == click.core.ParameterSource.COMMANDLINE
    return project if given else context.obj


def _address(url):
    """`url` if it can be a camera's. Raises ProjectError."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        good = False
    if not good:
        raise ProjectError(f"{url} is not the address of a camera; one looks like https://192.168.1.20 or http://192.168.1.30:8765")
    return url.rstrip("/")


def _show(conditions):
    if not conditions:
        click.echo("no camera yet: `doorlens cameras add NAME URL`, or see who is there with `doorlens cameras discover`")
        return
    table = Table("camera", "tags", "state", Column("model", justify="right"), "firmware", "health", Column("last seen", no_wrap=True))
    for one in conditions:
        model = "" if one.model is None else str(one.model)
        colour = "red" if one.error else None if one.health == fleet.GOOD else "yellow"
        health = one.error.removeprefix(one.url).strip(": ") if one.error else one.health
        cells = one.name, ", ".join(one.tags), one.state or "", model, one.firmware or "", health, _seen(one)
        table.add_row(*(escape(cell) for cell in cells), style=colour)
    Console().print(table)


def _seen(one):
    if not one.error:
        return "now"
    return one.last_seen[:16].replace("T", " ") if one.last_seen else "never"
