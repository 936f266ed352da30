"""The demonstration's report: one HTML file with everything inside."""

import base64
import io
from importlib.resources import files

import jinja2
import matplotlib
from matplotlib.figure import Figure

from contract import durable
from contract.clock import utc_text
from contract.decision import UNKNOWN
from host_tools.demo import score as scoring

_PICTURES = 12
_COLOURS = ("#4c78a8", "#e45756", "#72b7b2", "#eeca3b", "#b279a2")
_GREY = "#c3ccd4"


def write(path, title, introduction, figures, results, score, states, costs, picture):
    """Write report.html.

    figures and costs: [(name, value)]; results: [FrameResult]; `picture(time_ms)` gives JPEG bytes.
    """
    wrong = scoring.wrong(results)
    shown = wrong[::max(1, -(-len(wrong) // _PICTURES))]
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined)
    template = environment.from_string(files(__package__).joinpath("report.html.j2").read_text("utf-8"))
    durable.write(path, template.render(
        title=title, introduction=introduction, figures=figures, costs=costs,
        timeline=_timeline(results, states), columns=[*states, UNKNOWN],
        confusion=[_row(true, counts) for true, counts in score.confusion.items()],
        wrong_note=_wrong_note(len(wrong), len(shown), scoring.late(results)),
        pictures=[_figure(result, picture(result.time_ms)) for result in shown],
    ).encode())


def _wrong_note(count, shown, late):
    if not count:
        return "None."
    note = f"{count} frames, {late} of them within {scoring.SETTLING} frames after the door moved or the view cleared, before the report follows."
    return note if shown == count else note + f" {shown} of them are shown."


def _row(true, counts):
    total = sum(counts.values())
    cells = [{"count": count, "kind": "right" if name == true else "wrong" if count else ""}
             for name, count in counts.items()]
    return {"name": true, "cells": cells, "recall": f"{counts[true] / total:.3f}" if total else "none seen"}


def _figure(result, jpeg):
    return {"data": base64.b64encode(jpeg).decode(),
            "caption": f"{utc_text(result.time_ms)[11:19]} true {result.state}, reported {result.reported}"}


def _timeline(results, states):
    """An SVG of two bars over the hours: truth above, report below, blocked periods hatched in between."""
    colours = {state: _COLOURS[i % len(_COLOURS)] for i, state in enumerate(states)} | {UNKNOWN: _GREY}
    start = results[0].time_ms
    hours = [(result.time_ms - start) / 3600000 for result in results]
    hours.append(2 * hours[-1] - hours[-2] if len(hours) > 1 else hours[-1] + 1)
    with matplotlib.rc_context({"svg.fonttype": "none"}):
        figure = Figure(figsize=(11, 1.9), layout="constrained")
        axes = figure.add_subplot()
        for y, value in ((2, lambda r: r.state), (0, lambda r: r.reported)):
            for first, last, state in _spans(results, value):
                axes.broken_barh([(hours[first], hours[last] - hours[first])], (y, 0.8), color=colours[state], linewidth=0)
        for first, last, blocked in _spans(results, lambda r: r.blocked):
            if blocked:
                axes.broken_barh([(hours[first], hours[last] - hours[first])], (1, 0.8), color="#59636e", linewidth=0)
        axes.set_yticks([0.4, 1.4, 2.4], ["reported", "blocked", "true"])
        axes.set_xlim(0, hours[-1])
        axes.set_xlabel("hour of the day (UTC)")
        if hours[-1] > 12:
            axes.set_xticks(range(0, 25, 2))
        axes.spines[["top", "right", "left"]].set_visible(False)
        used = [state for state in [*states, UNKNOWN] if any(state in (r.state, r.reported) for r in results)]
        axes.legend(handles=[matplotlib.patches.Patch(color=colours[state], label=state) for state in used],
                    loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
        text = io.StringIO()
        figure.savefig(text, format="svg")
    return text.getvalue()[text.getvalue().index("<svg"):]


def _spans(results, value):
    """(first index, index after the last, value) of maximal runs of equal value."""
    first = 0
    for i in range(1, len(results) + 1):
        if i == len(results) or value(results[i]) != value(results[first]):
            yield first, i, value(results[first])
            first = i
