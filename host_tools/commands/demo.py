"""doorlens demo"""

from pathlib import Path

import click
from rich.console import Console

from host_tools.demo.folder import run as run_folder
from host_tools.demo.run import Plan, run
from host_tools.scene import INSTALLATIONS


@click.command(epilog="""\b
Examples:
  doorlens demo
  doorlens demo --installation garage --config default --out build/garage
  doorlens demo --folder pictures --out build/pictures     pictures/open/*.jpg, pictures/closed/*.jpg
""")
@click.option("--installation", type=click.Choice(list(INSTALLATIONS)), default=Plan.installation, show_default=True)
@click.option("--seed", default=Plan.seed, show_default=True, help="Another seed is another week.")
@click.option("--folder", type=click.Path(file_okay=False), help="Play real pictures, one subfolder a state, instead of a scene.")
@click.option("--binary", type=click.Path(dir_okay=False, path_type=Path), default=Plan.binary, show_default=True)
@click.option("--config", default=Plan.config, show_default=True, help="Training configuration.")
@click.option("--out", type=click.Path(file_okay=False), default="build/demo", show_default=True, help="Emptied first.")
def command(installation, seed, folder, binary, config, out):
    """The whole chain on a virtual camera: sample, label, train, push, report."""
    console = Console()
    if folder is not None:
        run_folder(folder, binary, out, console)
    else:
        run(Plan(installation=installation, seed=seed, binary=binary, config=config), out, console)
