"""Many cameras at the same time: the same question to each, in threads, and what each says of itself.

What the cameras said last is kept in seen.json of the project, so that one that is silent is still described:

    {"front": {"time": "2026-03-01T10:20:30.000Z", "state": "closed", "model": 3, "firmware": "0.1.0"}}
"""

import json
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from contract import api, durable, events
from contract.clock import utc_text
from host_tools.camera_client import connect
from host_tools.errors import CameraError

SEEN_NAME = "seen.json"
AT_ONCE = 16        # cameras asked at the same time
STATUS_S = 5.0      # patience with a camera that is asked how it is
GOOD = "good"
_WRONG = {events.NO_FRAME: "no pictures", events.NO_MODEL: "no model", events.UNUSABLE: "view blocked"}


def every(work, names, at_once=AT_ONCE, interrupted=None):
    """Calls work(name) in threads, at most `at_once` at a time; yields (name, result or CameraError) as they end.

    If the caller is interrupted, what has not begun does not begin, and interrupted() is to end what has.
    """
    with ThreadPoolExecutor(max_workers=max(1, min(at_once, len(names)))) as pool:
        futures = {pool.submit(_answer, work, name): name for name in names}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        except BaseException:
            for future in futures:
                future.cancel()
            if interrupted:
                interrupted()
            raise


def _answer(work, name):
    try:
        return work(name)
    except CameraError as error:
        return error


@dataclass
class Condition:
    """How a camera is. `error` is a sentence if it did not answer; then the rest is what it said last, or None.

    state: as published; since: UTC text of the state's begin; score: 0..1; model: sequence number; health: "good" or
    what is wrong, in words; last_seen: UTC text of its last answer; frames, samples: counts; reason: of the state.
    """

    name: str
    url: str
    tags: tuple = ()
    error: str | None = None
    state: str | None = None
    reason: str | None = None
    since: str | None = None
    score: float | None = None
    model: int | None = None
    firmware: str | None = None
    health: str | None = None
    frames: int | None = None
    samples: int | None = None
    last_seen: str | None = None


def conditions(project, names, timeout_s=STATUS_S):
    """[Condition] of the named cameras, in their order; none of them raises."""
    def ask(name):
        with connect(project.path, project.cameras[name], timeout_s) as client:
            return client.status()
    answers, seen = dict(every(ask, names)), _seen(project)
    made = [_condition(name, project.cameras[name], answers[name], seen.get(name, {})) for name in names]
    _remember(project, seen, made)
    return made


def _condition(name, camera, answer, seen):
    made = Condition(name, camera.url, camera.tags)
    if not isinstance(answer, CameraError):
        try:
            return _fill(made, answer)
        except (KeyError, TypeError, ValueError, AttributeError):
            answer = CameraError(f"{camera.url} does not answer like a Doorlens camera: check the address")
    made.error = str(answer)
    made.state, made.model, made.firmware = seen.get("state"), seen.get("model"), seen.get("firmware")
    made.last_seen = seen.get("time")
    return made


def _fill(made, status):
    event, model = status["state"], status["model"]
    made.state, made.reason, made.since, made.score = event["state"], event["reason"], event["since"], event["score"]
    made.model, made.firmware = model and model["sequence"], status["version"]
    made.frames, made.samples = status["frame"]["count"], status["spool"]["samples"]
    made.health, made.last_seen = health(status), utc_text(int(time.time() * 1000))
    return made


def health(status):
    """What is wrong with a camera by its own status, in words, the gravest first; "good" if nothing is."""
    source, broker, reason = status["source"], status["mqtt"], status["state"]["reason"]
    if status.get("safe_mode"):
        return "safe mode: " + status["safe_mode"]
    wrong = []
    if not source["connected"]:
        wrong.append("no pictures: " + (source["last_error"] or "connecting"))
    elif reason in _WRONG:
        wrong.append(_WRONG[reason])
    if status["model"] is None and reason != events.NO_MODEL:
        wrong.append(_WRONG[events.NO_MODEL])
    if broker and not broker["connected"]:
        wrong.append("no broker: " + (broker["last_error"] or "connecting"))
    return ", ".join([*wrong, *_update(status.get("update") or {})]) or GOOD


def _update(update):
    """What is to be known of signed updates, in words: nothing where all is well."""
    trial = update.get("trial")
    if trial:
        yield f"update {update['sequence']} in its trial, {trial['frames']} of {trial['of']} frames"
    elif update.get("state") == api.REJECTED:
        yield f"update {update['sequence']} rejected: {update['reason']}"
    firmware = update.get("firmware") or {}
    if firmware.get("state") == api.TRIAL:
        yield f"firmware {firmware['sequence']} in its trial"
    elif firmware.get("state") == api.REJECTED:
        yield f"firmware {firmware['sequence']} rejected: {firmware['reason']}"
    if update.get("warning"):
        yield "takes unsigned models"


def _seen(project):
    try:
        seen = json.loads((project.path / SEEN_NAME).read_bytes())
    except (OSError, ValueError):
        return {}
    return {name: entry for name, entry in seen.items() if isinstance(entry, dict)} if isinstance(seen, dict) else {}


def _remember(project, seen, made):
    """Only a convenience: a folder that cannot be written costs nobody the answer."""
    fresh = {one.name: {"time": one.last_seen, "state": one.state, "model": one.model, "firmware": one.firmware}
             for one in made if not one.error}
    kept = {name: entry for name, entry in (seen | fresh).items() if name in project.cameras}
    try:
        if fresh:
            durable.write(project.path / SEEN_NAME, (json.dumps(kept, indent=1) + "\n").encode())
    except OSError:
        pass
