"""Pushing one model or firmware to many cameras in stages: the first, a tenth, all; pauses by itself when one does not take it."""

import hashlib
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from contract import api, update
from contract import model as model_file
from host_tools import deployed, firmware_image, fleet, keys, push, rollout_file
from host_tools.camera_client import connect
from host_tools.errors import CameraError, ProjectError
from host_tools.rollout_file import BAD, DONE, SENDING, SKIPPED, TRIAL


@dataclass
class Known:
    """What a camera says before a push. unsigned: it has no public key; floor: the lowest number it takes; model, sha256:
    sequence number and digest of the model it runs, or None; trial: whether another model is about to take over. firmware:
    what its status says of signed firmware (`machine`, `floor`, `running`), None if it takes none.
    """

    unsigned: bool
    floor: int
    model: int | None
    sha256: str | None
    trial: bool
    firmware: dict | None = None


def survey(project, names):
    """{name: Known or CameraError}; all are asked at the same time."""
    def ask(name):
        with connect(project.path, project.cameras[name], fleet.STATUS_S) as client:
            return known(client)
    return dict(fleet.every(ask, names))


def known(client):
    """The Known of one camera. Raises CameraError."""
    status = client.status()
    try:
        unsigned, model = not (status.get("update") or {}).get("key"), status["model"]
        told = {"floor": 1, "state": api.NONE} if unsigned else client.update()
        return Known(unsigned, told["floor"], model and model["sequence"], model and model["sha256"], told["state"] == api.TRIAL,
                     (status.get("update") or {}).get("firmware"))
    except (KeyError, TypeError, AttributeError):
        raise CameraError(f"{client.url} does not answer like a Doorlens camera: check the address") from None


def next_sequence(project, content, answers):
    """Above the highest number that the project and the cameras (see `survey`) know; a newer model's own is taken as it is.

    Raises ProjectError if the numbers are used up.
    """
    firmware = firmware_image.is_firmware(content)
    told = [one for one in answers.values() if isinstance(one, Known)]
    floors = [one.firmware["floor"] for one in told if one.firmware] if firmware else [one.floor for one in told]
    ours = [number + 1 for number in (*rollout_file.numbers(project), *deployed.sequences(project))]
    own = 1 if firmware else model_file.parse(content).sequence
    sequence = max([own, 1, *floors, *ours])
    if sequence > update.MAX_SEQUENCE:
        raise ProjectError(f"update number {sequence} is beyond {update.MAX_SEQUENCE}: the cameras need a new key")
    return sequence


def runs(answer, content):
    """Whether a camera, by its Known, runs the model file or firmware `content` and will go on with it."""
    if not isinstance(answer, Known):
        return False
    sha256 = hashlib.sha256(content).hexdigest()
    if firmware_image.is_firmware(content):
        of = answer.firmware
        return bool(of) and of["state"] == api.CONFIRMED and of["running"]["sha256"] == sha256
    return not answer.trial and answer.sha256 == sha256


def fits(answers, content):
    """Raises ProjectError if a camera, by its Known, can take no firmware such as `content`: nothing is sent to anybody."""
    if not firmware_image.is_firmware(content):
        return
    machine = firmware_image.machine(content)
    for name in sorted(answers):
        answer = answers[name]
        if not isinstance(answer, Known):
            continue
        if answer.unsigned:
            raise ProjectError(f"{name} has no public key and takes no firmware by push: use `doorlens flash`, or `doorlens keys trust`")
        if not answer.firmware:
            raise ProjectError(f"{name} runs a firmware that takes none by push: use `doorlens flash`")
        if answer.firmware["machine"] != machine:
            raise ProjectError(f"{name} is a camera of the kind {answer.firmware['machine']} and this firmware is for {machine}: "
                               "nothing was sent")


def begin(project, file, content, names, answers, sign, staged=True):
    """A new Rollout. answers: of `survey`; sign(sequence): the signed update's header, asked for unless every camera takes
    bare models. Where nobody could be asked, the project's having a key decides. Raises ProjectError, SigningError.
    """
    sequence = next_sequence(project, content, answers)
    told = [answers[name] for name in names if isinstance(answers[name], Known)]
    wanted = any(not one.unsigned for one in told) or len(told) < len(names) and (project.path / keys.PRIVATE).exists()
    told = {name: answers[name] for name in names if isinstance(answers[name], Known)}
    before = {name: _before(one, content) for name, one in told.items()}
    return rollout_file.create(project, file, content, sequence, sign(sequence) if wanted else None, names, before, staged)


def _before(answer, content):
    """Sequence number of what the camera runs; None: nothing, or the packaged firmware."""
    return ((answer.firmware or {"running": {}})["running"].get("sequence") if firmware_image.is_firmware(content)
            else answer.model)


