"""After too many short starts only the control API runs, so that another model can be pushed."""

import asyncio

import termination

from camera_firmware import __version__
from camera_firmware.basis import metrics
from camera_firmware.clock import wall_ms
from camera_firmware.health import of_basis
from contract import events
from contract.clock import utc_text
from contract.decision import UNKNOWN

RESTART = 3  # exit status: to be started anew
_TRY_AGAIN_MS = 1800000  # then one start goes on as usual: what was wrong may have gone by itself
_TICK_MS = 200


class NoSpool:
    """In place of spool.Spool: holds nothing and touches nothing."""

    limit = bytes = pending = 0

    def __len__(self):
        return 0

    def __contains__(self, sample):
        return False

    def after(self, sample, limit):
        return [], False


class SafeMode:
    """`basis` is a basis.Basis whose updates are in safe mode. Offers to control.Control what the Application does."""

    def __init__(self, basis):
        self.updates, self.monotonic, self.spool = basis.updates, basis.monotonic, NoSpool()
        self._basis = basis

    async def run(self):
        """Until an update has come, half an hour has passed or SIGTERM; the exit status."""
        basis = self._basis
        basis.log.error("main", "doorlens %s in safe mode: %s" % (__version__, self.updates.safe_mode))
        termination.catch()
        basis.serve(self)
        while not self.updates.restart_wanted and self.monotonic.now() < _TRY_AGAIN_MS and not termination.asked():
            await asyncio.sleep(_TICK_MS / 1000)
        if termination.asked():
            return 0
        await asyncio.sleep(_TICK_MS / 1000)  # the last answer goes out
        if not self.updates.restart_wanted:
            self.updates.once_more()
        basis.log.info("main", "the safe mode ends")
        return RESTART

    def model(self):
        return None

    def metrics(self):
        return metrics(self._basis)

    picture = None

    def recent_events(self, count):
        return ()

    def health(self):
        return of_basis(self._basis, __version__, self._basis.settings["camera"])

    def flush(self):
        pass

    def status(self):
        """The body of GET /api/v1/status, as the Application's."""
        settings, now = self._basis.settings, wall_ms()
        return {
            "camera": settings["camera"],
            "version": __version__,
            "time": None if now is None else utc_text(now),
            "uptime_s": self.monotonic.now() // 1000,
            "state": events.state_event(settings["camera"], 0, UNKNOWN, None, None, None, None, events.NO_MODEL, None),
            "model": None,
            "frame": {"width": 0, "height": 0, "count": 0, "last": None},
            "spool": {"samples": 0, "pending": 0, "bytes": 0, "limit": settings["spool"]["bytes"], "dropped": 0},
            "source": {"type": settings["source"]["type"], "connected": False, "last_error": None},
            "mqtt": None,
            "update": self.updates.status(),
            "safe_mode": self.updates.safe_mode,
        }
