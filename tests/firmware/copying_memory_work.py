"""In the firmware's interpreter: prints how many KiB became resident when small pictures were copied into large places."""

import asyncio
import sys

sys.path[:0] = [sys.argv[1]]

import frame  # noqa: E402  after the path

from camera_firmware.byte_reader import ByteReader  # noqa: E402
from camera_firmware.evidence import Evidence  # noqa: E402
from camera_firmware.metrics import Metrics  # noqa: E402
from camera_firmware.ring import Ring  # noqa: E402

LARGE = 4194304


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4


class Stream:
    async def readinto(self, view):
        return min(len(view), 100)


async def read(view):
    reader = ByteReader(Stream())
    await reader.readinto_buffered(view)
    assert await reader.readinto_buffered(view) == 100


picture = memoryview(bytes(3000))
evidence, view = Evidence(LARGE, frame.buffer, None, Metrics()), memoryview(frame.buffer(LARGE))
ring = Ring(frame.buffer(LARGE))
before = resident()
evidence.offer(picture)
evidence.begin()
evidence.offer(picture)
ring.add(picture, 0, 0, 160, 120, "open", None, None)
asyncio.run(read(view))
print(resident() - before)
