"""The status page: one HTML page without a secret in it, which asks for the token and then the control API for the rest.

It fetches relative paths only, so it works behind another web server. Whatever the API says is put in as text, never as HTML,
and the Content-Security-Policy allows no script and no style but these two.
"""

from binascii import b2a_base64
from hashlib import sha256

CONTENT_TYPE = "text/html; charset=utf-8"

_STYLE = """
:root{color-scheme:light dark;--back:#f4f5f7;--card:#fff;--text:#1b1f24;--dim:#5f6b7a;--line:#dde1e6;--mark:#0a66c2;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--back:#14171a;--card:#1e2226;--text:#e6e8ea;--dim:#98a2ad;--line:#30363c;--mark:#6db3f2;
--bad:#ff8a80}}
*{box-sizing:border-box}[hidden]{display:none!important}
body{margin:0;background:var(--back);color:var(--text);font:15px/1.45 system-ui,sans-serif}
main{max-width:1080px;margin:auto;padding:16px;display:grid;gap:16px;grid-template-columns:minmax(0,3fr) minmax(0,2fr)}
main>div{display:grid;gap:inherit;align-content:start}
@media(max-width:760px){main{grid-template-columns:minmax(0,1fr);padding:10px;gap:10px}}
section,form{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px;overflow-wrap:anywhere}
.wide,form{grid-column:1/-1}h2{font-size:12px;letter-spacing:.06em;text-transform:uppercase;color:var(--dim);margin:0 0 8px}
#camera{color:var(--dim)}#state{font-size:34px;font-weight:650;line-height:1.2}.unknown{color:var(--bad)}
#trouble{color:var(--bad);font-weight:600}
#view{position:relative;background:#0008;border-radius:6px;overflow:hidden;min-height:120px}
#view img{display:block;width:100%}#view.old img{opacity:.35}
svg{position:absolute;inset:0;width:100%;height:100%}
rect{fill:none;stroke:#ffd400;stroke-width:2;vector-effect:non-scaling-stroke}
#note{position:absolute;left:8px;bottom:6px;color:#fff;text-shadow:0 0 4px #000;font-size:13px}
table{width:100%;border-collapse:collapse}td{padding:3px 8px 3px 0;vertical-align:top;border-top:1px solid var(--line)}
tr:first-child td{border:0}td:first-child{color:var(--dim);white-space:nowrap;width:1%}.bad{color:var(--bad)}
#log td{font-size:13px}input,button{font:inherit;padding:6px 10px;border:1px solid var(--line);border-radius:6px}
button{background:var(--mark);color:var(--card);border-color:var(--mark)}input{width:22em;max-width:100%;margin:0 6px 6px 0}
"""

