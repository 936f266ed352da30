"""doorlens labels"""

import getpass
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from annotation import agreement as agreements
from annotation import exchange_in, exchange_out, history, index_file, rescue, suggestions
from annotation.errors import FramePathError
from annotation.index import Index
from host_tools import ingest
from host_tools.project import Project

_SHOWN = 5  # paths of a kind that a report names


@click.group(epilog="""\b
Examples:
  doorlens labels import old/index.json front-door --pictures old --rename shut=closed
  doorlens labels export csv labels.csv front-door
  doorlens labels history frames/front/2026-03-01/0badcafe-00000001.jpg front-door
""")
def command():
    """Labels in and out, one by one, their history, the bin and the backups."""


def _project(function):
    return click.argument("project", default=".", type=click.Path(file_okay=False))(function)


def _annotator(function):
    return click.option("--annotator", metavar="NAME", default=lambda: _login_name(),
                        help="Whose doing this is; your login name otherwise.")(function)


def _login_name():
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user, as in some containers
        return "unknown"


def _index(project):
    opened = Project.open(project)
    return opened, Index.open(opened.path, opened.states)


@command.command("import", epilog="""\b
Examples:
  doorlens labels import labels.csv
  doorlens labels import old/index.json front-door --pictures old --rename 0=closed --rename 1=open
  doorlens labels import folder-per-label front-door --overwrite
""")
@click.argument("source", type=click.Path(exists=True))
@_project
@click.option("--pictures", type=click.Path(exists=True, file_okay=False), help="Copy the pictures of this folder first.")
@click.option("--rename", "renames", metavar="THERE=HERE", multiple=True, help="What a label is called here; repeatable.")
@click.option("--overwrite", is_flag=True, help="Replace other labels that are there.")
@_annotator
def import_(source, project, pictures, renames, overwrite, annotator):
    """Give PROJECT's frames the labels of SOURCE: a JSON {path: label}, a CSV with columns path and label, or a folder per
    label.

    Frames are found by their path, or by the end of it. A bad SOURCE changes nothing.
    """
    opened, rename = Project.open(project), dict(_pair(text) for text in renames)
    rows = exchange_in.read(source)
    if pictures:
        click.echo(f"{ingest.from_folder(opened, pictures)} new pictures")
    report = exchange_in.take(Index.open(opened.path, opened.states), rows, annotator, rename, overwrite)
    click.echo(f"{len(report.labelled)} labelled, {len(report.same)} had the label already")
    _name(report.kept, "have another label, which stays (--overwrite replaces it)")
    _name(report.unknown, "are no frames of the project (--pictures brings them along)")


def _pair(text):
    there, equals, here = text.partition("=")
    if not equals:
        raise click.BadParameter("write THERE=HERE, not %r" % text, param_hint="--rename")
    return there, here


def _name(paths, what):
    if paths:
        click.echo(f"{len(paths)} {what}: {', '.join(paths[:_SHOWN])}{', ...' if len(paths) > _SHOWN else ''}")


@command.command(epilog="""\b
Examples:
  doorlens labels export folders for-training
  doorlens labels export csv labels.csv front-door --all
  doorlens labels export label-studio tasks.json front-door --prefix "/data/local-files/?d=front-door/"
""")
@click.argument("kind", metavar="FORMAT", type=click.Choice(exchange_out.FORMATS))
@click.argument("target", type=click.Path())
@_project
@click.option("--all", "unlabelled", is_flag=True, help="Frames without a label too.")
@click.option("--prefix", default="", help="label-studio: before every picture's path.")
def export(kind, target, project, unlabelled, prefix):
    """Write PROJECT's labels to TARGET: folders (one a label, with copies of the pictures), csv, coco or label-studio.

    The last two hold the suggestions of `doorlens labels prepare` too.
    """
    opened, index = _index(project)
    count = exchange_out.export(index, kind, target, suggestions.read(opened.path), opened.region, unlabelled, prefix)
    click.echo(f"{count} frames: {target}")


@command.command("set", epilog="""\b
Examples:
  doorlens labels set open frames/front/2026-03-01/0badcafe-00000001.jpg
  doorlens labels set blocked frames/front/2026-03-01/*-0000001?.jpg --project front-door
""")
@click.argument("label")
@click.argument("paths", nargs=-1, required=True)
@click.option("--project", default=".", show_default=True, type=click.Path(file_okay=False), help="The project's folder.")
@_annotator
def set_(label, paths, project, annotator):
    """Give the frames PATHS of a project the LABEL: a state, unusable, blocked, or none to take it away.

    In the annotator, undo takes it back.
    """
    _, index = _index(project)
    exchange_in.give(index, label, list(dict.fromkeys(paths)), annotator)
    click.echo(f"{len(set(paths))} frames: {label}")


