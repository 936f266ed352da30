"""What became of a push, camera by camera: as text, and as report.html beside its record."""

from collections import Counter

import jinja2

from contract import durable
from host_tools import push
from host_tools.rollout_file import BAD, SENDING, SKIPPED, TRIAL, WAITING

REPORT = "report.html"
_WORDS = {
    push.CONFIRMED: "in use", push.REJECTED: "rejected in its trial", push.REFUSED: "refused",
    push.UNDECIDED: "undecided", push.UNREACHABLE: "not reached", SKIPPED: "left out", WAITING: "not begun",
    SENDING: "interrupted", TRIAL: "in its trial",
}
_PAGE = jinja2.Environment(autoescape=True).from_string("""\
<!doctype html><html lang="en"><meta charset="utf-8"><title>Push {{ record.sequence }}</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 60em; padding: 0 1em; color: #222 }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .3em .8em .3em 0; border-bottom: 1px solid #ddd }
.bad { color: #a40000; font-weight: 600 } .good { color: #2b7a2b } .paused { background: #fff3cd; padding: .6em 1em }
</style>
<h1>Push {{ record.sequence }}: {{ record.model }}</h1>
<p>{{ bytes }} bytes, SHA-256 <code>{{ record.sha256[:16] }}</code>, begun {{ time(record.started) }}
{%- if record.finished %}, finished {{ time(record.finished) }}{% endif %}. {{ summary }}.</p>
{% if record.paused %}<p class="paused">Paused. {{ record.paused }}</p>{% endif %}
<table><tr><th>stage<th>camera<th>result<th>reason<th>before<th>time (UTC)</tr>
{% for stage in record.stages %}{% set number = loop.index %}{% for name in stage %}{% set camera = record.cameras[name] %}
<tr><td>{{ number }}<td>{{ name }}<td class="{{ "bad" if camera.state in bad else "good" if camera.state == "confirmed" }}">
{{- words[camera.state] }}{% if camera.unsigned %}, unsigned{% endif %}<td>{{ camera.reason or "" }}
<td>{{ "" if camera.before is none else camera.before }}<td>{{ time(camera.time) }}</tr>
{% endfor %}{% endfor %}</table></html>
""")


def lines(rollout):
    """The report as lines of text; cameras with a reason first."""
    record = rollout.record
    yield f"push {record.sequence} of {record.model}, begun {_time(record.started)}: {summary(rollout)}"
    if record.paused:
        yield f"paused: {record.paused}"
    names = [name for stage in record.stages for name in stage]
    width = max(map(len, names))
    for name in sorted(names, key=lambda name: record.cameras[name].state not in (*BAD, push.UNREACHABLE)):
        camera = record.cameras[name]
        yield f"  {name:{width}}  {_WORDS[camera.state]}" + (f": {camera.reason}" if camera.reason else "")


def summary(rollout):
    """Like "18 of 20 in use; 2 of 20 rejected in its trial"."""
    counts = Counter(_WORDS[camera.state] for camera in rollout.record.cameras.values())
    total = len(rollout.record.cameras)
    return "; ".join(f"{count} of {total} {words}" for words, count in counts.most_common())


def write(rollout):
    """Writes the page; returns its path. Raises OSError."""
    path = rollout.folder / REPORT
    page = _PAGE.render(record=rollout.record, bytes=f"{len(rollout.content):,}", summary=summary(rollout), words=_WORDS,
                        bad=(*BAD, push.UNREACHABLE), time=_time)
    durable.write(path, page.encode())
    return path


def _time(text):
    return "" if text is None else text[:19].replace("T", " ")
