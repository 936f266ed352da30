"""A camera for years in an hour: python tests/firmware/soak.py [--short] [--architecture armv7]

The built firmware looks at a million frames while its source breaks, its broker is restarted and the frames' clock jumps. What
a subscriber got is compared with what was shown and with the numbers of the events. Writes build/soak.json (build/soak-armv7.json)
and a plot of the memory beside it; exit status 1 if anything was lost, came twice or was not seen.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy
import paho.mqtt.client as mqtt

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parents[1])]

import guest_memory  # noqa: E402
from camera_model import make  # noqa: E402
from camera_process import BUILD, CameraProcess  # noqa: E402
from mqtt_broker import PASSWORD, USER, Broker  # noqa: E402
from soak_source import Source  # noqa: E402
from waiting import until  # noqa: E402

from contract import events  # noqa: E402

EVENT, STATE = events.event_topic("doorlens", "door"), events.state_topic("doorlens", "door")
PLANS = {  # frames, frames of a state, broker restarts, source failures, clock jumps
    ("x86_64", False): (1000000, 500, 50, 200, 40), ("x86_64", True): (20000, 100, 4, 10, 6),
    ("armv7", False): (50000, 250, 10, 20, 10), ("armv7", True): (2000, 100, 2, 3, 2)}
_HOUR_S = 3600


class KeepingBroker(Broker):
    """One that loses nothing when it is restarted in order: what the subscriber has not got is on its disk."""

    def __init__(self, folder):
        super().__init__(folder)
        self._config.write_text(self._config.read_text().replace(
            "persistence false", f"persistence true\npersistence_location {folder}/\nmax_queued_messages 0"))

    def restart(self):
        self._process.terminate()
        self._process.wait()
        time.sleep(0.5)
        self.start()


class Receiver:
    """A subscriber whose session the broker keeps; leaves out the numbers that it has, as docs/events.md says."""

    def __init__(self, port):
        self.events, self.repeated, self.different, self.state = {}, 0, 0, None
        self.order = []
        self._client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client_id="soak", clean_session=False)
        self._client.username_pw_set(USER, PASSWORD)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = lambda client, *_: client.subscribe([(EVENT, 1), (STATE, 1)])
        self._client.on_message = self._take
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        until(self._client.is_connected)

    def _take(self, client, userdata, message):
        event = json.loads(message.payload)
        if message.topic == STATE:
            self.state = event
            return
        number = event["sequence"]
        if number in self.events:
            self.repeated += 1
            self.different += self.events[number] != event
            return
        self.events[number] = event
        self.order.append(number)

    def close(self):
        self._client.disconnect()
        self._client.loop_stop()


def resident_kb(camera):
    """Of the camera alone: under qemu-arm without the emulator."""
    if len(camera.command) > 1:
        return guest_memory.resident(camera.process.pid, camera.command[-1]) // 1024
    pages = int(pathlib.Path(f"/proc/{camera.process.pid}/statm").read_text().split()[1])
    return pages * 4


def slope(memory):
    """(KiB per million frames, its standard error) of [(frames, KiB)] from a fifth of the run on."""
    late = numpy.array([one for one in memory if one[0] >= memory[-1][0] / 5], float)
    (per_frame, _), covariance = numpy.polyfit(late[:, 0], late[:, 1], 1, cov=True)
    return per_frame * 1e6, covariance[0, 0] ** 0.5 * 1e6


def settled(camera, receiver, folder):
    """Until the camera has looked at everything and the subscriber has every event."""
    seen = -1
    while seen != (seen := camera.metrics["frames"]):
        time.sleep(1)
    camera.wait("all is told", lambda: camera.status["mqtt"]["waiting"] == 0)
    last = json.loads((folder / "events.jsonl").read_text().splitlines()[-1])["sequence"]
    until(lambda: last in receiver.events)
    return last


def play(folder, architecture, plan, seed):
    """The result as a dictionary, and [(frames, KiB)]."""
    total, period, restarts, failures, jumps = plan
    begin, memory, restarted = time.monotonic(), [], 0
    with KeepingBroker(folder) as broker, Source(total, period, failures, jumps, seed) as source:
        until(lambda: connects(broker.port))
        receiver = Receiver(broker.port)
        home = folder / "camera"
        home.mkdir()
        (home / "model.safetensors").write_bytes(make())
        settings = {"source": {"type": "mjpeg", "url": source.url, "clock": "header", "timeout_s": 30},
                    "mqtt": {"host": "127.0.0.1", "port": broker.port, "user": USER, "password": PASSWORD},
                    "spool": {"bytes": 1048576}, "log": {"level": "warning"}}
        with CameraProcess(home, settings, architecture) as camera:
            while source.sent < total and time.monotonic() - begin < 10 * _HOUR_S:
                time.sleep(0.2)
                assert camera.process.poll() is None, camera.log[-2000:]
                if source.sent >= (len(memory) + 1) * total / 200:
                    memory.append((source.sent, resident_kb(camera)))
                if restarted < restarts and source.sent >= (restarted + 1) * total / (restarts + 1):
                    restarted += 1
                    broker.restart()
            last = settled(camera, receiver, home)
            memory.append((source.sent, resident_kb(camera)))
            metrics = camera.metrics
        receiver.close()
    states = [receiver.events[number]["state"] for number in sorted(receiver.events)]
    known = [state for state in states if state != "unknown"]
    seen = [state for at, state in enumerate(known) if not at or state != known[at - 1]]
    steepness, error = slope(memory)
    return {
        "architecture": architecture, "seed": seed, "frames": metrics["frames"], "transitions": last,
        "shown": len(source.planned()), "seen": len(seen), "as_shown": seen == source.planned(),
        "lost": last - len(receiver.events), "duplicated": receiver.different,
        "out_of_order": sum(one > two for one, two in zip(receiver.order, receiver.order[1:])),
        "repeated_on_the_wire": receiver.repeated, "retained_is_newest": receiver.state["sequence"] == last,
        "broker_restarts": restarted, "source_failures": source.failures, "clock_jumps": source.jumps,
        "connections": metrics["mqtt_connections"], "task_restarts": metrics["task_restarts"],
        "frames_cut": metrics["frames_cut"], "time_jumps": metrics["time_jumps"],
        "rss_kb": [memory[0][1], memory[-1][1]], "rss_slope_kb_per_million": round(steepness, 1),
        "rss_slope_error": round(error, 1), "seconds": round(time.monotonic() - begin),
    }, memory


def connects(port):
    import socket
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def draw(memory, result, path):
    from matplotlib.figure import Figure
    axes = (figure := Figure(figsize=(7, 3))).subplots()
    axes.plot([frames / 1000 for frames, _ in memory], [kb / 1024 for _, kb in memory])
    axes.set(xlabel="thousand frames", ylabel="resident memory, MiB", ylim=(0, 1.2 * max(kb for _, kb in memory) / 1024),
             title=f"{result['architecture']}: {result['rss_slope_kb_per_million']} "
                   f"± {result['rss_slope_error']} KiB per million frames")
    figure.tight_layout()
    figure.savefig(path)


def good(result):
    return (result["as_shown"] and result["retained_is_newest"]
            and not (result["lost"] or result["duplicated"] or result["out_of_order"] or result["task_restarts"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--short", action="store_true", help="20,000 frames, 2,000 on ARMv7: a minute")
    parser.add_argument("--frames", type=int, help="another number of them, with as many restarts and failures")
    parser.add_argument("--architecture", choices=("x86_64", "armv7"), default="x86_64")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="doorlens-soak-") as folder:
        plan = PLANS[options.architecture, options.short]
        plan = (options.frames or plan[0], *plan[1:])
        try:
            result, memory = play(pathlib.Path(folder), options.architecture, plan, options.seed)
        except (AssertionError, OSError, subprocess.SubprocessError) as error:
            sys.exit(f"soak: {error}")
    target = BUILD / ("soak.json" if options.architecture == "x86_64" else f"soak-{options.architecture}.json")
    target.write_text(json.dumps(result, indent=2) + "\n")
    draw(memory, result, target.with_suffix(".svg"))
    print(json.dumps(result, indent=2))
    sys.exit(0 if good(result) else 1)


if __name__ == "__main__":
    main()
