"""The table of a search: the default network, the best trade-offs, and narrower networks by pruning and directly."""

from dataclasses import asdict, dataclass

from training import pareto

_COLUMNS = (("balanced accuracy, held out", "balanced_accuracy", ".4f"), ("AUC, held out", "auc", ".4f"),
            ("balanced accuracy, unseen day", "unseen_balanced_accuracy", ".4f"), ("AUC, unseen day", "unseen_auc", ".4f"),
            ("multiply-adds", "multiply_adds", ","), ("predicted ARM instructions", "instructions", ","))


@dataclass
class Row:
    """name: how it came about; channels: of the stem and the blocks; tried: pareto.Tried."""

    name: str
    channels: str
    tried: pareto.Tried

    def record(self):
        """A dictionary for search.json."""
        return {"name": self.name, "channels": self.channels, **asdict(self.tried)}


def rows(tried, narrower):
    """The Rows, in the order of the table. tried: of pareto.search; narrower: of training.narrower."""
    best, chosen = pareto.front(tried), pareto.suggestion(tried)
    found = [Row("default", _network(one), one) for one in tried if one.choices == pareto.FIRST][:1]
    for one in best:
        name = "search, suggested" if one is chosen else "search"
        found.append(Row(name, _network(one), one))
    for way, share, one in narrower:
        if way != "whole":
            name = f"pruned, {share:.0%} of the channels" if way == "pruned" else "the same channels from the start"
            found.append(Row(name, _network(one), one))
    return found


def _network(one):
    channels = f", channels {'-'.join(map(str, one.widths))}" if one.widths else ""
    return "{family} {side}x{side}x{channels}".format(**one.choices) + channels


def _columns(found):
    """Those that some row has something in."""
    return [column for column in _COLUMNS if any(getattr(row.tried, column[1]) is not None for row in found)]


def cells(found):
    """(titles, [texts of a row, ...]) of Rows."""
    columns = _columns(found)
    def text(value, form):
        return "-" if value is None else format(value, form)
    return (["", "network", *(title for title, _, _ in columns)],
            [[row.name, row.channels, *(text(getattr(row.tried, key), form) for _, key, form in columns)] for row in found])


def markdown(found):
    """The same as a table in Markdown."""
    titles, lines = cells(found)
    rule = ["---", "---", *["--:"] * (len(titles) - 2)]
    return "".join("| " + " | ".join(line) + " |\n" for line in [titles, rule, *lines])
