"""The results as a table, on a terminal and in docs/bench-learning.md."""

from rich.table import Table

from bench.learning.results import methods

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
    return " / ".join(number(figures[name]) for name in ("balanced_accuracy", "auc", "ece"))


def number(value):
    return "-" if value is None else f"{value:.3f}"


def terminal(found):
    """A rich Table: balanced accuracy / AUC / expected calibration error."""
    table = Table("installation", "method", *(f"{count} labels" for count in counts(found)),
                  caption="balanced accuracy / AUC / ECE on the unseen frames")
    last = None
    for name, title, cells in rows(found):
        table.add_row(name if name != last else "", title, *map(_cell, cells))
        last = name
    return table


def markdown(found):
    lines = ["| installation | method | " + " | ".join(f"{count} labels" for count in counts(found)) + " |",
             "|---|---|" + "---|" * len(counts(found))]
    lines += [f"| {name} | {title} | " + " | ".join(map(_cell, cells)) + " |" for name, title, cells in rows(found)]
    return "\n".join(lines)


def rewrite(path, text, begin=BEGIN, end=END):
    """Put `text` between the marks of a Markdown file."""
    before, rest = path.read_text("utf-8").split(begin, 1)
    path.write_text(f"{before}{begin}\n{text}\n{end}{rest.split(end, 1)[1]}", "utf-8")
