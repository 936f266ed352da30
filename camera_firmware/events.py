"""State events: written to a log on disk first, then handed to everyone who listens."""

import json
import os

from camera_firmware.portable import SEPARATORS, const, sync_file
from camera_firmware.reasons import reason
from contract.clock import utc_text
from contract.events import state_event

LOG_BYTES = const(262144)  # then the log becomes events.previous.jsonl and a new one begins


class Events:
    """`listeners` are called with each event's dictionary, in order. `latest` is the last one."""

    def __init__(self, directory, camera, log, metrics):
        self.latest = None
        self.listeners = []
        self._path = directory + "/events.jsonl"
        self._previous = directory + "/events.previous.jsonl"
        self._camera = camera
        self._sequence = 0
        self._log = log
        self._metrics = metrics

    def publish(self, smoother, score, model):
        """What `smoother` holds now, as the next event. score 0..1 or None, model a sequence number or None."""
        self._sequence += 1
        self.latest = state_event(
            self._camera, self._sequence, smoother.state, smoother.previous, smoother.since_ms,
            smoother.last_frame_ms, score, smoother.reason, model)
        self._metrics.count("events")
        self._log.info("state", "%s (%s)" % (smoother.state, smoother.reason))
        self._append(json.dumps(self.latest, separators=SEPARATORS) + "\n")
        for listener in self.listeners:
            listener(self.latest)

    def refreshed(self, last_frame_ms):
        """The latest event with a newer time of the last frame: the heartbeat."""
        if last_frame_ms is not None:
            self.latest["last_frame"] = utc_text(last_frame_ms)
        return self.latest

    def _append(self, line):
        try:
            self._rotate(len(line))
            with open(self._path, "ab") as file:
                file.write(line.encode())
                sync_file(file)
            self._log.recovered("events", "events are logged again")
        except OSError as error:
            self._metrics.count("events_unlogged")
            self._log.repeated("events", "events.jsonl cannot be written: %s" % reason(error))

    def _rotate(self, size):
        try:
            full = os.stat(self._path)[6] + size > LOG_BYTES
        except OSError:
            return
        if full:
            os.rename(self._path, self._previous)
