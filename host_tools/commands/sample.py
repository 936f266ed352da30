"""doorlens sample"""

import contextlib
import re
from pathlib import Path
from urllib.parse import urlsplit

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from host_tools import contact_sheet, ingest, sampling, sources
from host_tools.contact_sheet import Card
from host_tools.errors import ProjectError
from host_tools.project import Project

_CARDS = 120  # of the contact sheet: the first
_TROUBLES = ("damaged", "blank", "resized", "jumps", "interrupted")


@click.command(epilog="""\b
Examples:
  doorlens sample rtsp://user:secret@192.168.1.20/stream1 --project my-door
  doorlens sample front=http://192.168.1.20/mjpg/video.mjpg yard=rtsp://192.168.1.21/1 --project my-door --hours 24
  doorlens sample last-week.mp4 old-pictures --project my-door --day-frames 200
""")
@click.argument("given", metavar="SOURCE...", nargs=-1, required=True)
@click.option("--project", default=".", show_default=True, type=click.Path(file_okay=False), help="The project's folder.")
@click.option("--rate", default=2.0, show_default=True, type=click.FloatRange(0.01, 30), help="Frames a second to look at.")
@click.option("--hours", type=click.FloatRange(0, min_open=True), help="End streams after that; else Ctrl+C ends.")
@click.option("--day-frames", type=click.IntRange(10, 20000), help="Frames to keep a day of each source; 100.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help="Of the random slice.")
@click.option("--sheet", type=click.Path(dir_okay=False), help="The contact sheet; sampled.png and .html of the project.")
def command(given, project, rate, hours, day_frames, seed, sheet):
    """Keep the few telling frames of streams, video files and folders in PROJECT, as a camera would.

    A SOURCE is an rtsp:// or http:// address (MJPEG or a snapshot), a video file or a folder of .jpg pictures, after a
    name and "=" if it shall have another than its own. What is damaged, stops or jumps is said once, counted, and
    sampling goes on.
    """
    opened, settings = Project.open(project), {"day_frames": day_frames} if day_frames else {}
    with contextlib.ExitStack() as held:
        bars = held.enter_context(Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
                                           TextColumn("{task.fields[kept]} kept"), transient=True))
        pairs, tasks = [], {}
        for name, text in _named(given, opened):
            source = sources.open_source(text, round(1000 / rate))
            held.enter_context(ingest.alone(opened, f"sample-{name}.lock"))
            intake = sampling.Intake(opened, name, source.live, settings, seed, lambda line: bars.console.print(
                line, highlight=False, markup=False, soft_wrap=True))
            pairs.append((source, intake))
            tasks[intake] = bars.add_task(name, total=source.total, kept=0)
        sampling.run(pairs, hours and hours * 3600, lambda intake: bars.update(
            tasks[intake], advance=1, kept=intake.summary.counts["kept"]))
    summaries = [intake.summary for _, intake in pairs]
    _print(summaries)
    _sheet(opened, Path(sheet) if sheet else opened.path / "sampled", summaries)


def _named(given, project):
    """[(name, source)]; names are those of the sources' own folders in frames/."""
    found = {}
    for text in given:
        name, equals, rest = text.partition("=")
        own = bool(equals) and re.fullmatch(r"[\w-]+", name)
        source = rest if own else text
        name = name if own else re.sub(r"[^\w-]+", "-", urlsplit(source).hostname or Path(source).stem).strip("-") or "source"
        if name in found:
            raise ProjectError(f"two sources have the name {name}: give them others, as NAME=SOURCE")
        if name in project.cameras:
            raise ProjectError(f"{name} is a camera of the project: give the source another name, as NAME=SOURCE")
        found[name] = source
    return found.items()


def _print(summaries):
    table = Table("source", "frames", "kept", "why", "troubles")
    for summary in summaries:
        counts = summary.counts
        table.add_row(summary.name, str(counts["frames"]), str(counts["kept"]),
                      ", ".join(f"{count} {reason}" for reason, count in summary.reasons.most_common()),
                      ", ".join(f"{counts[kind]} {kind}" for kind in _TROUBLES if counts[kind]))
    Console().print(table)


def _sheet(project, stem, summaries):
    cards = [Card(project.path / path, reason, summary.name, path) for summary in summaries for path, reason in summary.kept]
    about = f"{len(cards)} frames kept of {sum(summary.counts['frames'] for summary in summaries)}" + (
        f", the first {_CARDS} shown." if len(cards) > _CARDS else ".")
    picture, page = contact_sheet.write(stem, f"{project.name}: sampled frames", about, cards[:_CARDS], project.region)
    click.echo(f"{about}\nContact sheet: {picture}, {page}\nNext: `doorlens select {project.path}`.")
