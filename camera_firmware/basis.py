"""What every life of the camera stands on, be it in safe mode: clock, log, counters, updates, control API, watchdog."""

import asyncio
import gc
import random

import nn
import sign
import termination
import watchdog

from camera_firmware import readings
from camera_firmware.announce import Announcer, Service
from camera_firmware.clock import Monotonic
from camera_firmware.control import Control
from camera_firmware.firmware_process import Process
from camera_firmware.firmware_updates import FirmwareUpdates
from camera_firmware.http_server import Server
from camera_firmware.log import Log
from camera_firmware.metrics import Metrics
from camera_firmware.signed_updates import SignedUpdates
from camera_firmware.supervisor import keep_running
from camera_firmware.updates import Unsigned

_GARBAGE_BYTES = 524288  # then the collector runs: without a limit it would let garbage fill the whole heap first
_ASK_MS = 250  # how often SIGTERM is looked for


class Basis:
    """`settings` as settings.load returns them; `directory` holds what must survive."""

    def __init__(self, settings, directory):
        if hasattr(gc, "threshold"):
            gc.threshold(_GARBAGE_BYTES)
        self.settings = settings
        self.directory = directory
        self.monotonic = Monotonic()
        self.metrics = Metrics()
        self.log = Log(settings["log"]["level"], self.monotonic)
        self.updates = self._updates(settings["update"])

    def _updates(self, update):
        if not update["key"]:
            return Unsigned()
        firmware = FirmwareUpdates(self.directory, update, Process(), sign.verify, self.log)
        updates = SignedUpdates(self.directory, update, sign.verify, nn, self.log, self.metrics, firmware)
        updates.start()
        return updates

    def start(self, name, make):
        asyncio.create_task(self.supervised(name, make))

    def supervised(self, name, make):
        return keep_running(name, make, random.random, self.log, self.metrics)

    def serve(self, application):
        """The control API over `application`, if the settings want it, and the watchdog."""
        control = self.settings["control"]
        if control["port"]:
            if not self.updates.signed:
                self.log.warning("update", self.updates.WARNING)
            server = Server(Control(application, control["token"], self.log, self.metrics).handle, self.log, self.metrics)
            certificate = in_folder(self.directory, control["certificate"]) if control["certificate"] else None
            self.start("control", lambda: server.run(control["host"], control["port"], certificate))
            if control["announce"]:
                self.start("announce", self._announcer(control).run)
        self.start("watchdog", self._feed)

    def _announcer(self, control):
        service = Service(self.settings["camera"], control["port"], ("tls=1",) if control["certificate"] else ())
        return Announcer(service, control["host"], self.monotonic, self.log)

    async def _feed(self):
        settings = self.settings["update"]
        while True:
            watchdog.feed(settings["watchdog_s"])
            now, value = self.monotonic.now(), self.metrics.value
            self.updates.firmware.tick(now, value("frames"), value("task_restarts"))
            if not self.updates.safe_mode and now >= 1000 * settings["settle_s"]:
                self.updates.settled()
            await asyncio.sleep(1)

    async def asked_to_end(self):
        """Returns after SIGTERM, or when other firmware is to run."""
        while not termination.asked() and not self.updates.restart_wanted:
            await asyncio.sleep(_ASK_MS / 1000)
        self.log.info("main", "ends because of SIGTERM" if termination.asked() else "ends to let other firmware begin")

    def end(self):
        """This life ends in order."""
        watchdog.feed(0)
        if not self.updates.safe_mode:
            self.updates.settled()


def in_folder(directory, path):
    """`path`, which is relative to `directory` unless it is absolute."""
    return path if path.startswith("/") else directory + "/" + path


def metrics(basis):
    """The body of GET /api/v1/metrics."""
    values = basis.metrics.snapshot()
    used, free = readings.heap()
    if used is not None:
        values["heap_used"], values["heap_free"] = used, free
    return values
