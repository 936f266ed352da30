"""The control API against its own description: schemathesis makes requests, good ones and wrong ones, and checks every answer."""

import itertools
from collections import Counter
from pathlib import Path

import schemathesis
from camera_model import make
from camera_process import TOKEN, CameraProcess
from camera_server import CameraServer
from hypothesis import strategies
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from signed_camera import SignedCamera, signed

from contract import api, openapi

ROOT = Path(__file__).resolve().parents[2]
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
          "response_schema_conformance", "negative_data_rejection", "positive_data_acceptance", "missing_required_header",
          "unsupported_method", "allow_header_conformance", "use_after_free", "ensure_resource_availability", "ignored_auth")
REFUSED = sorted({api.ERRORS[code] for code in api.MODEL_ERRORS + api.UPDATE_ERRORS + ("not_found", "bad_request")})
REJECTED = [400, 401, 404, 405, 409, 411, 413, 414, 422, 429, 431]  # 414: what it makes up can be long
_SHOWN = 5  # failures whose requests are told


def _spoilt(known):
    """Bytes that begin as `known`, with a few others in between."""
    return strategies.builds(lambda at, change, end: (known[:at] + change + known[at + len(change):])[:end],
                             strategies.integers(0, len(known)), strategies.binary(max_size=16), strategies.integers(0, len(known)))


def bodies(*known):
    """What PUT sends from now on: some of `known`, spoilt ones, anything."""
    schemathesis.openapi.media_type("application/octet-stream", strategies.one_of(
        strategies.binary(max_size=4096), strategies.sampled_from(known), *[_spoilt(one) for one in known]))


# Addresses from which requests seem to come, in turn: wrong tokens are counted for each of them, and the camera remembers 32.
_ADDRESSES = itertools.cycle(f"192.0.2.{number}" for number in range(1, 32))


@schemathesis.hook
def before_call(context, case, **options):
    case.headers = dict(case.headers or {}) | {"X-Forwarded-For": next(_ADDRESSES)}


class Exploration:
    """requests and checks: name -> number of those that were made; statuses: of the answers; failures: texts."""

    def __init__(self):
        self.requests, self.checks, self.statuses, self.failures = Counter(), Counter(), Counter(), []

    def _scenario(self, recorder):
        for identity, interaction in recorder.interactions.items():
            self.requests[recorder.cases[identity].value.operation.label if identity in recorder.cases else "probe"] += 1
            if interaction.response is not None:
                self.statuses[interaction.response.status_code] += 1
        for identity, checks in recorder.checks.items():
            for check in checks:
                self.checks[check.name] += 1
                if check.failure_info and len(self.failures) < _SHOWN:
                    self.failures.append(f"{recorder.label}: {check.failure_info.failure}\n{check.failure_info.code_sample}")

    def run(self, url, token, seed, examples, seconds=None):
        """Raises AssertionError if an answer is not as described. examples: at most so many requests a route and phase."""
        config = {
            "seed": seed, "base-url": url, "request-timeout": 30,
            "auth": {"openapi": {"token": {"api_key": token}, "bearer": {"bearer": token}}},
            "checks": {name: {"enabled": name in CHECKS} for name in CHECKS}
            | {"positive_data_acceptance": {"expected-statuses": ["2xx", *REFUSED]},
               "negative_data_rejection": {"expected-statuses": REJECTED}},
            "generation": {"max-examples": examples, "deterministic": True, "database": "none", "mode": "all"},
            # Where there are two ways to show the token, one is tried with tokens that it makes up.
            "operations": [{"include-path": api.PROMETHEUS,
                            "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", 401]}}}],
            "continue-on-failure": True} | ({"max-time": seconds} if seconds else {})
        schema = schemathesis.openapi.from_path(ROOT / openapi.FILE, config=SchemathesisConfig.from_dict(config))
        for event in from_schema(schema).execute():
            if isinstance(event, events.ScenarioFinished):
                self._scenario(event.recorder)
            elif isinstance(event, (events.NonFatalError, events.FatalError)):
                self.failures.append(str(getattr(event, "info", None) or event.exception))
        return self

    @property
    def report(self):
        return {"requests": sum(self.requests.values()), "checks": sum(self.checks.values()),
                "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
                "checks_of": dict(sorted(self.checks.items())), "failures": self.failures}


def explore(folder, keyed, architecture, seed, examples, seconds=None):
    """The Exploration of a camera of its own, in `folder`; keyed: it takes signed updates, else unsigned models."""
    with CameraServer() as server:
        settings = {"source": {"type": "snapshot", "url": server.url(), "interval_ms": 50, "timeout_s": 5},
                    "sampler": {"strategy": "simple", "period_s": 0.2, "roll_s": 0}, "spool": {"bytes": 400000}}
        with (SignedCamera if keyed else CameraProcess)(folder, settings, architecture) as camera:
            camera.wait("there are samples", lambda: camera.samples)
            bodies(*([signed(1), signed(2), signed(3)[:-1]] if keyed else [make(1), make(2)]))
            done = Exploration().run(f"http://127.0.0.1:{camera.port}", TOKEN, seed, examples, seconds)
            camera.wait_frames()
            if camera.metrics["task_restarts"] or any(word in camera.log for word in ("unexpected:", "Warning:", TOKEN)):
                done.failures.append("the camera's log:\n" + camera.log[-3000:])
            return done
