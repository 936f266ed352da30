"""The results as a table, on a terminal and in docs/bench-learning.md."""

from rich.table import Table

from bench.learning.results import TITLES, methods

BEGIN, END = "<!-- make bench-learning -->", "<!-- /make bench-learning -->"


def counts(found):
    """All numbers of labels that were measured, in order."""
    return sorted({int(count) for entry in found["installations"].values() for _, method in methods(entry)
                   for count in method["by_labels"]})


def rows(found):
    """(installation, method, [figures or None for every number of labels])."""
    for name, entry in found["installations"].items():
        for title, method in methods(entry):
            yield name, title, [method["by_labels"].get(str(count)) for count in counts(found)]


def _cell(figures):
    if figures is None:
        return "-"
    return " / ".join([spread(figures), *(number(figures[name]) for name in ("auc", "ece"))])


def spread(figures):
    """Balanced accuracy, of several draws with their standard deviation; in brackets what is published."""
    text = number(figures["balanced_accuracy"])
    if figures.get("spread") is not None:
        text += f" ± {number(figures['spread'])}"
    return text if "published" not in figures else f"{text} ({number(figures['published'])})"


def number(value):
    return "-" if value is None else f"{value:.3f}"


def terminal(found):
    """A rich Table: balanced accuracy / AUC / expected calibration error."""
    table = Table("installation", "method", *(f"{count} labels" for count in counts(found)),
                  caption="balanced accuracy (as published) / AUC / ECE on the unseen frames")
    last = None
    for name, title, cells in rows(found):
        table.add_row(name if name != last else "", title, *map(_cell, cells))
        last = name
    return table


def verdict(found):
    """A rich Table: is the student ahead of every baseline at 24 labels?"""
    table = Table(*_verdict_head(found), title="student at 24 labels: ahead of")
    for row in _verdict_rows(found):
        table.add_row(*row)
    return table


def _verdict_head(found):
    return "installation", *(TITLES[name] for name in _compared(found)), "openings found", "invented"


def _compared(found):
    """The baselines that were measured at 24 labels somewhere, in the order of TITLES."""
    return [name for name in TITLES if any(name in entry for entry in found["ahead_at_24"].values())]


def _verdict_rows(found):
    for name, against in found["ahead_at_24"].items():
        student = found["installations"][name].get("student", {"by_labels": {}})["by_labels"].get("24", {})
        events = student.get("events")
        yield (name, *(_ahead(against.get(baseline)) for baseline in _compared(found)),
               *((f"{events['found']:.3g} of {events['openings']:.3g}", f"{events['invented']:.3g}") if events
                 else ("-", "-")))


def _ahead(found):
    return "-" if found is None else f"{'yes' if found['ahead'] else 'no'}, {found['difference']:+.3f}"


def markdown(found):
    """The table of all figures, and the one of `verdict`."""
    return f"{_figures(found)}\n\nThe student at 24 labels, ahead of:\n\n{_verdict(found)}"


def _verdict(found):
    head = _verdict_head(found)
    return "\n".join("| " + " | ".join(line) + " |" for line in (head, ["---"] * len(head), *_verdict_rows(found)))


def _figures(found):
    lines = ["| installation | method | " + " | ".join(f"{count} labels" for count in counts(found)) + " |",
             "|---|---|" + "---|" * len(counts(found))]
    lines += [f"| {name} | {title} | " + " | ".join(map(_cell, cells)) + " |" for name, title, cells in rows(found)]
    return "\n".join(lines)


def rewrite(path, text, begin=BEGIN, end=END):
    """Put `text` between the marks of a Markdown file."""
    before, rest = path.read_text("utf-8").split(begin, 1)
    path.write_text(f"{before}{begin}\n{text}\n{end}{rest.split(end, 1)[1]}", "utf-8")
