"""Wires the application together. Decides nothing.

SIGTERM ends it in order: what waits in memory goes to the disk. SIGKILL and a power cut end it at once: everything on disk
is whole at every instant.
"""

import asyncio
import os
import random

import frame
import imgprep
import nn
import termination
import ujpeg
import watchdog

from camera_firmware import __version__, health, local_sources
from camera_firmware.basis import Basis, metrics
from camera_firmware.collector import Collector
from camera_firmware.current_picture import CurrentPicture
from camera_firmware.events import Events
from camera_firmware.evidence import MAX_PICTURE_BYTES, Evidence
from camera_firmware.features import Features
from camera_firmware.frame_source import Frame, FrameSource, Pace
from camera_firmware.home_assistant import OFF, HomeAssistant
from camera_firmware.http_client import HttpClient
from camera_firmware.http_sources import MjpegFetcher, SnapshotFetcher
from camera_firmware.inference import Inference, Modules, Preview
from camera_firmware.mqtt_link import MqttLink
from camera_firmware.oddities import Oddities
from camera_firmware.pipeline import Pipeline
from camera_firmware.policy_state import PolicyState, Stateless
from camera_firmware.ring import RING_BYTES, Ring
from camera_firmware.rules import RuleWatch
from camera_firmware.safe_mode import SafeMode
from camera_firmware.sampler import Picture, Sampler
from camera_firmware.spool import Spool, pending_bytes
from camera_firmware.status import status
from camera_firmware.tls import tls
from camera_firmware.updates import ModelStore
from camera_firmware.view import View
from camera_firmware.webhook import Webhook
from contract.sampling import Policy

_MODULES = Modules(frame, ujpeg)
_FLUSH_MS = 5000  # for the last events when the source has ended


def make(settings, directory):
    """What this life is to be: the Application or, after too many short ones, the SafeMode; both have `run()`."""
    watchdog.feed(settings["update"]["watchdog_s"])
    basis = Basis(settings, directory)
    if basis.updates.safe_mode:
        return SafeMode(basis)
    return Application(settings, directory, basis)


