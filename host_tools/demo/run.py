"""The demonstration: sample two days, label, train, push, report the third."""

import secrets
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec

from annotation.index import Index
from contract import durable
from contract.clock import utc_ms
from host_tools import ingest, keys, learn, project
from host_tools.camera_client import CameraClient
from host_tools.demo import conclusion, score, signing
from host_tools.demo.broker import Broker, Listener
from host_tools.demo.watch import play
from host_tools.errors import DemoError
from host_tools.project import CameraSettings
from host_tools.scene import Scene
from host_tools.simcam import FirmwareProcess, SimulatedCamera
from training.progress import Bars

CAMERA = "front"
TOPIC = "doorlens"
STATES = ["closed", "open"]
_DAY_MS = 86400000
_START = "2026-03-02"
_UNLABELLED = 5  # every fifth frame stays without a label; the teacher's soft labels teach it


@dataclass(frozen=True)
class Plan:
    """What to show. Steps are seconds of the scene's time from one frame to the next."""

    installation: str = "lobby"
    seed: int = 7
    sampling_days: int = 2
    sampling_step_s: float = 60
    report_step_s: float = 8
    config: str = "demo"
    binary: Path = Path("build/armv7/doorlens-camera")

    @property
    def start_ms(self):
        return utc_ms(_START)

    @property
    def unseen_ms(self):
        """When the unseen day begins."""
        return self.start_ms + self.sampling_days * _DAY_MS

    @property
    def end_ms(self):
        return self.unseen_ms + _DAY_MS

    @property
    def unseen_times(self):
        """Times of the unseen day's frames. Sampling ends with the last instant before it."""
        step = round(self.report_step_s * 1000)
        return range(self.unseen_ms - round(self.sampling_step_s * 1000) + step, self.end_ms, step)


def run(plan, out, console):
    """Run the demonstration into folder `out`, which is emptied first. Returns the summary's dictionary.

    Raises DemoError and the errors of the parts it calls.
    """
    out = Path(out)
    if not plan.binary.exists():
        raise DemoError(f"{plan.binary} is missing: build it with `make firmware`")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    scene, token = Scene(plan.installation, plan.seed), secrets.token_hex(16)
    camera = SimulatedCamera(scene, step_s=plan.sampling_step_s, start_ms=plan.start_ms, until_ms=plan.unseen_ms - 1)
    key = keys.generate()
    with Broker(out) as broker, camera:
        settings = _settings(camera, token, broker.port, signing.settings(key, plan.installation))
        with FirmwareProcess(plan.binary, out / "localdata", settings) as firmware:
            door = project.create(out / "project", plan.installation, STATES,
                                  [value / 10000 for value in scene.region],
                                  {CAMERA: CameraSettings(firmware.control_url, token)})
            with CameraClient(firmware.control_url, token) as client:
                trained = _teach(plan, scene, camera, firmware, client, door, key, console)
                told = _report(plan, camera, firmware, client, broker.port, console)
                status = client.status()
    console.rule("The result")
    results = score.frame_results(plan.unseen_times, scene.truth, told)
    scored = score.score(results, STATES)
    summary = {"binary": str(plan.binary), **asdict(scored)}
    durable.write(out / "summary.json", msgspec.json.format(msgspec.json.encode(summary)) + b"\n")
    conclusion.show(plan, out, scene, results, scored, trained, status, console)
    return summary


def _settings(camera, token, broker_port, update):
    return {
        "camera": CAMERA,
        "source": {"type": "snapshot", "url": camera.url + "/axis-cgi/jpg/image.cgi", "user": camera.user,
                   "password": camera.password, "interval_ms": 0, "clock": "header"},
        "control": {"host": "127.0.0.1", "token": token},
        "mqtt": {"host": "127.0.0.1", "port": broker_port, "topic": TOPIC},
        "sampler": {"strategy": "simple", "period_s": 1200, "min_interval_s": 60},  # by the time of the frames
        "spool": {"bytes": 64 * 1024 * 1024},
        "update": update,
    }


def _teach(plan, scene, camera, firmware, client, door, key, console):
    """The first days: sample on the camera, ingest, label from the ground truth, train, push. Returns the Run."""
    console.rule(f"1  The camera watches the {plan.installation} for {plan.sampling_days} days and samples")
    play(camera, firmware, plan.unseen_ms, console)
    console.rule("2  Ingest and label")
    fresh = ingest.from_camera(door, CAMERA, client)
    console.print(f"{fresh} of {round(plan.sampling_days * 86400 / plan.sampling_step_s)} frames were worth keeping")
    console.print("labelled by the simulator: "
                  + ", ".join(f"{count} {label}" for label, count in label_from_truth(door, scene).items()))
    console.rule("3  Train a teacher, distil the student, quantise it")
    trained = learn.train(door, "demo", plan.config, Bars())
    console.rule("4  Sign, push to the running camera, and wait for its trial")
    number = signing.push_signed(client, trained.model.read_bytes(), door, key)
    console.print(f"the camera runs model {number} now, {trained.model.stat().st_size} bytes")
    return trained


def label_from_truth(door, scene):
    """Label the project's frames from the scene, every fifth left out. Returns the counts."""
    index = Index.open(door.path, door.states)
    for number, (path, entry) in enumerate(list(index.entries.items())):
        if number % _UNLABELLED < _UNLABELLED - 1:
            truth = scene.truth(entry.time_ms)
            index.label(path, "unusable" if truth.blocked else truth.state, "simulator", "simulator")
    index.save()
    return {**index.counts(), "left unlabelled": len(index.unlabelled())}


def _report(plan, camera, firmware, client, broker_port, console):
    """The unseen day: returns every state event as it came over MQTT."""
    console.rule("5  The next day, which nobody has seen, reported over MQTT")
    listener = Listener(broker_port, TOPIC, CAMERA)
    try:
        camera.resume(until_ms=plan.end_ms - 1, step_s=plan.report_step_s)
        play(camera, firmware, plan.end_ms, console)
        return listener.settled(client.status()["state"]["sequence"])
    finally:
        listener.close()
