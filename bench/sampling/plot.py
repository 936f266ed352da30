"""Openings covered and near-duplicates of every strategy, one panel an installation."""

from matplotlib.figure import Figure

from bench.learning.plot import save
from bench.sampling.strategies import ALL, TITLES

_OURS, _OTHERS = "#d1495b", "#8d99ae"


def draw(found):
    """A Figure of what bench-sampling.json holds."""
    names = sorted(found["ours"]["installations"])
    shown = [strategy for strategy in ALL if strategy in found][::-1]
    figure = Figure(figsize=(2.6 + 3.0 * len(names), 4.4), layout="constrained")
    panels = figure.subplots(1, len(names), sharey=True, squeeze=False)[0]
    for axes, name in zip(panels, names):
        values = [found[strategy]["installations"].get(name, {}).get("openings_covered", 0) for strategy in shown]
        bars = axes.barh([TITLES[strategy] for strategy in shown], values,
                         color=[_OURS if strategy.startswith("ours") else _OTHERS for strategy in shown])
        axes.bar_label(bars, [f"{value:.0%}" for value in values], padding=2)
        axes.set_xlim(0, 1.18)
        axes.set_title(name)
        axes.set_xlabel("share of openings with a kept frame")
    return figure


def write(found, stem):
    """`stem`.svg and `stem`.png."""
    save(draw(found), stem)
