"""`doorlens simcam`: run a virtual camera."""

import contextlib
import signal
import tempfile
import time
from pathlib import Path

import click
from rich.console import Console
from rich.live import Live
from rich.text import Text

from contract.clock import utc_ms, utc_text
from host_tools.scene import INSTALLATIONS
from host_tools.simcam import FAULTS, Applications, FirmwareProcess, SimcamError, SimulatedCamera, parse_fault

_EXAMPLES = """\b
Examples:
  doorlens simcam lobby --port 8080                 a camera at http://root:doorlens@127.0.0.1:8080
  doorlens simcam yard --speed 60                   an hour a minute
  doorlens simcam garage --step 20 --start 2026-03-01 --until 2026-03-02
                                                    lock step: each frame served is 20 s later
  doorlens simcam pictures/ --step 1                a folder, picture by picture
  doorlens simcam door.mp4                          a video
  doorlens simcam lobby --firmware build/armv7/doorlens-camera --localdata /tmp/front
                                                    with the real firmware as its child
  doorlens simcam lobby --fault half-frame          a camera that cuts its answers short
  doorlens simcam lobby --allow-unsigned --flash /tmp/flash
                                                    takes packages (`doorlens flash`), remembers them

\b
Faults: """ + "\n        ".join(f"{name}: {text}" for name, text in FAULTS.items())


class _UtcTime(click.ParamType):
    name = "UTC time"

    def convert(self, value, param, ctx):
        try:
            return utc_ms(value)
        except ValueError:
            self.fail(f"{value!r} is not like 2026-03-01 or 2026-03-01T10:20:30Z", param, ctx)


class _Size(click.ParamType):
    name = "WxH"

    def convert(self, value, param, ctx):
        width, _, height = value.partition("x")
        if not (width.isdigit() and height.isdigit()):
            self.fail(f"{value!r} is not like 640x360", param, ctx)
        return int(width), int(height)


class _Fault(click.ParamType):
    name = "FAULT"

    def convert(self, value, param, ctx):
        try:
            parse_fault(value)
        except SimcamError as error:
            self.fail(str(error), param, ctx)
        return value


@click.command(epilog=_EXAMPLES)
@click.argument("source", metavar="SOURCE")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8080, show_default=True, help="Port of the web server; 0 lets the system choose.")
@click.option("--user", default="root", show_default=True, help="User for digest authentication.")
@click.option("--password", default="doorlens", show_default=True)
@click.option("--speed", type=click.FloatRange(min=0, min_open=True), help="Times as fast as real time (default 1).")
@click.option("--step", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS",
              help="Lock step: each frame served moves the clock on.")
@click.option("--start", type=_UtcTime(), help="First instant; default now, or the folder's or video's own.")
@click.option("--until", type=_UtcTime(), help="Last instant; then its frame is repeated, slowly.")
@click.option("--seed", default=1, show_default=True, help="Of the procedural scene.")
@click.option("--size", type=_Size(), default="640x360", show_default=True, help="Of the procedural scene.")
@click.option("--quality", type=click.IntRange(1, 100), default=80, show_default=True, help="Of the JPEGs.")
@click.option("--fault", type=_Fault(), help="Misbehave; see below.")
@click.option("--flash", type=click.Path(path_type=Path), help="Folder of the camera's flash; default one that is forgotten.")
@click.option("--allow-unsigned", is_flag=True, help="A new flash takes packages that Axis has not signed.")
@click.option("--architecture", default="armv7hf", show_default=True, help="Of the packages it takes.")
@click.option("--certificate", type=click.Path(exists=True, path_type=Path), help="PEM file with key: serve HTTPS.")
@click.option("--firmware", type=click.Path(path_type=Path), help="Run this firmware on the camera's frames.")
@click.option("--localdata", type=click.Path(path_type=Path), default=Path("localdata"), show_default=True,
              help="The firmware's folder.")
