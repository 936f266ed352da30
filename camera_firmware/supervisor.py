"""Tasks that must not die in silence."""

import asyncio

from camera_firmware.clock import Backoff


async def keep_running(name, make, random, log, metrics):
    """Awaits `make()` until it returns; after an exception logs the traceback and starts it again."""
    backoff = Backoff(random, 1000, 60000)
    while True:
        try:
            return await make()
        except Exception as error:
            log.crash(name, error)
            metrics.count("task_restarts")
        await asyncio.sleep(backoff.next_ms() / 1000)
