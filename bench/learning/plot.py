"""Balanced accuracy over the number of labels, one panel an installation."""

import io

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from bench.learning.results import TITLES, methods
from bench.learning.table import counts
from contract import durable

_START = 24  # pictures that Frigate's wizard begins with
_BESIDE = 1.02  # methods stand side by side, so that bars of several draws do not hide each other
_TOP = 1.01  # where the stretched axis would be infinite
_HIGHEST = 1.0015  # so that a marker at 1 is whole
_TICKS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.98, 0.99, 1.0)
_STYLES = {"student": ("#d1495b", "o", "-", 2.4), "teacher": ("#edae49", "s", "-", 1.4),
           "frozen_backbone": ("#2a6f97", "v", "--", 1.4), "farthest_first": ("#66a182", "D", ":", 1.4),
           "from_scratch": ("#8d99ae", "^", "--", 1.4)}


def draw(found):
    """A Figure of what bench-learning.json holds; of several draws the mean, and a bar from the lowest to the highest."""
    installations, ticks = found["installations"], counts(found)
    figure = Figure(figsize=(1.2 + 3.8 * len(installations), 4.2), layout="constrained")
    panels = figure.subplots(1, len(installations), sharey=True, squeeze=False)[0]
    for axes, (name, entry) in zip(panels, installations.items()):
        _panel(axes, entry, ticks)
        axes.set_title(name)
    panels[0].set_ylabel("balanced accuracy, unseen frames")
    _stretch(panels[0])
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=min(3, 2 * len(installations) - 1), frameon=False)
    return figure


def _panel(axes, entry, ticks):
    by_title = {title: key for key, title in TITLES.items()}
    for number, (title, method) in enumerate(methods(entry)):
        beside = _BESIDE ** (number - 2)
        colour, marker, line, width = _STYLES[by_title[title]]
        points = [(int(count), figures["balanced_accuracy"]) for count, figures in method["by_labels"].items()
                  if figures["balanced_accuracy"] is not None]
        shifted = [(count * beside, value) for count, value in points]
        axes.plot(*zip(*shifted), color=colour, marker=marker, linestyle=line, linewidth=width, label=title)
        axes.vlines(*_ranges(method, beside), color=colour, linewidth=1.2)
        if by_title[title] == "farthest_first" and _START in dict(points):
            axes.plot(_START * beside, dict(points)[_START], color=colour, marker="*", markersize=14)
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_major_formatter(FixedFormatter(list(map(str, ticks))))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("labels")
    axes.grid(alpha=0.3)


def _ranges(method, beside):
    """(numbers of labels, lowest, highest balanced accuracy) of those with several draws."""
    several = [(int(count) * beside, figures["values"]) for count, figures in method["by_labels"].items()
               if figures["spread"] is not None]
    return [at for at, _ in several], [min(values) for _, values in several], [max(values) for _, values in several]


def _stretch(axes):
    """Near 1 half the error is as far as it is near 0.8."""
    axes.set_yscale("function", functions=(lambda y: -np.log(np.maximum(_TOP - y, 1e-6)), lambda z: _TOP - np.exp(-z)))
    lowest, _ = axes.get_ylim()
    axes.set_ylim(lowest, _HIGHEST)
    ticks = [tick for tick in _TICKS if tick >= lowest]
    axes.yaxis.set_major_locator(FixedLocator(ticks))
    axes.yaxis.set_major_formatter(FixedFormatter([f"{tick:g}" for tick in ticks]))
    axes.yaxis.set_minor_locator(NullLocator())


def write(found, stem):
    """`stem`.svg and `stem`.png."""
    save(draw(found), stem)


def save(figure, stem):
    """The same bytes for the same Figure: `stem`.svg and `stem`.png."""
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "doorlens"}):
        for kind, more in (("svg", {"metadata": {"Date": None}}),
                           ("png", {"dpi": 150, "metadata": {"Software": None}})):
            out = io.BytesIO()
            figure.savefig(out, format=kind, **more)
            durable.write(stem.with_suffix("." + kind), out.getvalue())
