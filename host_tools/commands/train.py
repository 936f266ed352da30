"""doorlens train"""

import click

from host_tools import learn
from host_tools.project import Project


@click.command(epilog="""\b
Examples:
  doorlens train
  doorlens train front-door --config quick
  doorlens train front-door --run tuesday      resumes that run if it was interrupted
  doorlens train --data pictures               one sub-folder a label, manifest.csv if there is one
""")
@click.argument("project", required=False, type=click.Path(file_okay=False))
@click.option("--config", help="default, quick, demo, or the path of a TOML file; doorlens.toml's by default.")
@click.option("--run", "name", help="Name of the run's folder; the UTC time by default.")
@click.option("--skip-missing", is_flag=True, help="Leave out pictures that the index names and the disk lacks.")
@click.option("--force", is_flag=True, help="Export the model even if it is clearly worse than the deployed one.")
@click.option("--data", type=click.Path(file_okay=False), help="Train on this folder of pictures instead of a project: "
              "a sub-folder a label, optionally manifest.csv with the columns file, label, event, time.")
@click.option("--out", type=click.Path(file_okay=False), help="With --data: folder of runs; runs/NAME OF THE FOLDER by default.")
@click.option("--region", nargs=4, type=int, metavar="X Y W H", help="With --data: in 1/10000; the whole picture by default.")
@click.option("--states", help="With --data: the states in order, such as closed,open; any other label is then an error.")
def command(project, config, name, skip_missing, force, data, out, region, states):
    """Train a teacher and the camera's small network on PROJECT's labels, or on a folder of pictures."""
    if data is None:
        _refuse("need --data", out=out, region=region, states=states)
        run = learn.train(Project.open(project or "."), name, config, skip_missing=skip_missing, force=force)
        following = f"`doorlens push --project {project or '.'}`"
    else:
        _refuse("do not go with --data", project=project, skip_missing=skip_missing, force=force)
        names = [state.strip() for state in states.split(",")] if states else None
        run = learn.train_folder(data, out, name, config, region, names)
        following = f"`doorlens push {run.model} --project PROJECT`"
    click.echo(f"Model: {run.model}\nReport: {run.directory / 'report.html'}\nNext: {following}.")


def _refuse(why, **given):
    names = [name.replace("_", "-") for name, value in given.items() if value]
    if names:
        raise click.UsageError(f"{', '.join(names)} {why}")
