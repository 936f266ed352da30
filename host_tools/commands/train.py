"""doorlens train"""

import click

from host_tools import learn
from host_tools.project import Project


@click.command(epilog="""\b
Examples:
  doorlens train
  doorlens train front-door --config quick
  doorlens train front-door --run tuesday      resumes that run if it was interrupted
""")
@click.argument("project", default=".", type=click.Path(file_okay=False))
@click.option("--config", help="default, quick, demo, or the path of a TOML file; doorlens.toml's by default.")
@click.option("--run", "name", help="Name of the run's folder; the UTC time by default.")
@click.option("--skip-missing", is_flag=True, help="Leave out pictures that the index names and the disk lacks.")
def command(project, name, config, skip_missing):
    """Train a teacher and the camera's small network on PROJECT's labels."""
    run = learn.train(Project.open(project), name, config, skip_missing=skip_missing)
    click.echo(f"Model: {run.model}\nReport: {run.directory / 'report.html'}\nNext: `doorlens push --project {project}`.")
