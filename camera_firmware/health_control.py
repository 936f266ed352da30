"""The routes of the control API that say how the camera does: metrics, events, the current picture, the log, the status page."""

import asyncio
import json

from camera_firmware import exposition, status_page
from camera_firmware.http_request import Gone, Refusal, whole_between
from camera_firmware.http_response import PIECE_BYTES
from camera_firmware.portable import SEPARATORS, const
from contract import api

_EVENTS = const(20)   # where the client does not say how many
_PICTURE_S = const(5) # waited for the next frame; it takes longer than a camera needs that shows one every two seconds
_SEND_S = const(60)   # for a whole picture: others get the same one for so long


class HealthControl:
    """The part of control.Control that answers those. `_application` offers metrics(), health(), recent_events(count) and
    `picture`, a current_picture.CurrentPicture or None; `_log` is a log.Log."""

    async def _get_metrics(self, request, respond):
        await respond.json(self._application.metrics(), keep=request.keep)

    async def _get_prometheus(self, request, respond):
        families = []
        for family in self._application.health():
            families.append(family)
            await asyncio.sleep(0)  # a frame does not wait for all of them
        await respond.text("".join(families), exposition.CONTENT_TYPE, keep=request.keep)

    async def _get_events(self, request, respond):
        count = whole_between(request.query.get("count", str(_EVENTS)), 1, api.MAX_EVENTS_LISTED, "count")
        texts = []
        for event in self._application.recent_events(count):
            texts.append(json.dumps(event, separators=SEPARATORS))
            await asyncio.sleep(0)
        await respond.text('{"events":[%s]}' % ",".join(texts), "application/json", keep=request.keep)

    async def _get_picture(self, request, respond):
        picture = self._application.picture
        jpeg = await picture.take(_PICTURE_S) if picture else None
        if jpeg is None:
            raise Refusal("not_found", "no whole frame has come for %d seconds" % _PICTURE_S)
        try:
            await asyncio.wait_for(_send(jpeg, respond, request.keep), _SEND_S)
        except asyncio.TimeoutError:
            raise Gone
        finally:
            picture.release()

    async def _get_log(self, request, respond):
        level = request.query.get("level", api.LOG_LEVELS[-1])
        if level not in api.LOG_LEVELS:
            raise Refusal("bad_request", "level must be one of " + ", ".join(api.LOG_LEVELS))
        behind = whole_between(request.query.get("behind", "0"), 0, api.MAX_LINE_NUMBER, "behind")
        lines = self._log.recent.after(behind, api.LOG_LEVELS[:api.LOG_LEVELS.index(level) + 1])
        await respond.json({"lines": [line.as_dictionary() for line in lines]}, keep=request.keep)

    async def _get_page(self, request, respond):
        await respond.text(status_page.page(), status_page.CONTENT_TYPE, keep=request.keep, header=status_page.headers())

    async def _get_home(self, request, respond):
        await self._get_page(request, respond)


async def _send(jpeg, respond, keep):
    await respond.head(200, "image/jpeg", len(jpeg), keep)
    for at in range(0, len(jpeg), PIECE_BYTES):
        await respond.piece(jpeg[at:at + PIECE_BYTES])
