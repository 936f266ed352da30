"""doorlens flash"""

import re
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from host_tools import camera_file
from host_tools.flash import FlashError, axis, package, settings
from host_tools.project import FILE_NAME, CameraSettings, Project
from host_tools.vapix import AxisCamera, default_pins


@click.command(epilog="""\b
Examples:
  doorlens flash https://192.168.1.20                  an Axis camera; asks for the password of root
  doorlens flash https://192.168.1.20 --allow-unsigned --name front --project front-door
  doorlens flash front                                 a camera of the project in this folder: an upgrade
  doorlens flash ssh://root@192.168.1.30 --settings settings.json
  doorlens flash http://127.0.0.1:8080 --dry-run       a virtual camera (doorlens simcam): what would be done
""")
@click.argument("camera")
@click.option("--package", "file", type=click.Path(dir_okay=False, path_type=Path),
              help="From `make package`; default the newest built one that fits.")
@click.option("--user", help="Administrator of an Axis camera, root if nothing else is known; of SSH, what the address says.")
@click.option("--password", envvar="DOORLENS_CAMERA_PASSWORD",
              help="Asked for, or given in DOORLENS_CAMERA_PASSWORD. SSH uses this user's keys where there is none.")
@click.option("--settings", "settings_file", type=click.Path(dir_okay=False, path_type=Path),
              help="settings.json for the application, instead of those it has or would get.")
@click.option("--project", type=click.Path(file_okay=False, path_type=Path), help="Project folder; default this one if it is one.")
@click.option("--name", help="Of a new camera in the project's doorlens.toml.")
@click.option("--allow-unsigned", is_flag=True, help="Let the camera take packages that Axis has not signed.")
@click.option("--downgrade", is_flag=True, help="Put an older version over a newer one.")
@click.option("--dry-run", is_flag=True, help="Look at everything, change nothing.")
def command(camera, file, user, password, settings_file, project, name, allow_unsigned, downgrade, dry_run):
    """Put the firmware on CAMERA, start it and see that it takes pictures.

    CAMERA is https://ADDRESS or http://ADDRESS (Axis, VAPIX), ssh://USER@ADDRESS (other Linux), or a name in doorlens.toml.
    """
    project = project or (Path(".") if Path(FILE_NAME).exists() else None)
    opened = Project.open(project) if project else None
    address, name, known = _known(camera, name, opened)
    if urlsplit(address).scheme == "ssh":
        own = settings.given(settings_file, address) if settings_file else None
        _over_ssh(urlsplit(address), password, file, own, project, name, downgrade, dry_run)
        return
    user = user or known and known.user or "root"
    password = password or (known.password if known and known.user == user else click.prompt(f"Password of {user}", hide_input=True))
    own = settings.given(settings_file, address, user, password) if settings_file else None
    with AxisCamera(address, user, password, default_pins(project)) as device:
        info = device.info()
        chosen = package.read(file or package.find("eap", info.architecture or "armv7hf"))
        if chosen.kind != "eap":
            raise FlashError(f"{chosen.path} is for SSH; an Axis camera takes a file that ends in .eap")
        plan = axis.plan(device, info, chosen, allow_unsigned, downgrade)
        _tell(plan.steps, dry_run)
        if dry_run:
            return
        with _Bar(chosen) as progress:
            axis.install(device, chosen, plan, progress)
        token, update = known and known.token, settings.trust(opened)
        wanted = own or settings.first(name, address, axis.pictures_address(address), user, password, token, update)
        kept = CameraSettings(address, token, (), user, password) if token else None
        reached = wanted.reached if axis.settle(device, wanted, token, update) else kept
    _remember(project, name, reached)
    _verify(project, reached)
    if opened and not update:
        click.echo("the project has no key for signing models yet: after `doorlens keys create` flash again, and the camera knows it")


def _known(camera, name, opened):
    """(address, name, its CameraSettings or None); a new camera has a name made of its address."""
    if opened and camera in opened.cameras:
        known = opened.cameras[camera]
        if not known.user:
            host = urlsplit(known.url).hostname
            raise FlashError(f"{camera} has no `user` in {FILE_NAME}: give its address, ssh://root@{host} or https://{host}, "
                             f"with --name {camera}")
        return known.url, camera, known
    address = (camera if "://" in camera else "https://" + camera).rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https", "ssh") or not parts.hostname:
        raise FlashError(f"{camera} is neither an address (https://..., http://..., ssh://...) nor a camera of the project")
    name = name or re.sub(r"[^A-Za-z0-9]+", "-", parts.netloc.rpartition("@")[2])
    return address, name, opened.cameras.get(name) if opened else None


def _over_ssh(parts, password, file, own, project, name, downgrade, dry_run):
    from host_tools.flash import ssh
    chosen = package.read(file or package.find("tar", "armv7hf"))
    if chosen.kind != "tar":
        raise FlashError(f"{chosen.path} is for Axis cameras; over SSH it is a file that ends in .tar.gz")
    target, pins = ssh.Target(parts.hostname, parts.port or 22, parts.username or "root", password), default_pins(project)
    _tell(ssh.plan(target, pins, chosen, downgrade), dry_run)
    if dry_run:
        return
    with _Bar(chosen) as progress:
        port = urlsplit(own.reached.url).port if own and own.certified else None
        said = ssh.install(target, pins, chosen, own and own.text, progress, port)
    click.echo(said)
    if own and own.reached:
        _remember(project, name, own.reached)
        _verify(project, own.reached)


def _tell(steps, dry_run):
    for step in steps:
        click.echo(("would: " if dry_run and step != steps[0] else "") + step)


class _Bar:
    """A progress bar of a package's bytes; entering it gives progress(bytes sent)."""

    def __init__(self, chosen):
        self._total, self._name = len(chosen.data), chosen.path.name
        self._progress = Progress(TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn(),
                                  transient=True)

    def __enter__(self):
        self._progress.start()
        task = self._progress.add_task(self._name, total=self._total)
        return lambda sent: self._progress.update(task, completed=sent)

    def __exit__(self, *exception):
        self._progress.stop()


def _remember(project, name, reached):
    """The camera goes into doorlens.toml; without a project its secret is told once, since nobody else has it."""
    if reached is None:
        return
    if project is None:
        user = f" --user {reached.user}" if reached.user else ""
        click.echo(f"the token of its control API is {reached.token}\nnext, in a project: doorlens cameras add {name} {reached.url}{user}")
    elif camera_file.put(project, name, reached):
        click.echo(f"{name} is in {project / FILE_NAME} now")


def _verify(project, reached):
    if reached is None:
        click.echo("the application runs with the settings it has; its token is not known here, so it was not asked how it is")
    else:
        click.echo("the application " + settings.until_it_works(project, reached))
