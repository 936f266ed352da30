"""All strategies under one budget: keep this frame or not, and why."""

from contract.sampling import memory, worth
from contract.sampling import settings as numbers
from contract.sampling.album import Album
from contract.sampling.budget import EVEN, NOVEL, RANDOM, RARE, ROLL, TELLING, Budget
from contract.sampling.elapsed import WRAP_MS, Elapsed
from contract.sampling.events import Events
from contract.sampling.hours import HourShare, is_time_of_day
from contract.sampling.look import Choice
from contract.sampling.novelty import ABRUPT, CALM, LEAST, Colour, Shape
from contract.sampling.periodic import Periodic, Random
from contract.sampling.rarity import BEGINNING, Rarity
from contract.sampling.unexpected import Margin, Unexpected

_DAY_S = 86400
_WINDOW_MS = 90000000  # of Budget
_FEW_MS = 10000  # that budgets may lag behind while nothing is kept
_PATIENT_MS = 1800000  # of an hour without a kept frame; from then on ever less novelty is demanded...
_DUE_MS = 3300000  # ...until any frame will do
_PLACES = 16  # for small pictures on every shelf
_MOST_STRAIN = 160
_STRAIN_A_FRAME = 64
_NOVEL_REASONS = ("shape", "colour")
_TELLING_REASONS = ("short", "flip", "disagreement", "margin")


