"""Events: numbered and written to the log on disk first, then handed to everyone who tells them.

An event that cannot be written has no number, is told all the same, and as soon as the disk works again what is newest then
is written down and told with a number.
"""

import asyncio
import json

from camera_firmware.clock import wall_ms
from camera_firmware.event_log import EventLog
from camera_firmware.outbox import Cursors, Outbox
from camera_firmware.portable import SEPARATORS, const
from camera_firmware.reasons import reason
from contract.clock import utc_text
from contract.events import rule_event, state_event

_KEEP_S = const(60)  # how often what was delivered is written down


class Events:
    """`listeners` are called as listener(event, jpeg) with each event and its frame or None; `latest` is the last one.

    `rules` is what an event says of the rules that are raised: {name: UTC text or None}.
    """

    def __init__(self, directory, camera, log, metrics, wall_ms=wall_ms):
        self.latest = None
        self.rules = {}
        self.listeners = []
        self._camera = camera
        self._wall_ms = wall_ms
        self._log = log
        self._metrics = metrics
        self._file = EventLog(directory)
        self._cursors = Cursors(directory, log)
        self._outboxes = []

    def outbox(self, name, dropped):
        """The Outbox of an output; one that is new begins with the events of this life."""
        try:
            self._file.open()
        except OSError as error:
            self._failed(error)
        if self._cursors.get(name) is None:
            self._cursors.set(name, self._file.last)
            self._cursors.save()
        outbox = Outbox(name, self._file, self._cursors, self._metrics, dropped)
        self._outboxes.append(outbox)
        return outbox

    def publish(self, smoother, score, model, jpeg=None):
        """What `smoother` holds now, as the next event.

        score 0..1 or None, model a sequence number or None, jpeg the frame that decided, which is copied, or None.
        """
        self.latest = state_event(
            self._camera, None, smoother.state, smoother.previous, smoother.since_ms,
            smoother.last_frame_ms, score, smoother.reason, model, self._wall_ms(), self.rules)
        self._log.info("state", "%s (%s)" % (smoother.state, smoother.reason))
        self._tell(jpeg)

    def publish_rule(self, name, active):
        """That a rule was raised or cleared, as the next event; `rules` is right already. Not before the first `publish`."""
        self.latest = rule_event(self.latest, self._wall_ms(), name, active, self.rules)
        self._log.info("rule", "%s is %s" % (name, "raised" if active else "cleared"))
        self._tell(None)

    def recent(self, count):
        """The last `count` events on the disk, oldest first, as dictionaries. Raises OSError."""
        self._file.open()
        place = self._file.after(self._file.last - count)
        while True:
            found = self._file.read(place)
            if not found:
                return
            place = found[2]
            yield json.loads(found[1])

    def _tell(self, jpeg):
        self.record(self.latest)
        for listener in self.listeners:
            listener(self.latest, jpeg)

    def record(self, event):
        """Any event (contract.events): numbers it, writes it down and puts it in the outboxes."""
        self._metrics.count("events")
        if not self._append(event):
            self._metrics.count("events_unlogged")
        self._hand_over(event)

    def refreshed(self, last_frame_ms):
        """The latest event with a newer time of the last frame: the heartbeat."""
        if last_frame_ms is not None:
            self.latest["last_frame"] = utc_text(last_frame_ms)
        return self.latest

    async def run(self, sleep=asyncio.sleep):
        """Once a minute what was delivered is written down, and the latest event if that could not be done before.

        For the first time as soon as everything is told: lives that are shorter than a minute do not tell it all again.
        """
        for _ in range(_KEEP_S):
            await sleep(1)
            if not any(outbox.waiting for outbox in self._outboxes):
                break
        while True:
            self.keep()
            await sleep(_KEEP_S)

    def keep(self):
        self._cursors.save()
        if self.latest and self.latest["sequence"] is None and self._append(self.latest):
            self._hand_over(self.latest)
            for listener in self.listeners:
                listener(self.latest, None)

    def _append(self, event):
        """False, and no number in the event, if it is not on the disk."""
        try:
            self._file.open()
            number = max(self._file.last, self._cursors.highest()) + 1
            event["sequence"] = number
            self._file.append(_line(event), number)
        except OSError as error:
            event["sequence"] = None
            self._failed(error)
            return False
        self._log.recovered("events", "events are logged again")
        return True

    def _failed(self, error):
        self._log.repeated("events", "events.jsonl cannot be read or written: %s" % reason(error))

    def _hand_over(self, event):
        line = _line(event)
        for outbox in self._outboxes:
            outbox.offer(line, event["sequence"])


def _line(event):
    return json.dumps(event, separators=SEPARATORS).encode()
