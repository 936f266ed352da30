"""The demonstration on pictures of one's own: a folder with one subfolder a state."""

import json
import math
import secrets
import shutil
from pathlib import Path
from types import SimpleNamespace

from rich.table import Column, Table

from contract.clock import utc_ms
from contract.decision import UNKNOWN, UNUSABLE
from host_tools import ingest, keys, learn, project
from host_tools.camera_client import CameraClient
from host_tools.demo import score, signing
from host_tools.demo.broker import Broker, Listener
from host_tools.demo.run import CAMERA, TOPIC
from host_tools.demo.watch import play
from host_tools.errors import DemoError
from host_tools.simcam import FirmwareProcess, FolderSource, SimulatedCamera
from training.progress import Bars

_SHOWN = 5           # times each picture is played, so that the smoother can make up its mind
_SHOWN_EVERY_MS = 1000
_FEW = 100           # held-out pictures below which the figures are called what they are
_FRAME_BYTES = 1000000  # what the camera's frame buffer holds by default, with room
_NOTHING_KNOWN = SimpleNamespace(state=None, blocked=False)


def run(folder, binary, out, console):
    """Index, train, push and classify the pictures below `folder`. Raises DemoError and the parts' errors."""
    if not folder:
        raise DemoError("no folder given: make demo-folder DATA=path/to/pictures, with one subfolder a state")
    folder, out, binary = Path(folder), Path(out), Path(binary)
    if not folder.is_dir():
        raise DemoError(f"{folder} is not a folder; it needs one subfolder of pictures a state")
    if not binary.exists():
        raise DemoError(f"{binary} is missing: build it with `make firmware`")
    source, states = FolderSource(folder), _states(folder)
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    names = [path.relative_to(folder).as_posix() for path in source.paths]
    door = project.create(out / "project", folder.resolve().name, states)
    ingest.from_folder(door, folder, labels_from_folders=True, times=dict(zip(names, source.times)))
    console.rule("1  Train on what the folders say")
    trained = learn.train(door, "folder", "demo", Bars())
    console.rule("2  Push, and let the ARMv7 binary look at every picture")
    reported = _classify(source, binary, out, door, trained, console)
    held_out = _held_out(trained)
    rows = [(name, Path(name).parent.name, state, f"frames/folder/{name}" in held_out) for name, state in zip(names, reported)]
    console.print(_table(rows))
    for line in _worth(rows):
        console.print(line, highlight=False)
    console.print(f"Report of the training: {trained.directory / 'report.html'}")


def _states(folder):
    states = sorted({path.name for path in folder.iterdir() if path.is_dir()} - {UNUSABLE})
    if len(states) < 2:
        raise DemoError(f"{folder} has {len(states)} subfolders; it needs one a state, two or more (open/ and closed/)")
    return states


class _Turns:
    """Plays each picture of a FolderSource for _SHOWN frames, whatever its own time."""

    name, start_ms = "turns", utc_ms("2026-03-02")

    def __init__(self, source):
        self._source = source
        self.times = [self.start_ms + i * _SHOWN_EVERY_MS for i in range(_SHOWN * len(source.times))]
        self.end_ms = self.times[-1]

    def jpeg(self, time_ms, size, quality):
        turn = (time_ms - self.start_ms) // (_SHOWN_EVERY_MS * _SHOWN)
        return self._source.jpeg(self._source.times[turn], size, quality)

    def truth(self, time_ms):
        return None


def _classify(source, binary, out, door, trained, console):
    """What the camera reported at the end of each picture's turn."""
    turns, token, key = _Turns(source), secrets.token_hex(16), keys.generate()
    camera = SimulatedCamera(turns, step_s=_SHOWN_EVERY_MS / 1000, until_ms=turns.start_ms)
    with Broker(out) as broker, camera:
        settings = _settings(camera, token, broker.port, _resolution(source.paths)) | {"update": signing.settings(key, door.name)}
        with FirmwareProcess(binary, out / "localdata", settings) as firmware:
            play(camera, firmware, turns.start_ms, console)
            with CameraClient(firmware.control_url, token) as client:
                signing.push_signed(client, trained.model.read_bytes(), door, key)
                listener = Listener(broker.port, TOPIC, CAMERA)
                try:
                    camera.resume(until_ms=turns.end_ms)
                    play(camera, firmware, turns.end_ms, console)
                    events = listener.settled(client.status()["state"]["sequence"])
                finally:
                    listener.close()
    ends = turns.times[_SHOWN - 1::_SHOWN]
    return [result.reported for result in score.frame_results(ends, lambda _: _NOTHING_KNOWN, events)]


def _settings(camera, token, broker_port, resolution):
    return {
        "camera": CAMERA,
        "source": {"type": "snapshot", "url": camera.url + "/axis-cgi/jpg/image.cgi" + resolution, "user": camera.user,
                   "password": camera.password, "interval_ms": 0, "clock": "header", "timeout_s": 30},
        "control": {"host": "127.0.0.1", "token": token},
        "mqtt": {"host": "127.0.0.1", "port": broker_port, "topic": TOPIC},
    }


def _resolution(paths):
    """Large pictures are asked for smaller, as one would ask a camera."""
    return "?resolution=1296x972" if max(path.stat().st_size for path in paths) > _FRAME_BYTES else ""


def _held_out(trained):
    """Paths, relative to the project, of the pictures that did not teach."""
    blocks = json.loads((trained.directory / "split.json").read_text("utf-8"))["blocks"]
    files = [Path(file) for block in blocks if block["side"] == "held_out" for file in block["files"]]
    project_path = trained.directory.parent.parent
    return {file.relative_to(project_path).as_posix() for file in files}


def _table(rows):
    table = Table(Column("picture", overflow="fold"), "label", "ARMv7 says", "")
    for name, label, state, unseen in rows:
        right = state == label or (label == UNUSABLE and state == UNKNOWN)
        table.add_row(name, label, state if right else f"[red]{state}[/red]", "held out" if unseen else "taught")
    return table


def _worth(rows):
    """What these pictures prove, in sentences."""
    unseen = [(label, state) for _, label, state, held_out in rows if held_out and label != UNUSABLE]
    taught = [(label, state) for _, label, state, held_out in rows if not held_out and label != UNUSABLE]
    right = sum(label == state for label, state in unseen)
    yield (f"{sum(label == state for label, state in taught)} of the {len(taught)} pictures that taught the network are "
           "reported right: that proves the chain, not the network.")
    if not unseen:
        yield "No picture was held out, so nothing is known about pictures it has not seen."
        return
    low, high = wilson(right, len(unseen))
    yield (f"{right} of the {len(unseen)} held out are reported right: on pictures like these between {low:.0%} and {high:.0%} "
           "would be (95 % confidence).")
    if len(unseen) < _FEW:
        yield (f"{len(rows)} pictures are a smoke test. Trust a network only after some hundred labelled frames that cover day, "
               "night and weather, checked on days it has not seen.")


def wilson(right, total, z=1.96):
    """Wilson's score interval (1927) of a proportion: (low, high), 0..1."""
    share, spread = right / total, z * z / total
    middle = (share + spread / 2) / (1 + spread)
    reach = z / (1 + spread) * math.sqrt(share * (1 - share) / total + spread / (4 * total))
    return max(0.0, middle - reach), min(1.0, middle + reach)
