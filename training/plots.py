"""The report's drawings, as SVG text."""

import io

import matplotlib
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from contract.clock import utc_text

_COLOURS = ("#2a6f97", "#d1495b", "#8d99ae", "#edae49", "#66a182", "#5c4d7d")
_GOOD, _FAIR, _BAD = "#3d8b5f", "#e0a020", "#c8434f"
_DAY_MS = 86_400_000
_MOST_DAYS = 31
_SHORTEST_H = 0.08  # a bar that can be seen


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
    """Share of frames reported right in every UTC hour; above each bar how many frames it stands on."""
    figure = Figure(figsize=(9, 2.2))
    axes = figure.add_subplot(xlabel="hour (UTC)", ylabel="% right", ylim=(0, 118), xlim=(-0.6, 23.6))
    for hour, counts in evaluation.by_hour.items():
        share = 100 * counts["right"] / counts["frames"]
        axes.bar(int(hour), share, color=_GOOD if share >= 98 else _FAIR if share >= 90 else _BAD)
        axes.text(int(hour), share + 3, str(counts["frames"]), ha="center", fontsize=7, color="#666")
    axes.set_xticks(range(0, 24, 2))
    axes.set_yticks((0, 50, 100))
    _plain(axes)
    return _svg(figure)


def timeline(events):
    """Openings found and missed, and invented ones, one row a UTC day, at most `_MOST_DAYS` with the most of them.

    events: training.events.score's; after the smoother where that is known.
    """
    smoothed = events["smoothed"]
    key, inventions = ("smoothed_delay_s", smoothed["inventions"]) if smoothed else ("delay_s", events["inventions"])
    busy = sorted(events["days"], key=lambda day: -sum(events["days"][day].values()))[:_MOST_DAYS]
    days = sorted(busy)
    figure = Figure(figsize=(9, 0.9 + 0.34 * len(days)))
    axes = figure.add_subplot(xlabel="hour (UTC)", xlim=(0, 24), ylim=(len(days) - 0.4, -0.6))
    axes.hlines(range(len(days)), 0, 24, color="#e4e4e4", zorder=0)
    for opening in events["list"]:
        _event(axes, days, opening, _BAD if opening[key] is None else _GOOD, 0.3)
    for invention in inventions:
        _event(axes, days, invention, _FAIR, 0.3)
    axes.set_yticks(range(len(days)), days)
    axes.set_xticks(range(0, 25, 3))
    for name, colour in (("found", _GOOD), ("missed", _BAD), ("invented", _FAIR)):
        axes.bar(-1, 0, color=colour, label=name)
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1.05))
    _plain(axes)
    return _svg(figure)


def _event(axes, days, event, colour, half):
    day = utc_text(event["start_ms"])[:10]
    if day in days:
        width = max(_SHORTEST_H, (event["end_ms"] - event["start_ms"]) / 3.6e6)
        axes.add_patch(Rectangle((event["start_ms"] % _DAY_MS / 3.6e6 - _SHORTEST_H / 2, days.index(day) - half),
                                 width, 2 * half, color=colour, linewidth=0))


def reliability(rows):
    """How often the camera was right against how sure it was; the area of a point is its number of frames.

    rows: training.reliability.bins'.
    """
    figure = Figure(figsize=(4.2, 3.6))
    axes = figure.add_subplot(xlabel="how sure the camera was (%)", ylabel="how often it was right (%)",
                              xlim=(0, 103), ylim=(0, 103))
    axes.plot((0, 100), (0, 100), color="#999", linestyle="--", linewidth=1)
    axes.text(42, 34, "as sure as right", fontsize=8, color="#777")
    most = max(row["frames"] for row in rows)
    for row in rows:
        axes.scatter(100 * row["confidence"], 100 * row["accuracy"], 30 + 300 * row["frames"] / most,
                     color=_COLOURS[0], alpha=0.75, linewidth=0, clip_on=False)
        axes.annotate(str(row["frames"]), (100 * row["confidence"], 100 * row["accuracy"]), (0, -16),
                      textcoords="offset points", ha="center", fontsize=7, color="#555")
    _plain(axes)
    return _svg(figure)


def _plain(axes):
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.set_axisbelow(True)


def learning_forecast(enough):
    """The learning curve of training.enough.Enough with its power law, up to twice the labels."""
    figure = Figure(figsize=(7, 2.8))
    axes = figure.add_subplot(xlabel="labels to learn from", ylabel="balanced accuracy (%)", xscale="log")
    labels = [point["labels"] for point in enough.curve]
    low, high, mean = ([100 * point[key] for point in enough.curve] for key in ("low", "high", "balanced_accuracy"))
    axes.fill_between(labels, low, high, color=_COLOURS[0], alpha=0.15, linewidth=0)
    axes.plot(labels, mean, "o", color=_COLOURS[0], label="measured")
    if enough.a is not None:
        line = [labels[0] * (2 * enough.labels / labels[0]) ** (i / 40) for i in range(41)]
        axes.plot(line, [100 * (1 - enough.a * n ** -enough.b) for n in line], "--", color=_COLOURS[2], label="power law")
        low, high = (100 * value for value in enough.doubled_range)
        axes.vlines(2 * enough.labels, low, high, color=_COLOURS[1])
        axes.plot(2 * enough.labels, 100 * enough.doubled, "o", mfc="white", color=_COLOURS[1], label="with twice as many")
        labels = [*labels, 2 * enough.labels]
    ticks = sorted(set(labels))
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()
    axes.grid(alpha=0.3, axis="y")
    axes.legend(frameon=False, loc="lower right")
    _plain(axes)
    return _svg(figure)
