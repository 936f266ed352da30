"""The virtual camera as an object: a web server in a thread of its own."""

import asyncio
import ssl
import threading
import time

from aiohttp import web

from host_tools.simcam.clock import RunningClock, SequenceClock, StepClock
from host_tools.simcam.digest import DigestRealm
from host_tools.simcam.errors import SimcamError
from host_tools.simcam.faults import parse
from host_tools.simcam.frames import Frames
from host_tools.simcam.jpeg import DEFAULT_QUALITY
from host_tools.simcam.server import Server
from host_tools.simcam.sources import open_source

REALM = "AXIS_DOORLENS"


def choose_clock(source, step_s=None, speed=None, start_ms=None, until_ms=None):
    """The clock for a source: lock step if `step_s` is given, else running at `speed` (default 1).

    A folder is stepped picture by picture, whatever the step. Without `start_ms` a scene starts now, a folder or
    video at its own first instant.
    """
    start = start_ms if start_ms is not None else source.start_ms
    start = int(time.time() * 1000) if start is None else start
    until = until_ms if until_ms is not None else source.end_ms
    if step_s is None:
        return RunningClock(start, speed or 1.0, until)
    if source.times is not None:
        return SequenceClock(source.times, start, until)
    return StepClock(start, round(step_s * 1000), until)


class SimulatedCamera:
    """Plays `source` over HTTP on loopback; use as a context manager or with start() and stop().

    source: installation name, folder, video file, host_tools.scene.Scene or an object like those of simcam.sources.
    step_s, speed, start_ms, until_ms: see `choose_clock`; or give a `clock`. until_ms is the last instant shown.
    user None: no authentication. port 0: chosen by the system. fault: a key of faults.FAULTS, changeable while running.
    applications: an applications.Applications if it takes packages. certificate: PEM file with certificate and key, for HTTPS.
    Raises SimcamError.
    """

    def __init__(self, source, user="root", password="doorlens", host="127.0.0.1", port=0, clock=None, step_s=None,
                 speed=None, start_ms=None, until_ms=None, seed=1, size=(640, 360), quality=DEFAULT_QUALITY, fault=None,
                 algorithms=("MD5",), applications=None, certificate=None):
        self.user, self.password, self.host, self.port = user, password, host, port
        self.source = open_source(source, seed, size, start_ms)
        clock = clock or choose_clock(self.source, step_s, speed, start_ms, until_ms)
        self._frames = Frames(self.source, clock)
        realm = None if user is None else DigestRealm(REALM, user, password, algorithms)
        self.applications, self._certificate = applications, certificate
        self._server = Server(self._frames, realm, quality, applications=applications)
        self.fault = fault
        self._loop = self._stop = self._thread = None

    url = property(lambda self: f"http{'s' if self._certificate else ''}://{self.host}:{self.port}",
                   doc="Base address, without a slash at the end.")
    frames_served = property(lambda self: self._frames.served, doc="Frames sent so far.")
    time_ms = property(lambda self: self._frames.time_ms, doc="Time of the last frame sent, or None.")
    hold_event = property(lambda self: self._frames.hold_event, doc="threading.Event: asked beyond the end.")

    @property
    def fault(self):
        """The fault in force, such as "silent" or "cut-after:4096"; None: none."""
        return self._server.fault

    @fault.setter
    def fault(self, name):
        key, number = (None, None) if name is None else parse(name)
        self._server.fault = name
        if self.applications is not None:
            self.applications.slowness = max(1, number) if key == "slow-cpu:N" else 1

    def power_on(self):
        """After the fault power-cut: what was started before is started again."""
        self._server.api.power_on()

    def wait_for_hold(self, timeout=None):
        """Waits until a client has asked beyond `until_ms`, so that it has had every frame. False: timed out."""
        return self.hold_event.wait(timeout)

    def resume(self, until_ms=None, step_s=None):
        """Lets a clock that holds run on, to `until_ms` and with a new step if given."""
        self._call(self._frames.resume, until_ms, None if step_s is None else round(step_s * 1000))

    def _call(self, function, *arguments):
        """Runs a function where the server runs, so that no request sees half of its effect."""
        async def call():
            return function(*arguments)
        if self._loop is None:
            return function(*arguments)
        return asyncio.run_coroutine_threadsafe(call(), self._loop).result()

    def start(self):
        """Starts serving; returns self. Raises SimcamError if the port is taken."""
        if self.applications is not None:
            self.applications.boot()
        started, failure = threading.Event(), []
        self._thread = threading.Thread(target=self._run, args=(started, failure), name="simcam", daemon=True)
        self._thread.start()
        started.wait()
        if failure:
            self._thread.join()
            self._close()
            raise SimcamError(f"cannot listen on {self.host}:{self.port} ({failure[0].strerror}); choose another --port")
        return self

    def _run(self, started, failure):
        try:
            asyncio.run(self._serve(started))
        except OSError as error:
            failure.append(error)
        finally:
            self._loop = None
            started.set()

    def _tls(self):
        if self._certificate is None:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._certificate)
        return context

    async def _serve(self, started):
        runner = web.AppRunner(self._server.application(), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            site = web.TCPSite(runner, self.host, self.port, ssl_context=self._tls())
            await site.start()
            self.port = site._server.sockets[0].getsockname()[1]
            self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
            started.set()
            await self._stop.wait()
        finally:
            await runner.cleanup()

    def stop(self):
        """Stops serving and waits for the threads."""
        loop, thread = self._loop, self._thread
        if loop is not None:
            loop.call_soon_threadsafe(self._stop.set)
        if thread is not None:
            thread.join()
        self._close()

    def _close(self):
        self._frames.close()
        if self.applications is not None:
            self.applications.shut_down()

    def __enter__(self):
        return self.start()

    def __exit__(self, *exception):
        self.stop()