def skip(rollout, names):
    """Leaves cameras out that have not taken the model. Raises ProjectError for one that is none of them."""
    for name in names:
        if name not in rollout.record.cameras or rollout.record.cameras[name].state in DONE:
            raise ProjectError(f"{name} is no camera that this push still has to reach")
        rollout.mark(name, SKIPPED, "left out")


class Stager:
    """Runs a Rollout. `told(name, answer)` is called with what a camera says meanwhile, `ended(name, camera)` with the
    CameraRecord of one that is through; both from threads.
    """

    def __init__(self, project, rollout, told=None, ended=None, patience_s=push.TRIAL_S, at_once=fleet.AT_ONCE):
        self._project, self._rollout = project, rollout
        self._told, self._ended = told or (lambda name, answer: None), ended or (lambda name, camera: None)
        self._patience_s, self._at_once = patience_s, at_once
        self._halt, self._stop = threading.Event(), threading.Event()

    def run(self):
        """Until it is through, pauses or is stopped; returns why it is not through, or None."""
        record = self._rollout.record
        self._rollout.pause(None)
        for number, stage in enumerate(record.stages, 1):
            todo = [name for name in stage if record.cameras[name].state not in DONE]
            for _ in fleet.every(self._push, todo, self._at_once, self.stop):
                pass
            if self._stop.is_set():
                return "it was stopped"
            sentence = _pause(self._rollout, stage, number)
            if sentence:
                self._rollout.pause(sentence)
                return sentence
        self._rollout.finish()
        return None

    def stop(self):
        """From another thread: ends it as soon as may be, to be gone on with."""
        self._stop.set()

    def _push(self, name):
        if self._halt.is_set() or self._stop.is_set():
            return
        begun = self._rollout.record.cameras[name].state == TRIAL
        self._rollout.mark(name, SENDING)
        camera = self._project.cameras.get(name)
        if camera is None:
            outcome, unsigned = push.Outcome(push.REFUSED, "doorlens.toml has no such camera any more"), None
        else:
            with connect(self._project.path, camera) as client:
                outcome, unsigned = self._bring(name, client, begun)
        if not self._stop.is_set() or outcome.result == push.CONFIRMED:
            self._note(name, outcome, unsigned)

    def _bring(self, name, client, begun):
        """(Outcome, whether it takes bare models)"""
        try:
            unsigned = known(client).unsigned
            if unsigned and self._rollout.record.kind == "model":
                push.push_unsigned(client, self._rollout.content)
                return push.Outcome(push.CONFIRMED), True
        except CameraError as error:
            return push.outcome(client, error), None
        if self._rollout.signed is None:
            return push.Outcome(push.REFUSED, "it takes signed updates, and this push was not signed: push again", "update_unsigned"), False
        return push.push(client, self._rollout.signed, lambda answer: self._hear(name, answer), self._patience_s, self._stop,
                         begun), False

    def _hear(self, name, answer):
        if answer and answer["state"] == api.TRIAL and self._rollout.record.cameras[name].state != TRIAL:
            self._rollout.mark(name, TRIAL)
        self._told(name, answer)

    def _note(self, name, outcome, unsigned):
        self._rollout.mark(name, outcome.result, outcome.reason, outcome.code, unsigned)
        if outcome.result in BAD:
            self._halt.set()
        if outcome.result == push.CONFIRMED and self._rollout.record.kind == "model":
            self._record(name)
        self._ended(name, self._rollout.record.cameras[name])

    def _record(self, name):
        record = self._rollout.record
        with _deployed:
            deployed.record(self._project, name, self._project.path / Path(record.model), self._rollout.content,
                            record.sequence, int(time.time() * 1000))


_deployed = threading.Lock()  # one file for all cameras


def _pause(rollout, stage, number):
    """Why the push goes no further than this stage, or None."""
    cameras, last = rollout.record.cameras, number == len(rollout.record.stages)
    bad = [name for name in stage if cameras[name].state in BAD]
    silent = [name for name in stage if cameras[name].state == push.UNREACHABLE]
    if bad:
        why = f"{bad[0]}: {cameras[bad[0]].state}, {cameras[bad[0]].reason}"
        return why + (f" (and {len(bad) - 1} more: {', '.join(bad[1:])})" if bad[1:] else "")
    if silent and not any(cameras[name].state == push.CONFIRMED for name in stage):
        return f"no camera of stage {number} could be reached: {', '.join(silent)}"
    silent = rollout.of(push.UNREACHABLE)
    return f"not reached: {', '.join(silent)}" if last and silent else None