class Policy:
    """`settings`: a dict of whole numbers, see contract.sampling.settings; what is absent has its default.

    `difference(a, b)`: imgprep.mean_abs_diff; `random()`: 0 <= x < 1; `nearest`: imgprep.nearest, where there is one. A frame
    that is not kept allocates nothing, as long as the times handed in are small integers. Raises SamplingError for settings
    that are none.
    """

    def __init__(self, settings, difference, random, nearest=None):
        values = numbers.complete(settings)
        self._values = values
        self._elapsed = Elapsed()
        self._budget = Budget(values)
        self._hours = HourShare(max(1, values["day_frames"] * values["hour_percent"] // 100))
        self._album = Album(_PLACES, values["alike"], difference, nearest)
        self._events = Events(values, difference, self._album)
        self._shape = Shape(values["shape"], values["shape_centres"], difference, nearest)
        self._colour = Colour(values["colour"], values["colour_centres"], difference, nearest)
        self._unexpected = Unexpected(values["short_ms"])
        self._margin = Margin(values["margin"])
        self._periodic = Periodic(values["period_ms"])
        slots = self._budget.limits[RANDOM]
        self._random = Random(_WINDOW_MS // slots, random) if slots else None
        self._relief_s = max(1, _DAY_S // max(1, self._budget.limits[NOVEL]))  # in which one frame's strain is gone
        self._interval_ms = values["interval_ms"]
        self._period_ms, self._repeat_ms, self._alike = values["period_ms"], values["repeat_ms"], values["alike"]
        self._telling_ms = values["telling_ms"]
        self._roll_ms = values["roll_ms"]
        self._started = False
        self._novel_at = self._telling_at = None
        self._strain = 0  # left over when the last novel frame was kept
        self._step_ms = 0  # since the frame before
        self._lag = 0  # milliseconds that budgets and hours do not know of yet
        self._pool = EVEN
        self._turn = False
        self._owes = True  # centres may have something to tidy
        self._time_ms = self._dumped_ms = None
        self._size = 0

    def prepare(self, look):
        """Before the first frame, and only if that shall cost no more than others: makes the buffers for frames like `look`."""
        self._shape.prepare(look)
        self._colour.prepare(look)
        self._album.prepare(look.tiny)

    def update(self, look, time_ms, now_ms=None, size=0):
        """None, or a Choice: then the frame is to be kept, and counts as kept.

        `time_ms` is UTC, None = not known; `now_ms` a monotonic clock, without which time_ms must do; `size` the
        frame's bytes, with which the day's bytes are kept to exactly, 0 = not known. Raises ValueError without a time.
        """
        if now_ms is None:
            if time_ms is None:
                raise ValueError("a frame without any time: hand in a monotonic clock")
            now_ms = time_ms
        self._size = size
        self._pass_time(now_ms, time_ms)
        now = self._elapsed.ms
        reason = self._judge(look, now)
        if reason is None:
            return None
        self._hours.sync(time_ms)
        self._keep(look, now, reason)
        return self._choice(reason)

    def _pass_time(self, now_ms, time_ms):
        self._step_ms = self._elapsed.update(now_ms)
        self._lag += self._step_ms
        self._time_ms = time_ms
        if self._dumped_ms is not None and is_time_of_day(time_ms):
            self._lag += self._elapsed.skip(time_ms - self._dumped_ms)
            self._dumped_ms = None
        if self._lag >= _FEW_MS:
            self._catch_up()

    def _catch_up(self):
        """Budgets move on to now."""
        lag, self._lag = self._lag, 0
        self._budget.pass_time(lag)
        if self._hours.known or self._time_ms is None:
            self._hours.pass_time(lag)
        else:
            self._hours.sync(self._time_ms)
        if self._elapsed.ms >= WRAP_MS:
            self._rebase()

    def _judge(self, look, now):
        """The reason, with self._pool to pay for it; None for a frame that is not kept."""
        surprise = self._unexpected.update(look, now)
        events = self._events
        events.update(look, now)
        if self._random is not None and self._random.update(look, now) and self._may(RANDOM, now):
            return "random"
        if events.wanted:
            if self._event(look, now):
                return surprise or events.changed or ("flip" if events.wanted == BEGINNING else "periodic")
            if self._album.known or not events.plain:
                surprise = None  # it was tried, or shows nothing new
        if surprise and self._transition(look, now):
            return surprise
        if not self._started and self._may_even(now):
            return "first"
        if self._due(look, now) and self._may_even(now):
            return "periodic"
        if self._shape.centres.waits or self._colour.centres.waits:
            return self._rest()  # the frames after a kept one have its centres to place
        if self._novel_at is not None and now - self._novel_at < self._interval_ms:
            return self._rest()
        if self._margin.update(look, now) and not self._recently(now) and self._may(TELLING, now):
            return self._telling(look, now)
        return self._novel(look, now)

    def _may(self, pool, now):
        self._pool = pool
        return self._budget.may(pool, now, self._size)

    def _may_even(self, now):
        return self._may(EVEN, now) or self._may(NOVEL, now)

    def _event(self, look, now):
        """What the picture bears out, as long as there is plenty, else what was not kept before; of what only the model
        sees a few that were not."""
        if self._events.plain:
            return self._may(RARE, now) and self._tells(look, now)
        return self._transition(look, now)

    def _tells(self, look, now):
        budget, album = self._budget, self._album
        if budget.scarce(RARE) and self._events.wanted != BEGINNING:
            return False
        if album.has() and (album.age(now) < self._repeat_ms or self._events.is_flash(look)):
            return False
        return not budget.under_pressure(RARE) or self._shape.beyond(look, ABRUPT)

    def _due(self, look, now):
        """A frame for time alone: of an hour of the day that has none, if that is known, late and rather an unknown picture."""
        overdue = self._periodic.update(look, now)
        if not overdue or not self._hours.known or self._period_ms < _PATIENT_MS:
            return overdue
        late = self._hours.late(_PATIENT_MS, _DUE_MS, self._step_ms)
        return late == 256 or (late > 0 and not self._album.has(self._alike * (256 - late) // 256))

    def _recently(self, now):
        return self._telling_at is not None and now - self._telling_at < self._telling_ms

    def _transition(self, look, now):
        if self._recently(now):
            return False
        return self._may(TELLING, now) and self._shape.beyond(look, ABRUPT)

    def _telling(self, look, now):
        """"margin", at the expense of telling frames, where there is room for novel ones as well."""
        if not self._hours.may() or not self._may(NOVEL, now):
            return None
        self._pool = TELLING
        return "margin" if self._shape.beyond(look, ABRUPT) else None

    def _novel(self, look, now):
        """Shape of a picture that moves, of others shape and colour in turn, frame by frame."""
        self._turn = not self._turn
        kind = self._shape if self._turn or self._events.moving else self._colour
        if kind.near(look):
            return self._rest()
        if not (self._hours.may() and self._may(NOVEL, now)):
            return self._rest()
        if not kind.farther(look, CALM + self._strain_at(now)) or self._album.has():
            return None
        return kind.reason

    def _rest(self):
        """None, from a frame that has cost little so far: it does a piece of what kept ones have put off."""
        if self._album.stands:
            self._album.tidy(self._elapsed.ms)
        elif self._owes:
            shape = self._shape.centres.tidy()
            self._owes = self._colour.centres.tidy() or shape

    def _strain_at(self, now):
        """The more novel frames of late the more novel another must be; below 0 when there is room for more of them."""
        if self._novel_at is None:
            return 0
        return max(LEAST - CALM, self._strain - (now - self._novel_at) // 1000 * _STRAIN_A_FRAME // self._relief_s)

    def _keep(self, look, now, reason):
        self._budget.take(self._pool, now)
        self._hours.empty = False
        if reason == "random":
            return  # what the slice happens to show has no influence on anything else
        self._started = True
        self._periodic.kept(look, now)
        self._shape.kept(look, now)
        self._colour.kept(look, now)
        self._owes = True
        self._album.add(now)
        self._events.kept(look, now)
        if self._pool == RARE:
            self._telling_at = now
        elif reason in _NOVEL_REASONS:
            self._strain = min(_MOST_STRAIN, self._strain_at(now) + _STRAIN_A_FRAME)
            self._novel_at = now
            self._hours.take()
        elif reason in _TELLING_REASONS:
            self._telling_at = now
            if reason == "margin":
                self._hours.take()

    def _choice(self, reason):
        if reason == "random":
            return Choice(reason, worth.RANDOM, True)
        event = self._pool == RARE
        if event:
            value = worth.of_event(reason, self._events.rare)
        elif reason in _NOVEL_REASONS:
            value = worth.of_novel(reason, self._shape.amount, self._colour.amount)
        else:
            value = worth.VALUES[reason]
        turning = reason in worth.TURNS or (event and self._events.wanted == BEGINNING)
        return Choice(reason, value, False, self._roll_ms if turning else 0)

    def kept(self, size, rolled=False):
        """A chosen frame of `size` bytes is stored; `rolled`: one that came along before or after a chosen one."""
        if rolled:
            self._budget.take(ROLL, self._elapsed.ms)
        self._budget.take_bytes(size)

    def may_roll(self, size=0):
        """Whether the budget has room for one more frame before or after a chosen one."""
        return self._budget.may(ROLL, self._elapsed.ms, size)

    def _rebase(self):
        """All times become small again."""
        ms = self._elapsed.rebase()
        for part in (self._budget, self._events, self._unexpected, self._margin, self._periodic, self._album):
            part.rebase(ms)
        if self._random is not None:
            self._random.rebase(ms)
        if self._novel_at is not None:
            self._novel_at = max(-WRAP_MS, self._novel_at - ms)
        if self._telling_at is not None:
            self._telling_at = max(-WRAP_MS, self._telling_at - ms)

    def dump(self):
        """All that must survive a restart, as values for JSON: about 13 KB with centres of 324 and 64 bytes."""
        self._catch_up()
        known_ms = self._time_ms if is_time_of_day(self._time_ms) else self._dumped_ms
        parts = self._budget, self._events.rarity, self._shape.centres, self._colour.centres
        return memory.dump(known_ms, self._elapsed.ms, *parts)

    def restore(self, dumped):
        """What dump() gave, before the first frame. False, and all as new, if it cannot be used."""
        budget, rarity = Budget(self._values), Rarity()
        if not memory.restore(dumped, budget, rarity, self._shape.centres, self._colour.centres):
            return False
        self._budget, self._events.rarity, self._dumped_ms = budget, rarity, dumped["time_ms"]
        self._started = len(self._shape.centres) > 0
        return True
