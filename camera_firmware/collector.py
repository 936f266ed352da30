"""Frames that are worth it into the spool, with what came just before and after a change."""

from camera_firmware.sampler import Look


class Collector:
    """`sampler.update(look, time_ms)` returns a sampler.Choice or None."""

    def __init__(self, camera, sampler, ring, spool):
        self._camera = camera
        self._sampler = sampler
        self._ring = ring
        self._spool = spool
        self._look = Look()
        self._roll_from = None  # when the last change was, on the clock that frames are spaced by
        self._roll_ms = 0
        self._roll_value = 0

    def offer(self, jpeg, time_ms, now_ms, stage, state):
        """One classified frame. `state` is the published one; `time_ms` None = not known, `now_ms` is monotonic."""
        clock_ms = now_ms if time_ms is None else time_ms
        look = self._look
        look.small, look.smoothed = stage.looker.small, state if stage.model else None
        choice = self._sampler.update(look, clock_ms)
        if choice:
            self._before(choice, clock_ms, now_ms)
            self._keep(jpeg, now_ms, choice.reason, choice.value, choice.evaluation, self._facts(stage, time_ms))
        elif self._ring.due(clock_ms):
            self._pass(jpeg, clock_ms, now_ms, self._facts(stage, time_ms))

    def _before(self, choice, clock_ms, now_ms):
        if not choice.roll:
            return
        value = choice.value // 2
        for jpeg, facts in self._ring.since(clock_ms - choice.roll):
            self._keep(jpeg, now_ms, "roll", value, False, facts)
        self._ring.clear()
        self._roll_from, self._roll_ms, self._roll_value = clock_ms, choice.roll, value

    def _pass(self, jpeg, clock_ms, now_ms, facts):
        """A frame that was not chosen: behind a change it is kept, otherwise remembered for a while."""
        if self._roll_from is not None and 0 <= clock_ms - self._roll_from <= self._roll_ms:
            self._ring.skip(clock_ms)
            self._keep(jpeg, now_ms, "roll", self._roll_value, False, facts)
        else:
            self._roll_from = None
            self._ring.add(jpeg, clock_ms, **facts)

    def _keep(self, jpeg, now_ms, reason, value, evaluation, facts):
        self._spool.keep(jpeg, now_ms, camera=self._camera, reason=reason, value=value, evaluation=evaluation, **facts)

    def _facts(self, stage, time_ms):
        return {"time_ms": time_ms, "width": stage.looker.frame_width, "height": stage.looker.frame_height,
                "state": stage.verdict if stage.model else None, "score": stage.score(), "model": stage.sequence}
