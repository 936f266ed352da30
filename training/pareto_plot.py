"""The drawing of a search, as SVG text."""

from matplotlib.figure import Figure

from training import plots

_COLOURS = {"separable": "#2a6f97", "plain": "#d1495b", "residual": "#66a182"}


def pareto(tried, best, chosen):
    """Balanced accuracy over instructions: every network tried, the front, the suggested one (pareto.Tried)."""
    figure = Figure(figsize=(8, 4.2))
    axes = figure.add_subplot(xscale="log", xlabel="predicted ARM instructions of an inference",
                              ylabel="balanced accuracy, held-out frames")
    for family, colour in _COLOURS.items():
        own = [one for one in tried if one.choices["family"] == family and one.balanced_accuracy is not None]
        axes.scatter([one.instructions for one in own], [one.balanced_accuracy for one in own], color=colour, s=22,
                     alpha=0.8, label=family)
    axes.step([one.instructions for one in best], [one.balanced_accuracy for one in best], where="post", color="#444",
              linewidth=1, label="not beaten in both")
    axes.scatter([chosen.instructions], [chosen.balanced_accuracy], s=150, facecolors="none", edgecolors="#444",
                 label="suggested")
    axes.grid(alpha=0.3)
    axes.legend(frameon=False, loc="lower right")
    return plots._svg(figure)
