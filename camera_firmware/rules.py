"""The rules of the settings over the events of this camera. What was raised is in the log of events, and nowhere else."""

import asyncio

from camera_firmware.clock import wall_ms
from camera_firmware.portable import const
from camera_firmware.reasons import reason
from contract import rules

_TICK_S = const(1)
_REMEMBERED = const(512)  # events of former lives that are looked at


class RuleWatch:
    """`settings` is the section "rules", `events` an Events that has published nothing yet, `states()` the model's states.

    `last_frame()`: UTC milliseconds of the newest frame, or None.
    """

    def __init__(self, settings, events, states, last_frame, monotonic, log, wall_ms=wall_ms):
        self._rules = rules.Rules(settings, states)
        self._events = events
        self._last_frame = last_frame
        self._monotonic = monotonic
        self._wall_ms = wall_ms
        self._resume(log)
        events.rules = self._rules.active
        events.listeners.append(self._heard)

    def _resume(self, log):
        try:
            self._rules.resume(self._events.recent(_REMEMBERED), self._monotonic.now(), self._wall_ms())
        except OSError as error:
            log.warning("rules", "what was raised before is not known: events.jsonl cannot be read: %s" % reason(error))
        except (ValueError, KeyError, TypeError, AttributeError):
            log.warning("rules", "what was raised before is not known: events.jsonl holds what is no event")

    def _heard(self, event, jpeg):
        self._rules.saw(event["state"], self._monotonic.now())

    async def run(self):
        while True:
            self.tick()
            await asyncio.sleep(_TICK_S)

    def tick(self):
        """Tells what has been raised or cleared."""
        for name, active in self._rules.tick(self._monotonic.now(), self._wall_ms()):
            self._events.rules = self._rules.active
            self._events.refreshed(self._last_frame())
            self._events.publish_rule(name, active)
