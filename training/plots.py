"""The report's drawings, as SVG text."""

import io

import matplotlib
from matplotlib.figure import Figure

_COLOURS = ("#2a6f97", "#d1495b", "#8d99ae", "#edae49", "#66a182", "#5c4d7d")
_DAY_MS = 86_400_000


def _svg(figure):
    out = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "doorlens"}):
        figure.savefig(out, format="svg", bbox_inches="tight", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    return out.getvalue()[out.getvalue().index("<svg"):]


def learning_curves(rows):
    """Held-out loss and accuracy over a run's rows (training.run.History.rows)."""
    figure = Figure(figsize=(9, 2.8))
    for place, (column, title) in enumerate((("held_out_loss", "loss"), ("held_out_accuracy", "accuracy"))):
        axes = figure.add_subplot(1, 2, place + 1, title=f"{title} on held-out frames", xlabel="progress of the stage")
        for colour, stage in zip(_COLOURS, ("teacher", "student")):
            own = [row for row in rows if row["stage"] == stage]
            last = max((int(row["step"]) for row in own), default=1) or 1
            axes.plot([int(row["step"]) / last for row in own], [float(row[column]) for row in own], color=colour,
                      marker=".", label=stage)
        axes.grid(alpha=0.3)
        axes.legend(frameon=False)
    return _svg(figure)


def split_line(record):
    """Which hours taught and which were held out: one row a day, or a single row without times."""
    blocks = record["blocks"]
    timed = [block for block in blocks if block["first_ms"] is not None]
    days = sorted({block["first_ms"] // _DAY_MS for block in timed})
    figure = Figure(figsize=(9, 0.7 + 0.35 * max(1, len(days))))
    axes = figure.add_subplot(xlabel="hour (UTC)" if timed else "blocks in order")
    for number, block in enumerate(blocks):
        colour = _COLOURS[1] if block["side"] == "held_out" else _COLOURS[0]
        if block["first_ms"] is None:
            axes.barh(0, 1, left=number, color=colour, edgecolor="white")
            continue
        start, length = block["first_ms"] % _DAY_MS / 3.6e6, (block["last_ms"] - block["first_ms"]) / 3.6e6
        axes.barh(days.index(block["first_ms"] // _DAY_MS), max(0.1, length), left=start, color=colour, edgecolor="white")
    axes.set_yticks(range(len(days)), [f"day {n + 1}" for n in range(len(days))])
    axes.invert_yaxis()
    for name, colour in zip(("trained on", "held out"), _COLOURS):
        axes.bar(0, 0, color=colour, label=name)
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return _svg(figure)


def by_hour(evaluation):
    """Share of frames reported right in every UTC hour."""
    figure = Figure(figsize=(9, 2))
    axes = figure.add_subplot(xlabel="hour (UTC)", ylabel="right", ylim=(0, 1.02), xlim=(-0.6, 23.6))
    for hour, counts in evaluation.by_hour.items():
        axes.bar(int(hour), counts["right"] / counts["frames"], color=_COLOURS[0])
    axes.grid(alpha=0.3, axis="y")
    return _svg(figure)
