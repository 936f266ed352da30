"""Frames that are worth it into the spool, with what came just before and after a change."""

from camera_firmware.portable import const

_LONGEST_UNSAVED_MS = const(600000)  # however often the spool is written for other reasons


class Collector:
    """`sampler` is a contract.sampling.Policy or a sampler.Sampler, `features` fills the Look that it wants, `state`
    is a policy_state.PolicyState or Stateless."""

    def __init__(self, camera, sampler, features, state, ring, spool):
        self._camera = camera
        self._sampler = sampler
        self._features = features
        self._state = state
        self._ring = ring
        self._spool = spool
        self._unsaved = False  # the state, since a frame was kept
        self._saved_ms = 0
        self._roll_from = None  # when the last change was, on the clock that frames are spaced by
        self._roll_ms = 0
        self._roll_value = 0

    def offer(self, jpeg, time_ms, now_ms, stage, published):
        """One classified frame. `published` is the state; `time_ms` None = not known, `now_ms` is monotonic."""
        clock_ms = now_ms if time_ms is None else time_ms
        choice = self._sampler.update(self._features.fill(stage, published), time_ms, now_ms, len(jpeg))
        if choice:
            self._before(choice, clock_ms, now_ms)
            self._keep(jpeg, now_ms, choice.reason, choice.value, choice.evaluation, self._facts(stage, time_ms))
        elif self._ring.due(clock_ms):
            self._pass(jpeg, clock_ms, now_ms, self._facts(stage, time_ms))

    def _before(self, choice, clock_ms, now_ms):
        if not choice.roll:
            return
        self._roll_from, self._roll_ms, self._roll_value = clock_ms, choice.roll, choice.value // 2
        for jpeg, facts in self._ring.since(clock_ms - choice.roll):
            self._roll(jpeg, now_ms, facts)
        self._ring.clear()

    def _pass(self, jpeg, clock_ms, now_ms, facts):
        """A frame that was not chosen: behind a change it is kept, otherwise remembered for a while."""
        if self._roll_from is not None and 0 <= clock_ms - self._roll_from <= self._roll_ms:
            self._ring.skip(clock_ms)
            self._roll(jpeg, now_ms, facts)
        else:
            self._roll_from = None
            self._ring.add(jpeg, clock_ms, **facts)

    def _roll(self, jpeg, now_ms, facts):
        if self._sampler.may_roll(len(jpeg)):
            self._keep(jpeg, now_ms, "roll", self._roll_value, False, facts)

    def _keep(self, jpeg, now_ms, reason, value, evaluation, facts):
        if self._spool.keep(jpeg, now_ms, camera=self._camera, reason=reason, value=value, evaluation=evaluation, **facts):
            self._sampler.kept(len(jpeg), reason == "roll")
        self._unsaved = True

    def _facts(self, stage, time_ms):
        return {"time_ms": time_ms, "width": stage.looker.frame_width, "height": stage.looker.frame_height,
                "state": stage.verdict if stage.model else None, "score": stage.score(), "model": stage.sequence}

    def tick(self, now_ms):
        """To be called now and then: what waits goes to the disk if it is time."""
        due = self._spool.due(now_ms)
        if due:
            self._spool.flush(now_ms)
        if self._unsaved and (due or now_ms - self._saved_ms >= _LONGEST_UNSAVED_MS):
            self._save(now_ms)

    def flush(self, now_ms):
        """Samples that wait go to the disk."""
        self._spool.flush(now_ms)

    def close(self, now_ms):
        """Everything goes to the disk."""
        self._spool.flush(now_ms)
        self._save(now_ms)

    def _save(self, now_ms):
        self._unsaved, self._saved_ms = False, now_ms
        self._spool.synced(now_ms, self._state.save())
