"""A push on disk, so that it can be gone on with: rollouts/<number>/ in the project's folder.

    rollout.json        the Record below, replaced whole (contract.durable) at every change
    model.safetensors   what is pushed, whatever becomes of the file it was taken from; `firmware` if it is one
    report.html         see rollout_report
"""

import fcntl
import hashlib
import threading
import time
from contextlib import contextmanager
from math import ceil

import msgspec

from contract import durable
from contract.clock import utc_text
from host_tools import deployed, firmware_image, push
from host_tools.errors import ProjectError

FOLDER, RECORD, LOCK = "rollouts", "rollout.json", "lock"
CONTENT = {"model": "model.safetensors", "firmware": "firmware"}

# States of a camera besides the results of push.Outcome.
WAITING, SENDING, TRIAL, SKIPPED = "waiting", "sending", "trial", "skipped"
DONE = (push.CONFIRMED, SKIPPED)
BAD = (push.REJECTED, push.REFUSED, push.UNDECIDED)  # they end the push for the cameras that follow


class CameraRecord(msgspec.Struct, forbid_unknown_fields=True):
    """state: a word above or a push.Outcome.result; reason, code: of the outcome; time: UTC text of the last change;
    before: sequence number of the model or firmware that it ran before; unsigned: it has no public key.
    """

    state: str = WAITING
    reason: str | None = None
    code: str | None = None
    time: str | None = None
    before: int | None = None
    unsigned: bool = False


class Record(msgspec.Struct, forbid_unknown_fields=True):
    """kind: one of api.UPDATE_KINDS; model: the file pushed, relative to the project where it lies in it; sha256: of that
    file; header: the signed update's, hexadecimal, or None if it was not signed; stages: names of cameras; paused: a
    sentence, or None.
    """

    format: int
    sequence: int
    model: str
    sha256: str
    header: str | None
    started: str
    stages: list[list[str]]
    cameras: dict[str, CameraRecord]
    paused: str | None = None
    finished: str | None = None
    kind: str = "model"


class Rollout:
    """`folder` holds it; `record` is its Record, changed through `mark` and `pause` only."""

    def __init__(self, folder, record, content):
        self.folder, self.record, self.content = folder, record, content
        self.signed = push.Update(bytes.fromhex(record.header) + content) if record.header else None
        self._lock = threading.Lock()

    def mark(self, name, state, reason=None, code=None, unsigned=None):
        """A camera's state, on disk when this returns."""
        with self._lock:
            camera = self.record.cameras[name]
            camera.state, camera.reason, camera.code, camera.time = state, reason, code, _now()
            camera.unsigned = camera.unsigned if unsigned is None else unsigned
            self._save()

    def pause(self, sentence):
        """Paused for this reason; None: at work."""
        with self._lock:
            self.record.paused = sentence
            self._save()

    def finish(self):
        with self._lock:
            self.record.finished = _now()
            self._save()

    def of(self, *states):
        """Names of the cameras in these states, in the order of the stages."""
        return [name for stage in self.record.stages for name in stage if self.record.cameras[name].state in states]

    def _save(self):
        durable.write(self.folder / RECORD, msgspec.json.format(msgspec.json.encode(self.record)) + b"\n")


def create(project, file, content, sequence, header, names, before=None, staged=True):
    """A new Rollout, on disk. file: of the model (Path); header: bytes or None; before: {name: sequence number or None}."""
    folder = project.path / FOLDER / f"{sequence:06d}"
    cameras = {name: CameraRecord(before=(before or {}).get(name)) for name in names}
    kind = "firmware" if firmware_image.is_firmware(content) else "model"
    record = Record(1, sequence, deployed.place(project, file), hashlib.sha256(content).hexdigest(), header and header.hex(), _now(),
                    stages(names) if staged else [list(names)], cameras, kind=kind)
    try:
        folder.mkdir(parents=True)
        durable.write(folder / CONTENT[record.kind], content)
        made = Rollout(folder, record, content)
        made.pause(None)
    except OSError as error:
        raise ProjectError(f"{folder} cannot be written: {error.strerror}") from None
    return made


def stages(names):
    """[[name]]: the first camera, then up to a tenth of all, then the rest; no stage is empty."""
    ends = sorted({1, ceil(len(names) / 10), len(names)})
    return [list(names[start:end]) for start, end in zip([0, *ends], ends)]


def numbers(project):
    """Numbers of the project's pushes, the lowest first."""
    return sorted(int(path.name) for path in (project.path / FOLDER).glob("[0-9]*") if path.name.isdigit())


def newest(project):
    """The last push as Rollout, or None. Raises ProjectError if it cannot be read."""
    for number in reversed(numbers(project)):
        folder = project.path / FOLDER / f"{number:06d}"
        try:
            record = msgspec.json.decode((folder / RECORD).read_bytes(), type=Record)
            content = (folder / CONTENT[record.kind]).read_bytes()
        except FileNotFoundError:
            continue  # the power went before it had begun
        except (OSError, KeyError, msgspec.MsgspecError) as error:
            raise ProjectError(f"{folder} cannot be read ({error}): delete it and push again") from None
        if hashlib.sha256(content).hexdigest() != record.sha256:
            raise ProjectError(f"{folder / CONTENT[record.kind]} was changed: delete {folder} and push again")
        return Rollout(folder, record, content)
    return None


def unfinished(project, content, names, todo):
    """The last push if it was interrupted and is of this content, to cameras among `names`, and to all of `todo`; or None.

    Raises ProjectError if it is paused.
    """
    last = newest(project)
    if last is None or last.record.finished or last.content != content:
        return None
    if not set(todo) <= set(last.record.cameras) <= set(names):
        return None
    if last.record.paused:
        raise ProjectError(f"push {last.record.sequence} of this {last.record.kind} is paused: {last.record.paused}; go on with "
                           "`doorlens push --resume`, or begin anew with --again")
    return last


@contextmanager
def alone(project):
    """One push of a project at a time. Raises ProjectError if another one is at work."""
    try:
        (project.path / FOLDER).mkdir(exist_ok=True)
        with open(project.path / FOLDER / LOCK, "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
    except BlockingIOError:
        raise ProjectError(f"another push of {project.path} is at work: wait for it, or end it") from None


def _now():
    return utc_text(int(time.time() * 1000))
