"""The HTML report of a run or an evaluation: one file with everything inside, for whoever answers for the door."""

from functools import cache
from pathlib import Path

import jinja2

from contract import durable
from contract.clock import utc_text
from contract.decision import UNKNOWN, UNUSABLE
from training import explain, footprint, plots, verdict
from training.evaluate import load

_WRONG_SHOWN = 20
_MINUTE_MS = 60_000
_DATES_SHOWN = 31
_NEXT_SHOWN = 6
_NETWORKS = {"teacher": "Teacher (big network on this computer)", "student": "Student (in real numbers)",
             "int8": "Student as the camera computes it (int8)"}


@cache
def _template():
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["percent"] = lambda share: "–" if share is None else verdict.percent(share)
    environment.filters["date"] = lambda time_ms: "" if time_ms is None else utc_text(time_ms)[:19].replace("T", " ")
    environment.filters["whole"] = "{:,}".format
    return environment.get_template("report.html.j2")


def write(path, project, evaluation, figures=None, costs=None, rows=(), split_record=None, environment=None, *,
          model=None, comparison=None, enough=None, seen=0):
    """Write the report of `evaluation`; whatever is None is left out.

    figures: evaluation.json's "networks"; costs: ignored where `model` is there; rows of metrics.csv; split_record:
    split.json; environment: environment.json; model: path of the model file evaluated (the model.safetensors beside
    `path` by default), for explanation maps and costs; comparison: training.compare.Comparison; enough:
    training.enough.Enough; seen: how many of the frames the model learnt from,
    None: unknown.
    """
    beside = Path(path).with_name("model.safetensors")
    model = model or (beside if beside.is_file() else None)
    html = _template().render(
        project=project, evaluation=evaluation, verdict=verdict.judge(evaluation, seen, comparison),
        columns=[*evaluation.by_state, UNKNOWN], states=list(evaluation.by_state), unusable=UNUSABLE,
        counts=verdict.published(evaluation.events) if evaluation.events else None,
        timeline=plots.timeline(evaluation.events) if evaluation.events.get("days") else None,
        hours=plots.by_hour(evaluation) if evaluation.by_hour else None,
        dates=list(evaluation.by_date.items())[-_DATES_SHOWN:],
        diagram=plots.reliability(evaluation.reliability) if evaluation.reliability else None,
        wrong=_wrong(evaluation, model), costs=footprint.footprint(model) if model else costs,
        networks=[(_NETWORKS.get(name, name), values) for name, values in (figures or {}).items()],
        curves=plots.learning_curves(rows) if rows else None,
        split=plots.split_line(split_record) if split_record else None, environment=environment or {},
        comparison=comparison, enough=enough,
        forecast=plots.learning_forecast(enough) if enough and enough.curve else "",
        label_next=[explain.thumbnail(Path(file)) for file in enough.frames[:_NEXT_SHOWN]] if enough else [], seen=seen)
    durable.write(path, html.encode())


def worst(wrong, count=_WRONG_SHOWN):
    """`count` rows of Evaluation.wrong: the worst of every minute first, so that one event does not fill the page."""
    minutes, first, rest = set(), [], []
    for row in wrong:
        minute = row["path"] if row["time_ms"] is None else row["time_ms"] // _MINUTE_MS
        (rest if minute in minutes else first).append(row)
        minutes.add(minute)
    return (first + rest)[:count]


def _wrong(evaluation, model):
    """The worst frames as dictionaries of their row and the pictures that explain them."""
    parsed, network = load(model) if model else (None, None)
    shown = []
    for row in worst(evaluation.wrong):
        path = Path(row["path"])
        pictures = explain.explain(path, parsed, network) if model else explain.Explained(explain.thumbnail(path), "")
        shown.append({**row, "pictures": pictures, "name": path.name})
    return shown