class Application:
    """`settings` as settings.load returns them; `directory` holds what must survive."""

    def __init__(self, settings, directory, basis=None):
        self.basis = basis = basis or Basis(settings, directory)
        self.settings = settings
        self.monotonic, self.metrics_, self.log, self.updates = basis.monotonic, basis.metrics, basis.log, basis.updates
        self.source = self._source(settings["source"], directory)
        self.store = ModelStore(directory, nn, self.log)
        self.spool = self._spool(directory + "/spool", settings["spool"]["bytes"])
        self.events = Events(directory, settings["camera"], self.log, self.metrics_)
        self.collector = Collector(settings["camera"], *self._sampling(directory), Ring(frame.buffer(RING_BYTES)),
                                   self.spool)
        oddities = Oddities(imgprep.luma_statistics, self.log, self.metrics_)
        view = View(_MODULES, imgprep, settings["source"]["max_frame_bytes"], settings["view"]["check"], self.log)
        self.pipeline = Pipeline(self.source, self._first_stage(), view, self.collector, self.events, self.monotonic, oddities,
                                 self.log, self.metrics_)
        self.picture = self.pipeline.picture = self._current_picture(settings["source"]["max_frame_bytes"])
        if self.updates.signed:
            self.updates.attach(self._inference, self.pipeline.replace)
            self.pipeline.show(self.updates)
        self.mqtt = self._mqtt(directory) if settings["mqtt"]["host"] else None
        self.webhook = self._webhook(directory) if settings["webhook"]["url"] else None
        self.rules = self._rules(settings["rules"]) if settings["rules"]["list"] else None

    def _current_picture(self, size):
        return CurrentPicture(min(size, MAX_PICTURE_BYTES), frame.buffer)

    def _source(self, source, directory):
        buffer = Frame(source["max_frame_bytes"], source["clock"], frame.buffer)
        return FrameSource(self._fetcher(source, directory, buffer), buffer, random.random, self.log, self.metrics_)

    def _fetcher(self, source, directory, buffer):
        pace = Pace(self.monotonic, source["interval_ms"])
        timeout_ms = int(source["timeout_s"] * 1000)
        if source["type"] == "stdin":
            return local_sources.StdinFetcher(local_sources.stdin_stream(), buffer)
        if source["type"] == "folder":
            path = source["path"]
            path = path if path.startswith("/") else directory + "/" + path
            return local_sources.FolderFetcher(path, source["loop"], pace)
        client = HttpClient(source["url"], source["user"], source["password"], timeout_ms)
        if source["type"] == "mjpeg":
            return MjpegFetcher(client, timeout_ms)
        return SnapshotFetcher(client, pace, timeout_ms)

    def _spool(self, directory, limit):
        return Spool(directory, limit, _boot_number(), frame.buffer(pending_bytes(limit)), self.log, self.metrics_)

    def _sampling(self, directory):
        """(sampler, features, state) for a Collector."""
        if self.settings["sampler"]["strategy"] == "simple":
            return self._sampler(), Picture(), Stateless()
        policy = Policy(self.settings["policy"], imgprep.mean_abs_diff, random.random, imgprep.nearest)
        state, features = PolicyState(policy, directory + "/sampling.json", self.log), Features(imgprep)
        state.load()
        policy.prepare(features.look)
        return policy, features, state

    def _sampler(self):
        sampler = self.settings["sampler"]
        return Sampler(int(sampler["period_s"] * 1000), sampler["change"], int(sampler["min_interval_s"] * 1000),
                       imgprep.mean_abs_diff, int(sampler["roll_s"] * 1000))

    def _mqtt(self, directory):
        mqtt, camera = self.settings["mqtt"], self.settings["camera"]
        limit = min(self.settings["source"]["max_frame_bytes"], MAX_PICTURE_BYTES)
        picture = Evidence(limit, frame.buffer, self.log, self.metrics_) if mqtt["picture"] else None
        link = MqttLink(mqtt, camera, lambda: self.events.refreshed(self.pipeline.last_frame_ms),
                        self.events.outbox("mqtt", "mqtt_dropped"), picture, self._home_assistant(),
                        tls(mqtt, directory) if mqtt["tls"] else False, random.random, self.monotonic, self.log, self.metrics_)
        self.events.listeners.append(link.offer)
        return link

    def _home_assistant(self):
        home, mqtt = self.settings["home_assistant"], self.settings["mqtt"]
        if home["discovery"] == OFF:
            return None
        return HomeAssistant(home, self.settings["camera"], mqtt["topic"], mqtt["picture"], __version__, self._states,
                             [rule["name"] for rule in self.settings["rules"]["list"]])

    def _webhook(self, directory):
        webhook = self.settings["webhook"]
        secure = tls(webhook, directory) if webhook["url"].startswith("https://") else False
        return Webhook(webhook, self.settings["camera"], self.events.outbox("webhook", "webhook_dropped"), secure,
                       random.random, self.log, self.metrics_)

    def _rules(self, rules):
        return RuleWatch(rules, self.events, self._states, lambda: self.pipeline.last_frame_ms, self.monotonic, self.log)

    def _states(self):
        """The model's states, () without one."""
        model = self.pipeline.newest_stage.model
        return tuple(model.states) if model else ()

    def _first_stage(self):
        stored = self.updates.handed_over() if self.updates.signed else self.store.load()
        if stored:
            self.log.info("model", "number %d is in use" % stored[0].sequence)
            return self._inference(stored)
        self.log.info("model", "there is none yet; only samples are kept")
        return Preview(_MODULES, self.settings["source"]["max_frame_bytes"])

    def _inference(self, stored):
        return Inference(*stored, _MODULES, self.settings["source"]["max_frame_bytes"])

    def install(self, buffer):
        """Checks, stores and uses a model file. Raises ModelError, OSError."""
        try:
            stored = self.store.install(buffer)
        except Exception:
            self.metrics_.count("models_refused")
            raise
        self.metrics_.count("models_installed")
        self.log.info("model", "number %d is in use" % stored[0].sequence)
        self.pipeline.replace(self._inference(stored))

    def flush(self):
        """Samples that wait in memory go to the disk."""
        self.spool.flush(self.monotonic.now())

    def status(self):
        return status(self, __version__)

    def metrics(self):
        return metrics(self.basis)

    def recent_events(self, count):
        """The last ones on the disk, oldest first. Raises OSError."""
        return self.events.recent(count)

    def health(self):
        """Texts for Prometheus, one after the other."""
        yield from health.of_basis(self.basis, __version__, self.settings["camera"])
        yield from health.of_application(self)

    def model(self):
        """{"sequence", "sha256"} of the model in use, or None."""
        stage = self.pipeline.newest_stage
        return {"sequence": stage.sequence, "sha256": stage.digest} if stage.model else None

    async def run(self):
        """Until the source has ended, which a camera's never does, or SIGTERM."""
        self.log.info("main", "doorlens %s, camera %s" % (__version__, self.settings["camera"]))
        self.pipeline.publish()
        self.basis.start("events", self.events.run)
        self.basis.start("watch", self.pipeline.watch)
        if self.rules:
            self.basis.start("rules", self.rules.run)
        if self.mqtt:
            self.basis.start("mqtt", self.mqtt.run)
        if self.webhook:
            self.basis.start("webhook", self.webhook.run)
        self.basis.serve(self)
        await self._until_the_end()
        self.basis.end()
        self.collector.close(self.monotonic.now())
        if self.mqtt:
            await self.mqtt.flush(_FLUSH_MS)
        self.events.keep()

    async def _until_the_end(self):
        """Of the source, or until SIGTERM."""
        end = asyncio.Event()

        async def play():
            await self.basis.supervised("pipeline", self.pipeline.run)
            end.set()

        async def listen():
            await self.basis.asked_to_end()
            end.set()

        termination.catch()
        tasks = asyncio.create_task(play()), asyncio.create_task(listen())
        await end.wait()
        for task in tasks:
            task.cancel()


def _boot_number():
    return int.from_bytes(os.urandom(4), "big")
