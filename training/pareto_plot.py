"""The drawing of a search."""

import io

import matplotlib
from matplotlib.figure import Figure

_COLOURS = {"separable": "#2a6f97", "plain": "#d1495b", "residual": "#66a182"}


def pareto(tried, best, chosen, ways=(), kind="svg"):
    """Balanced accuracy over instructions, as the bytes of an "svg" or "png" file: every network tried, the front, the
    suggested one (pareto.Tried), narrower ones (training.narrower)."""
    figure = Figure(figsize=(8, 4.2))
    axes = figure.add_subplot(xscale="log", xlabel="predicted ARM instructions of an inference",
                              ylabel="balanced accuracy, held-out frames")
    for family, colour in _COLOURS.items():
        own = [one for one in tried if one.choices["family"] == family and one.balanced_accuracy is not None]
        axes.scatter([one.instructions for one in own], [one.balanced_accuracy for one in own], color=colour, s=22,
                     alpha=0.8, label=family)
    axes.step([one.instructions for one in best], [one.balanced_accuracy for one in best], where="post", color="#444",
              linewidth=1, label="not beaten in both")
    for way, marker in (("pruned", "v"), ("direct", "^")):
        own = [one for name, _, one in ways if name == way]
        label = "default, pruned" if way == "pruned" else "the same channels from the start"
        if own:
            axes.scatter([one.instructions for one in own], [one.balanced_accuracy for one in own], marker=marker, s=44,
                         color="#edae49", edgecolors="#444", linewidths=0.6, label=label)
    axes.scatter([chosen.instructions], [chosen.balanced_accuracy], s=150, facecolors="none", edgecolors="#444",
                 label="suggested")
    axes.grid(alpha=0.3)
    axes.legend(frameon=False, loc="lower right")
    out = io.BytesIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "doorlens"}):
        figure.savefig(out, format=kind, bbox_inches="tight", dpi=140, metadata={"Date": None} if kind == "svg" else None)
    return out.getvalue()
