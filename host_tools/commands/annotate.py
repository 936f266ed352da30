"""`doorlens annotate`: the window in which frames get their labels."""

import subprocess
import sys

import click

from host_tools.project import Project

_LEAST_PRIORITY = 19


@click.command(epilog="""\b
Examples:
  doorlens annotate
  doorlens annotate my-door --key closed=c --key open=o --dark
""")
@click.argument("project", default=".", type=click.Path(file_okay=False))
@click.option("--annotator", metavar="NAME", help="Whose labels these are; your login name otherwise.")
@click.option("--key", "keys", metavar="STATE=LETTER", multiple=True, help="The key of a state; repeatable.")
@click.option("--dark", is_flag=True, help="Light on dark.")
@click.option("--scale", type=click.FloatRange(0.5, 4), help="Size of everything on the screen; as the display asks otherwise.")
@click.option("--second-opinion", "opinion", type=click.IntRange(1), metavar="FRAMES",
              help="Show so many labelled frames again, blind; no label changes. See `doorlens labels agreement`.")
def command(project, annotator, keys, dark, scale, opinion):
    """Label the frames of PROJECT (the current folder unless given).

    One key labels a frame and shows the next; every label is on disk before that. The window begins
    at the first frame without a label. F1 shows all keys.
    """
    from annotation.annotator import annotate

    opened = Project.open(project)
    annotate(opened.path, opened.states, opened.region, title="Doorlens: " + opened.name, annotator=annotator,
             keys=dict(_pair(key) for key in keys), dark=dark, views=_views(opened), scale=scale,
             opinion=opinion)


def _views(project):
    """What the window can show besides the pictures; a model is only asked where there is one."""
    from annotation.views import Views
    from host_tools.model_view import ModelView
    from host_tools.project_file import write_region

    view = ModelView(project)
    trained = any(project.runs_path.glob("*/model.safetensors"))
    return Views(view.look, view.score if trained else None, lambda: _prepare(project.path),
                 lambda region: write_region(project.path, region))


def _prepare(folder):
    """doorlens labels prepare, as a process that leaves the processor to everything else."""
    return subprocess.Popen(["nice", "-n", str(_LEAST_PRIORITY), sys.executable, "-m", "host_tools.main", "labels",
                             "prepare", str(folder)],
                            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _pair(text):
    state, equals, letter = text.rpartition("=")
    if not equals:
        raise click.BadParameter("write STATE=LETTER, not %r" % text, param_hint="--key")
    return state, letter