@click.option("--control-port", default=0, help="Of the firmware's control API; 0 lets the system choose.")
@click.option("--token", default="doorlens", show_default=True, help="Of the firmware's control API.")
@click.option("--mqtt", metavar="HOST:PORT", help="Broker the firmware publishes to.")
def command(source, host, port, user, password, speed, step, start, until, seed, size, quality, fault, flash, allow_unsigned,
            architecture, certificate, firmware, localdata, control_port, token, mqtt):
    """Run a virtual camera that plays SOURCE: an installation, a folder of pictures or a video.

    Installations: lobby, garage, yard. It serves /axis-cgi/jpg/image.cgi and /axis-cgi/mjpg/video.cgi, and takes
    application packages as Axis cameras do.
    """
    if speed and step:
        raise click.UsageError("--speed and --step exclude each other")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the firmware ends with us
    console = Console()
    with contextlib.ExitStack() as stack:
        folder = flash or stack.enter_context(tempfile.TemporaryDirectory(prefix="doorlens-flash-"))
        applications = Applications(folder, architecture, allow_unsigned=allow_unsigned)
        camera = stack.enter_context(SimulatedCamera(
            source, user, password, host, port, step_s=step, speed=speed, start_ms=start, until_ms=until, seed=seed, size=size,
            quality=quality, fault=fault, applications=applications, certificate=certificate))
        console.print(f"[bold]{camera.source.name}[/] at {camera.url}/axis-cgi/jpg/image.cgi"
                      f"  user [bold]{user}[/], password [bold]{password}[/]", soft_wrap=True)
        try:
            _run(console, camera, firmware and FirmwareProcess(
                firmware, localdata, _settings(camera, source, control_port, token, mqtt, lock_step=step is not None)))
        except KeyboardInterrupt:
            pass


def _run(console, camera, child):
    if child is None:
        _show(console, camera, None)
        return
    with child:
        console.print(f"firmware control at {child.control_url}, log in {child.log_path}", soft_wrap=True)
        _show(console, camera, child)


def _settings(camera, source, control_port, token, mqtt, lock_step):
    """Settings of a firmware that looks at this camera, with the frames' own times."""
    name = source if source in INSTALLATIONS else "simcam"
    settings = {
        "camera": name,
        "source": {"type": "snapshot", "url": camera.url + "/axis-cgi/jpg/image.cgi", "user": camera.user,
                   "password": camera.password, "interval_ms": 0 if lock_step else 500, "clock": "header"},
        "control": {"host": "127.0.0.1", "port": control_port, "token": token}}
    if mqtt:
        address, _, mqtt_port = mqtt.partition(":")
        settings["mqtt"] = {"host": address, "port": int(mqtt_port or 1883)}
    return settings


def _show(console, camera, child):
    """The status line, until interrupted."""
    try:
        with Live(console=console, auto_refresh=False, transient=True) as live:
            while True:
                live.update(Text(status_line(camera, child)), refresh=True)
                time.sleep(0.5)
    except KeyboardInterrupt:
        console.print(status_line(camera, child))


def status_line(camera, child=None):
    """One line: scene time, true state, frames served, the child's process id and restarts."""
    parts = ["waiting for a client" if camera.time_ms is None else utc_text(camera.time_ms)[:19] + "Z"]
    truth = None if camera.time_ms is None else camera.source.truth(camera.time_ms)
    if truth is not None:
        parts.append(truth.state + (", blocked" if truth.blocked else "") + (", infrared" if truth.infrared else ""))
    parts.append(f"{camera.frames_served} frames" + (", holding" if camera.hold_event.is_set() else ""))
    if camera.fault:
        parts.append(f"fault {camera.fault}")
    if camera.applications is not None:
        parts += [f"{package.name} {package.version} {status.lower()}" for package, status in camera.applications.listing()]
    if child is not None:
        parts.append((f"firmware {child.pid}" if child.running else "firmware down") + f", {child.restarts} restarts")
        if not child.running:
            parts.append(child.log_tail(1))
    return " | ".join(parts)
