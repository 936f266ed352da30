"""doorlens keys"""

import json
from pathlib import Path

import click

from contract import durable, update
from host_tools import keys
from host_tools.errors import SigningError
from host_tools.project import Project

_PROJECT = click.option("--project", default=".", type=click.Path(file_okay=False), help="The project's folder.")


@click.group(epilog="""\b
Examples:
  doorlens keys create
  doorlens keys show
  doorlens keys trust /var/lib/doorlens/settings.json
""")
def command():
    """The key that signs models and firmware. Cameras hold its public half and take nothing else."""


@command.command()
@_PROJECT
def create(project):
    """Make the project's key; its private half is encrypted with a password (or DOORLENS_KEY_PASSWORD)."""
    folder = Project.open(project).path
    key = keys.create(folder, keys.password(_new_password))
    click.echo(f"{folder / keys.PRIVATE} signs updates: keep a copy and its password elsewhere, cameras take no other key")
    click.echo(key.public_hex)


def _new_password():
    return click.prompt("Password of the new key", hide_input=True, confirmation_prompt=True)


@command.command()
@_PROJECT
def show(project):
    """Print the public half, as a camera's setting update.key takes it."""
    click.echo(keys.public_hex(Project.open(project).path))


@command.command()
@click.argument("settings", type=click.Path(dir_okay=False))
@click.option("--product", help="What models must be signed for; the project's name otherwise. "
              "Firmware is signed for a processor.")
@_PROJECT
def trust(settings, product, project):
    """Write the public half into a camera's SETTINGS file, beside what is there."""
    opened = Project.open(project)
    product = product or opened.product
    if not update.is_product(product):
        raise SigningError(f"a product is 1 to {update.MAX_PRODUCT} of a-z 0-9 . _ -: {product!r}")
    path = Path(settings)
    try:
        given = json.loads(path.read_text("utf-8"))
        given["update"] = given.get("update", {}) | {"key": keys.public_hex(opened.path), "product": product}
        durable.write(path, (json.dumps(given, indent=2) + "\n").encode())
    except OSError as error:
        raise SigningError(f"{path}: {error.strerror}") from None
    except (ValueError, TypeError, AttributeError):
        raise SigningError(f"{path} is not a camera's settings: a JSON object is wanted") from None
    click.echo(f"{path}: takes updates for {product} signed with this project's key; start the camera's application again")
