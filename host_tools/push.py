"""Putting a model or firmware on one camera: a signed update in pieces, gone on with after every interruption, until its
trial's verdict.

A camera without a public key takes a bare model, `push_unsigned`: for development, where nothing has to be trusted.
"""

import hashlib
import threading
from dataclasses import dataclass

from contract import api, update
from contract import model as model_file
from host_tools import firmware_image, native
from host_tools.errors import CameraError

PIECE_BYTES = 16384
TRIAL_S = 1800.0   # patience with a trial
_POLL_S = (0.2, 0.3, 0.5, 1.0, 2.0)  # between questions during a trial, the last one again and again
_RETRY_S = (0.5, 1.0, 2.0, 4.0, 8.0)  # pauses after a broken connection; progress starts them anew
_RESTART_S = _RETRY_S + 20 * (8.0,)    # during a trial: a camera that restarts needs minutes
_PASSING = ("timeout", "internal", "update_offset")  # codes after which it is worth asking again
_DELIVERIES = 3    # a camera that loses what it was sent as often is refused

KINDS = {update.MODEL: "model", update.FIRMWARE: "firmware"}
CONFIRMED, REJECTED, REFUSED, UNREACHABLE, UNDECIDED = "confirmed", "rejected", "refused", "unreachable", "undecided"


class Update:
    """A signed update. kind: one of api.UPDATE_KINDS; content: the model file or executable; data: header and content;
    digest: the camera's name for it; sequence.
    """

    def __init__(self, data):
        header = update.parse(data)
        self.data, self.content, self.sequence = data, data[update.HEADER_BYTES:], header.sequence
        self.digest = header.digest.hex()
        self.kind = KINDS[header.kind]


@dataclass
class Outcome:
    """What became of a model on a camera. result: one of the words above; reason: a sentence unless confirmed; code: the
    camera's own if it refused; answer: what the camera said last of the update, see contract.api.
    """

    result: str
    reason: str | None = None
    code: str | None = None
    answer: dict | None = None


def check(data):
    """Raises ModelError unless `data` is a model file whose self-test passes with the kernels here; ProjectError for an
    executable that is no firmware.
    """
    if firmware_image.is_firmware(data):
        firmware_image.check(data)
        return
    model = model_file.parse(data)
    model_file.self_test(model, model_file.build(model, native.nn))


def push_unsigned(client, data):
    """Check `data` with the camera's own kernels here, upload it, compare what the camera then runs.

    Raises ModelError (here) or CameraError (there).
    """
    check(data)
    client.put_model(data)
    if not _runs(client, data):
        raise CameraError(f"{client.url} took the model but runs another one")


def push(client, signed, told=None, patience_s=TRIAL_S, stop=None, begun=False):
    """Bring the Update `signed` to the camera of `client` and wait for its trial. Returns Outcome, raises nothing.

    told(answer) is called with every answer of the camera, told(None) while it is silent; patience_s: for the trial;
    stop: threading.Event that ends it at the next pause, as UNDECIDED. What was begun is gone on with by the next call;
    begun: it is known that the trial had begun, so that a verdict of meanwhile counts. Otherwise a rejected update is sent
    anew: the camera may have been repaired since.
    """
    pushing = _Pushing(client, signed, told or (lambda answer: None), patience_s, stop or threading.Event(), begun)
    try:
        return pushing.run()
    except CameraError as error:
        return outcome(client, error, pushing.answer)


def outcome(client, error, answer=None):
    """What a CameraError of `client` means as Outcome."""
    result = REFUSED if error.code in api.ERRORS else UNREACHABLE
    return Outcome(result, str(error).removeprefix(client.url).removeprefix(": "), error.code, answer)


class _Stopped(Exception):
    pass


class _Pushing:
    def __init__(self, client, signed, told, patience_s, stop, begun):
        self._client, self._signed, self._told, self._stop = client, signed, told, stop
        self._patience_s, self._waited_s, self._polls = patience_s, 0.0, 0
        self._failures, self._deliveries = 0, int(begun)
        self.answer = None

    def run(self):
        try:
            self._ask(_RETRY_S)
            while True:
                outcome = self._step()
                if outcome:
                    return outcome
        except _Stopped:
            return Outcome(UNDECIDED, "it was interrupted", answer=self.answer)

    def _step(self):
        """The next question or piece; an Outcome when there is nothing left to do."""
        ours, state = self.answer["digest"] == self._signed.digest, self.answer["state"]
        if ours and state == api.CONFIRMED:
            runs = _RUNS[self._signed.kind](self._client, self._signed.content)
            return Outcome(CONFIRMED if runs else REJECTED, None if runs else f"it runs another {self._signed.kind}", answer=self.answer)
        if ours and state == api.REJECTED and self._deliveries:
            return Outcome(REJECTED, self.answer["reason"], answer=self.answer)
        if ours and state == api.TRIAL:
            return self._wait()
        if state == api.TRIAL:
            return self._replace()
        if not (ours and state == api.RECEIVING) and self._deliveries == _DELIVERIES:
            return Outcome(REFUSED, f"it lost the update {_DELIVERIES} times: is another push at work?", answer=self.answer)
        return self._send(self.answer["have"] if ours and state == api.RECEIVING else 0)

    def _replace(self):
        """The trial of an older update ends; that of a newer one is none of our business."""
        if self.answer["sequence"] > self._signed.sequence:
            return Outcome(REFUSED, f"the newer update {self.answer['sequence']} is in its trial", "update_busy", self.answer)
        self._try(lambda: self._client.drop_update(self._signed.kind), _RETRY_S)

    def _send(self, have):
        """One piece."""
        self._pause(0)
        self._deliveries += have == 0
        self._try(lambda: self._client.put_update(have, self._signed.data[have:have + PIECE_BYTES], self._signed.kind), _RETRY_S)
        if self.answer["have"] > have or self.answer["state"] != api.RECEIVING:
            self._failures = 0

    def _wait(self):
        if self._waited_s >= self._patience_s:
            trial = self.answer["trial"] or {}
            seen = f"{trial.get('frames', 0)} of {trial.get('of', '?')}" if "agreed" in trial else trial.get("frames", 0)
            return Outcome(UNDECIDED, f"its trial has seen {seen} frames in {self._patience_s:.0f} s: does it get pictures?",
                           answer=self.answer)
        pause = _POLL_S[min(self._polls, len(_POLL_S) - 1)]
        self._polls += 1
        self._waited_s += pause
        self._pause(pause)
        self._ask(_RESTART_S)
        self._failures = 0

    def _ask(self, retries):
        self._try(lambda: self._client.update(self._signed.kind), retries)

    def _try(self, question, retries):
        """The camera's answer becomes `answer`. What may pass is waited out, then the camera is asked where it stands."""
        try:
            self.answer = question()
        except CameraError as error:
            lasting = error.code is not None and error.code not in _PASSING
            if lasting or self._failures >= len(retries):
                raise
            self._told(None)
            self._pause(retries[self._failures])
            self._failures += 1
            self._ask(retries)
        else:
            self._told(self.answer)

    def _pause(self, seconds):
        if self._stop.wait(seconds):
            raise _Stopped


def _runs(client, content):
    """Whether the camera runs the model file `content`."""
    return client.model()["sha256"] == hashlib.sha256(content).hexdigest()


def _runs_firmware(client, content):
    """Whether the camera runs the executable `content`."""
    firmware = (client.status().get("update") or {}).get("firmware") or {"running": {}}
    return firmware["running"].get("sha256") == hashlib.sha256(content).hexdigest()


_RUNS = {"model": _runs, "firmware": _runs_firmware}
