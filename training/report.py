"""report.html of a run: one file with everything inside, for the person who installs the camera."""

import base64
from functools import cache
from pathlib import Path

import jinja2

from contract import durable
from contract.clock import utc_text
from contract.decision import UNKNOWN, UNUSABLE
from host_tools.native import imgprep, ujpeg
from training import plots

_WRONG_SHOWN = 20
_THUMBNAIL = 320  # pixels wide
_NETWORKS = {"teacher": "Teacher (big network on this computer)", "student": "Student (in real numbers)",
             "int8": "Student as the camera computes it (int8)"}


@cache
def _template():
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True).get_template("report.html.j2")


def write(path, project, evaluation, figures, costs, rows, split_record, environment):
    """evaluation: of the exported file on held-out frames; figures and costs as in evaluation.json; rows of
    metrics.csv; split_record: split.json; environment: environment.json."""
    columns = [*(state for state in evaluation.confusion if state != UNUSABLE), UNKNOWN]
    html = _template().render(
        project=project, evaluation=evaluation, columns=columns, costs=costs, environment=environment,
        networks=[(_NETWORKS[name], values) for name, values in figures.items()],
        curves=plots.learning_curves(rows), split=plots.split_line(split_record), hours=plots.by_hour(evaluation),
        wrong=[dict(row, picture=thumbnail(row["path"]), time=_time(row["time_ms"]))
               for row in evaluation.wrong[:_WRONG_SHOWN]],
        unusable=UNUSABLE)
    durable.write(path, html.encode())


def _time(time_ms):
    return "" if time_ms is None else utc_text(time_ms)


def thumbnail(path):
    """A small JPEG of the picture as a data: URL, or "" if it cannot be read."""
    try:
        jpeg = Path(path).read_bytes()
        width, height = ujpeg.info(jpeg)[:2]
        full = bytearray(width * height * 3)
        ujpeg.decode(jpeg, full, rgb=True)
        small_width = min(width, _THUMBNAIL)
        small_height = max(1, height * small_width // width)
        small, out = bytearray(small_width * small_height * 3), bytearray(small_width * small_height * 3 + 4096)
        imgprep.resize_area(full, width, height, 3, None, small, small_width, small_height)
        length = ujpeg.encode(small, small_width, small_height, 3, out, 80)
    except (OSError, ValueError):
        return ""
    return "data:image/jpeg;base64," + base64.b64encode(out[:length]).decode()
