"""The demonstration's end: a table on the terminal and the report."""

import json

from rich.table import Table

from contract import model as model_file
from contract.decision import UNKNOWN
from host_tools.demo import report
from host_tools.simcam.jpeg import encode

_QUALITY = 80


def show(plan, out, scene, results, score, trained, status, console):
    """Print the table and write out/report.html."""
    console.print(_confusion(score))
    figures = _figures(score)
    for name, value in figures:
        console.print(f"  {value:>10}  {name}")
    report.write(
        out / "report.html", f"Doorlens: the {plan.installation}, one unseen day",
        f"A virtual camera ran {plan.binary} under emulation. It sampled {plan.sampling_days} days by itself; the "
        "samples were labelled from the scene's ground truth, a teacher was trained and distilled into the camera's "
        "network, and that was pushed to the running camera. This page shows the day after, as reported over MQTT.",
        figures, results, score, list(score.confusion), _costs(plan, trained, status),
        lambda time_ms: encode(scene.render(time_ms), _QUALITY))
    console.print(f"Report: {out / 'report.html'}")


def _figures(score):
    return [("balanced accuracy", f"{score.balanced_accuracy:.4f}"),
            ("openings found", f"{score.found} of {score.openings}"),
            ("openings invented", str(score.invented)),
            ("blocked periods reported as an opening", f"{score.blocked_reported_open} of {score.blocked_periods}"),
            ("frames", f"{score.frames}")]


def _confusion(score):
    table = Table("true \\ reported", *score.confusion, UNKNOWN)
    for true, counts in score.confusion.items():
        table.add_row(true, *(str(count) for count in counts.values()))
    return table


def _costs(plan, trained, status):
    model = model_file.parse(trained.model.read_bytes())
    evaluation = json.loads((trained.directory / "evaluation.json").read_text("utf-8"))
    return [("firmware, static and stripped", f"{plan.binary.stat().st_size:,} bytes"),
            ("model file", f"{trained.model.stat().st_size:,} bytes"),
            ("network's input", f"{model.width} x {model.height} x {model.channels}"),
            ("multiply-adds a frame", f"{evaluation['costs']['multiply_adds']:,}"),
            ("frames the camera fetched, repeats during training included", f"{status['frame']['count']:,}")]
