"""The results for a terminal and for docs/bench-sampling.md."""

from rich.table import Table

from bench.sampling.results import FIGURES
from bench.sampling.strategies import ALL, TITLES

HEADS = ("openings covered", "near-duplicates", "covering radius", "rarer state", "hours", "kept a day")


def lines(found):
    """[(installation, title, [texts of FIGURES])], installation by installation, ours first."""
    names = sorted({name for strategy in ALL for name in found.get(strategy, {}).get("installations", ())})
    return [(name, TITLES[strategy], texts(found[strategy]["installations"][name]))
            for name in names for strategy in ALL if name in found.get(strategy, {}).get("installations", ())]


def texts(figures):
    """One text a figure of FIGURES."""
    shown = {"openings_covered": "{:.1%}", "near_duplicates": "{:.1%}", "covering_radius": "{:.2f}",
             "both_states_share": "{:.1%}", "hours_present": "{:.0f}", "kept_a_day": "{:.0f}"}
    return [shown[name].format(figures[name]) for name in FIGURES]


def terminal(found):
    made = Table("installation", "strategy", *HEADS)
    before = None
    for name, title, row in lines(found):
        made.add_row(name if name != before else "", title, *row)
        before = name
    return made


def markdown(found):
    head = ["installation", "strategy", *HEADS]
    rows = [head, ["---"] * len(head), *([name, title, *row] for name, title, row in lines(found))]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)
