"""The frame loop: source -> small picture -> verdict -> smoother -> events, and the collector beside it."""

import asyncio
import gc

from camera_firmware.frame_source import EndOfFrames
from camera_firmware.portable import const, ticks_us, us_since
from contract import filter as hidden_markov
from contract.decision import UNKNOWN
from contract.events import NO_FRAME, NO_MODEL, VIEW_REASONS
from contract.smoother import Smoother

_TICK_MS = const(500)  # how often silence is looked for
_HOUR_MS = const(3600000)
_WITHOUT_SCORE = (NO_FRAME, NO_MODEL) + VIEW_REASONS
_DEFAULT_SMOOTHING = {"confirm_frames": 1, "unknown_frames": 1, "stale_s": 30}


class Pipeline:
    """`stage` is an inference.Inference or inference.Preview, `view` a view.View, `oddities` an oddities.Oddities."""

    def __init__(self, source, stage, view, collector, events, monotonic, oddities, log, metrics):
        self.source = source
        self.stage = stage
        self.view = view
        self.width = self.height = 0  # of the last frame
        self.last_frame_ms = None
        self._passed_ms = None  # between the frames' times, where they have them
        self._collector = collector
        self._events = events
        self._monotonic = monotonic
        self._oddities = oddities
        self._log = log
        self._metrics = metrics
        self._next_stage = None
        self._beside = None
        self.picture = None  # a current_picture.CurrentPicture
        smoothing = stage.model.smoothing if stage.model else _DEFAULT_SMOOTHING
        self.smoother = Smoother(*_rules(smoothing), NO_FRAME if stage.model else NO_MODEL, monotonic.now())
        view.use(stage.model, monotonic.now())
        self._filter = hidden_markov.of(stage.model) if stage.model else None

    def replace(self, stage):
        """`stage` takes over between two frames."""
        self._next_stage = stage

    def show(self, beside):
        """`beside.look(jpeg, length, verdict)` sees every frame that was classified, after it was published.

        `beside.out_of_memory()` is called when a frame could not be classified for lack of memory.
        """
        self._beside = beside

    @property
    def newest_stage(self):
        """The stage of the next frame."""
        return self._next_stage or self.stage

    def publish(self, jpeg=None):
        """The smoother's state as an event; `jpeg`: the frame that decided."""
        score = self.stage.score() if self.smoother.reason not in _WITHOUT_SCORE else None
        self._events.publish(self.smoother, score, self.stage.sequence, jpeg)

    async def run(self):
        """Until the source has ended for good."""
        while True:
            try:
                length = await self.source.next()
            except EndOfFrames as end:
                self._log.info("source", str(end))
                return
            self.process(length, self.source.time_ms)
            await asyncio.sleep(0)

    async def watch(self):
        """Notices a source that has gone silent."""
        while True:
            await asyncio.sleep(_TICK_MS / 1000)
            now = self._monotonic.now()
            if self.smoother.tick(now):
                self.publish()
            self._collector.tick(now)

    def process(self, length, time_ms):
        """One frame, the first `length` bytes of the source's buffer; a damaged one is counted and left."""
        begin = ticks_us()
        self._passed_ms = self._since_last(time_ms)
        if self._next_stage:
            self._swap()
        try:
            changed = self.classify(length, time_ms)
        except (ValueError, MemoryError) as error:
            self._metrics.count("frames_broken")
            self._log.repeated("frame", "dropped: %s" % (error if str(error) else "out of memory"))
            if self._beside and isinstance(error, MemoryError):
                self._beside.out_of_memory()
            return
        self._log.recovered("frame", "pictures are whole again")
        if changed:
            self.publish(self.source.frame.view[:length])
        looker = self.stage.looker
        self._metrics.took(us_since(begin), looker.decode_us, looker.network_us)
        if self.picture and self.picture.waiting:
            self.picture.offer(self.source.frame.view[:length])
        self._sample(length, time_ms, changed)
        if self._beside:
            self._beside.look(self.source.frame.buffer, length, self.stage.verdict)

    def _since_last(self, time_ms):
        """Milliseconds from the last frame's time to this one's, at most an hour; None if one of them has none."""
        if time_ms is None or self.last_frame_ms is None:
            return None
        return max(1, min(_HOUR_MS, time_ms - self.last_frame_ms))

    def classify(self, length, time_ms):
        """The hot path, from a JPEG to the smoother: allocates nothing unless the frames' size or the view changes.

        True if what is published changes. Raises ValueError, MemoryError.
        """
        looker, now = self.stage.looker, self._monotonic.now()
        self.stage.look(self.source.frame.buffer, length)
        self.width, self.height, self.last_frame_ms = looker.frame_width, looker.frame_height, time_ms
        self._metrics.count("frames")
        self._metrics.motion = looker.motion
        self._look_around(length, time_ms, now)
        reason = self.view.reason_for(self.stage)
        if reason:
            if self._filter:
                self._filter.forget()
            return self.smoother.update(UNKNOWN, reason, time_ms, now)
        sure = self._filter is None or self.stage.is_sure(self._filter, self._passed_ms)
        return self.smoother.update(self.stage.verdict, self.stage.reason, time_ms, now, sure and not self.view.doubtful)

    def _look_around(self, length, time_ms, now):
        view, stage = self.view, self.stage
        if view.due(now, stage.verdict != UNKNOWN and stage.verdict != self.smoother.state):
            view.look(self.source.frame.buffer, length, time_ms, now)
            if view.follow(stage.looker):
                stage.look(self.source.frame.buffer, length)

    def _sample(self, length, time_ms, changed):
        now = self._monotonic.now()
        if self._oddities.look(self.stage.looker, time_ms, now):
            self._collector.offer(self.source.frame.view[:length], time_ms, now, self.stage, self.smoother.state)
        if changed:
            self._collector.flush(now)

    def _swap(self):
        self.stage, self._next_stage = self._next_stage, None
        gc.collect()
        self.view.use(self.stage.model, self._monotonic.now())
        self._filter = hidden_markov.of(self.stage.model)
        if self.smoother.configure(*_rules(self.stage.model.smoothing), self.stage.model.states):
            self.publish()


def _rules(smoothing):
    return smoothing["confirm_frames"], smoothing["unknown_frames"], int(smoothing["stale_s"] * 1000)