@command.command("history")
@click.argument("path")
@_project
def history_(path, project):
    """Who labelled the frame PATH of PROJECT when, how, and what it was before."""
    opened, index = _index(project)
    if path not in index.entries and path not in index.binned:
        raise FramePathError("the index has no frame %r" % path)
    table = Table("when (UTC)", "who", "what", "from", "to")
    for record in history.of(opened.path, path):
        table.add_row(record["when"][:19].replace("T", " "), record["who"] or "", record["do"] or record["op"],
                      _facts(record["from"]), _facts(record["to"]))
    if not table.row_count:
        click.echo("nothing was changed since the journal began")
        return
    Console(width=None if Console().is_terminal else 160).print(table)


def _facts(facts):
    if not facts:
        return ""
    text = facts.get("label") or "no label"
    more = [facts[key] for key in ("detail", "source", "note") if facts.get(key)]
    return f"{text} ({', '.join(more)})" if more else text


@command.command()
@_project
@click.option("--annotator", metavar="NAME", help="Only second opinions of this person.")
def agreement(project, annotator):
    """How far second opinions agree with PROJECT's labels: the share, and Cohen's kappa."""
    _, index = _index(project)
    found = agreements.agreement(agreements.pairs(index, annotator))
    if found is None:
        click.echo("there is no second opinion yet")
        return
    click.echo(found)
    table = Table("label", "second opinion", "frames")
    for (first, second), frames in sorted(found.table.items(), key=lambda item: -item[1]):
        table.add_row(first, second, str(frames), style=None if first == second else "bold")
    Console().print(table)


@command.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--project", default=".", show_default=True, type=click.Path(file_okay=False), help="The project's folder.")
@_annotator
def delete(paths, project, annotator):
    """Put the frames PATHS of a project, with their pictures, into its bin; `restore` takes them out."""
    _, index = _index(project)
    rescue.delete(index, list(dict.fromkeys(paths)), annotator)
    click.echo(f"{len(set(paths))} frames are in {index.project / 'bin'}")


@command.command(epilog="""\b
Examples:
  doorlens labels restore                                  what there is to restore
  doorlens labels restore frames/front/2026-03-01/0badcafe-00000001.jpg
  doorlens labels restore --backup 20260304T000126.100Z-000012.json
""")
@click.argument("paths", nargs=-1)
@click.option("--project", default=".", show_default=True, type=click.Path(file_okay=False), help="The project's folder.")
@click.option("--all", "everything", is_flag=True, help="Every frame of the bin.")
@click.option("--backup", metavar="NAME", help="Give all frames the labels that they have in this backup.")
@_annotator
def restore(paths, project, everything, backup, annotator):
    """Take the frames PATHS out of a project's bin, or give all frames the labels of a backup; without either: list both.

    In the annotator, undo takes it back.
    """
    opened, index = _index(project)
    if backup:
        click.echo(f"{rescue.restore_backup(index, backup, annotator)} frames have the label of {backup} again")
    if paths or everything:
        taken = list(index.binned) if everything else list(dict.fromkeys(paths))
        rescue.take_back(index, taken, annotator)
        click.echo(f"{len(taken)} frames are back")
    if not (backup or paths or everything):
        click.echo("\n".join([f"in the bin: {path}" for path in index.binned] +
                             [f"backup: {Path(file).name}" for file in index_file.backups(opened.path)])
                   or "the bin is empty and there is no backup")


@command.command()
@_project
def repair(project):
    """Keep what can be read of a damaged index.journal; what is damaged is put aside, whole."""
    opened = Project.open(project)
    done = rescue.repair(opened.path)
    click.echo("nothing is damaged" if done is None else
               f"{done[0]} changes were kept, {done[1]} lines cannot be read: they are in {opened.path}, {', '.join(done[2])}")


@command.command()
@_project
def prepare(project):
    """Find PROJECT's near-duplicates, to be labelled at once, and suggestions, by the newest model and the labels so far."""
    from host_tools import label_aids
    from training.progress import Bars

    bars = Bars()
    try:
        groups, offered = label_aids.prepare(Project.open(project), progress=bars)
    finally:
        bars.close()
    click.echo(f"{groups} groups of near-duplicates, suggestions for {offered} frames")