_SCRIPT = """
"use strict";
const KEY = "doorlens-token", WAIT_MS = 2000, SLOW = 5, PATIENCE_MS = 15000;
const $ = id => document.getElementById(id);
let token = sessionStorage.getItem(KEY), round = 0, before, shown;

class Refused extends Error {}

async function get(path) {
  const stop = new AbortController(), timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    const answer = await fetch("api/v1/" + path, {headers: {"X-Doorlens-Token": token}, cache: "no-store", signal: stop.signal});
    if (answer.status === 401 || answer.status === 429) throw new Refused(answer.status);
    if (!answer.ok) throw new Error("the camera answers with status " + answer.status);
    return answer.headers.get("Content-Type") === "image/jpeg" ? await answer.blob() : await answer.json();
  } finally { clearTimeout(timer); }
}

function ask(message) {
  $("main").hidden = true; $("login").hidden = false;
  $("why").textContent = message;
  $("token").focus();
}

function row(table, words, bad) {
  const line = table.insertRow();
  for (const text of words) line.insertCell().textContent = text;
  if (bad) line.lastChild.className = "bad";
}

function rows(id, lines) {
  const body = document.createElement("tbody");
  for (const [words, bad] of lines) row(body, words, bad);
  $(id).replaceChildren(body);
}

const time = text => text ? new Date(text).toLocaleString([], {dateStyle: "short", timeStyle: "medium"}) : "time not known";
const bytes = n => n < 1048576 ? Math.round(n / 1024) + " KiB" : (n / 1048576).toFixed(1) + " MiB";

function span(seconds) {
  const parts = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]], said = [];
  for (const [word, size] of parts) {
    const n = Math.floor(seconds / size);
    if (n || (size === 1 && !said.length)) said.push(n + " " + word);
    seconds -= n * size;
  }
  return said.slice(0, 2).join(" ");
}

function showState(status) {
  const state = status.state;
  document.title = status.camera + ": " + state.state;
  $("camera").textContent = status.camera;
  $("state").textContent = state.state;
  $("state").className = state.state === "unknown" ? "unknown" : "";
  const newest = status.source.connected && state.last_frame || status.time;
  const lasts = state.since && newest ? (new Date(newest) - new Date(state.since)) / 1000 : -1;
  $("since").textContent = (state.since ? "since " + time(state.since) : "since when is not known") + (lasts >= 0 ? ", for " + span(lasts) : "");
  $("reason").textContent = (state.reason === "frames" ? "" : "reason: " + state.reason + " ") +
                            (state.score === null ? "" : "score " + state.score.toFixed(2));
  const raised = Object.keys(state.rules || {});
  $("trouble").textContent = status.safe_mode ? "safe mode: " + status.safe_mode : raised.length ? "raised: " + raised.join(", ") : "";
}

function showRegion(status) {
  const region = status.view && status.view.region, box = $("region");
  box.setAttribute("visibility", region ? "visible" : "hidden");
  if (!region) return;
  const [x0, y0, x1, y1] = region;
  for (const [name, value] of [["x", x0], ["y", y0], ["width", x1 - x0], ["height", y1 - y0]]) box.setAttribute(name, value);
}

function showHealth(status, metrics) {
  const lines = [], frame = status.frame, spool = status.spool, add = (name, text, bad) => lines.push([[name, text], bad]);
  const link = one => (one.last_error && !one.connected ? one.last_error : "works") + (one.waiting ? ", " + one.waiting + " waiting" : "");
  add("Source", status.source.connected ? status.source.type + ", works" : status.source.last_error || "nothing came yet", !status.source.connected);
  add("Last frame", frame.last ? time(frame.last) : "none yet", !frame.last);
  add("Frames", frame.count + (frame.width ? ", " + frame.width + "\\u00d7" + frame.height : ""));
  if (metrics.latency_ms_p50 != null) add("Time a frame", metrics.latency_ms_p50 + " ms, 95 % below " + metrics.latency_ms_p95 + " ms");
  add("Model", status.model ? "number " + status.model.sequence + ": " + status.model.labels.join(", ") : "none", !status.model);
  if (status.view) add("View", status.view.reason || (status.view.checks ? "as it was learnt" : "not checked"), status.view.reason);
  add("Samples", spool.samples + ", " + bytes(spool.bytes) + " of " + bytes(spool.limit) + (spool.dropped ? ", " + spool.dropped + " dropped" : ""));
  if (status.mqtt) add("MQTT", status.mqtt.connected ? link(status.mqtt) : status.mqtt.last_error || "connecting", !status.mqtt.connected);
  if (status.webhook) add("Webhook", link(status.webhook), status.webhook.last_error);
  if (status.update && status.update.state !== "none") add("Update", status.update.state + (status.update.reason ? ": " + status.update.reason : ""));
  if (metrics.heap_used != null) add("Heap", bytes(metrics.heap_used) + " used, " + bytes(metrics.heap_free) + " free");
  if (metrics.task_restarts) add("Restarts of parts", metrics.task_restarts, true);
  add("Running for", span(status.uptime_s) + ", version " + status.version);
  rows("health", lines);
}

async function showEvents() {
  const events = (await get("events?count=10")).events.reverse();
  rows("events", events.length ? events.map(one => one.kind === "rule"
    ? [[time(one.time), one.rule + (one.active ? " is raised" : " is cleared")], one.active]
    : [[time(one.since || one.time), (one.previous || "start") + " \\u2192 " + one.state + (one.reason === "frames" ? "" : " (" + one.reason + ")")]])
    : [[["none yet"]]]);
}

async function showLog() {
  const lines = (await get("log?level=warning")).lines.slice(-8).reverse();
  rows("log", lines.length ? lines.map(one => [[time(one.last), one.area + ": " + one.text + (one.count > 1 ? " (" + one.count + " times)" : "")]])
                           : [[["no warnings"]]]);
}

async function look() {
  const status = await get("status");
  showState(status);
  showRegion(status);
  const now = status.state.sequence + " " + status.source.connected;
  if (round++ % SLOW === 0 || now !== before) {
    showHealth(status, await get("metrics"));
    await showEvents();
    await showLog();
  }
  before = now;
}

async function picture() {
  try {
    const next = URL.createObjectURL(await get("picture"));
    $("picture").src = next;
    if (shown) URL.revokeObjectURL(shown);
    shown = next;
    $("view").className = $("note").textContent = "";
  } catch (error) {
    if (error instanceof Refused) throw error;
    $("view").className = "old";
    $("note").textContent = "no picture comes";
  }
}

/* One request at a time in each of two loops; none while nobody looks. */
async function loop(step) {
  for (;;) {
    if (token && !document.hidden) {
      try {
        await step();
        if (step === look && token) {
          $("failure").textContent = "";
          $("login").hidden = true; $("main").hidden = false;
        }
      } catch (error) {
        if (error instanceof Refused) {
          if (token) ask(error.message === "429" ? "Too many wrong tokens: wait a minute." : "The camera refuses this token.");
          token = null;
          sessionStorage.removeItem(KEY);
        } else $("failure").textContent = $("why").textContent = "The camera does not answer: " + error.message;
      }
    }
    await new Promise(done => setTimeout(done, WAIT_MS));
  }
}

$("login").addEventListener("submit", event => {
  event.preventDefault();
  token = $("token").value;
  sessionStorage.setItem(KEY, token);
  $("token").value = "";
  round = 0;
  $("why").textContent = "Asking the camera...";
});
if (!token) ask("");
loop(look); loop(picture);
"""

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Doorlens</title><link rel="icon" href="data:,"><style>%s</style></head><body>
<main id="login" hidden><form><h2>Doorlens</h2><p>This camera's token, control.token in its settings:</p>
<input id="token" type="password" autocomplete="off" aria-label="token" required><button>Show</button><p id="why" role="alert"></p></form></main>
<main id="main" hidden>
<div><section><div id="camera"></div><div id="state" aria-live="polite"></div><div id="since"></div><div id="reason"></div>
<div id="trouble" role="alert"></div><div id="failure" class="bad" role="alert"></div></section>
<section><h2>Picture</h2><div id="view"><img id="picture" alt="what the camera sees">
<svg viewBox="0 0 10000 10000" preserveAspectRatio="none" aria-hidden="true"><rect id="region" visibility="hidden"/></svg>
<span id="note"></span></div></section></div>
<div><section><h2>Last events</h2><table id="events"></table></section>
<section><h2>Health</h2><table id="health"></table></section></div>
<section class="wide"><h2>Warnings</h2><table id="log"></table></section>
</main><script>%s</script></body></html>
"""


def page():
    """The page as text."""
    return _PAGE % (_STYLE, _SCRIPT)


def headers():
    """Header lines for the answer."""
    policy = ("default-src 'none'; script-src '%s'; style-src '%s'; img-src blob: data:; connect-src 'self'; base-uri 'none'; "
              "form-action 'none'; frame-ancestors 'none'" % (_hash(_SCRIPT), _hash(_STYLE)))
    return ("Content-Security-Policy: %s\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n"
            "Cache-Control: no-cache" % policy)


def _hash(text):
    return "sha256-" + b2a_base64(sha256(text.encode()).digest()).decode().strip()
