"""All strategies under one budget: keep this frame or not, and why."""

from contract.sampling import settings as numbers
from contract.sampling.budget import EVEN, NOVEL, RANDOM, RARE, ROLL, TELLING, Budget
from contract.sampling.elapsed import WRAP_MS, Elapsed
from contract.sampling.events import Events
from contract.sampling.hours import HourShare, is_time_of_day
from contract.sampling.look import Choice
from contract.sampling.novelty import ABRUPT, CALM, Colour, Shape
from contract.sampling.periodic import Periodic, Random
from contract.sampling.rarity import BEGINNING, Rarity
from contract.sampling.unexpected import Margin, Unexpected

VERSION = 2  # of what dump() gives
_DAY_S = 86400
_WINDOW_MS = 90000000  # of Budget
_FEW_MS = 10000  # that budgets may lag behind while nothing is kept
_PATIENT_MS = 2880000  # without a kept frame; from then on ever less novelty is demanded
_LEFT_MS = 900000
_MOST_STRAIN = 160
_STRAIN_A_FRAME = 64
_VALUES = {"short": 230, "flip": 220, "disagreement": 210, "margin": 150, "change": 120, "background": 110,
           "shape": 100, "colour": 90, "first": 80, "periodic": 70}
_RARE_VALUE, _EVENT_VALUE = 210, 200  # at least
_MOST_EXTRA = 40  # for how novel it is
_NOVEL_REASONS = ("shape", "colour")
_TELLING_REASONS = ("short", "flip", "disagreement", "margin")
_TURNS = ("short", "flip")


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
        self._events = Events(values, difference)
        self._shape = Shape(values["shape"], values["shape_centres"], difference, nearest)
        self._colour = Colour(values["colour"], values["colour_centres"], difference, nearest)
        self._unexpected = Unexpected(values["short_ms"])
        self._margin = Margin(values["margin"])
        self._periodic = Periodic(values["period_ms"])
        slots = self._budget.limits[RANDOM]
        self._random = Random(_WINDOW_MS // slots, random) if slots else None
        self._relief_s = max(1, _DAY_S // max(1, self._budget.limits[NOVEL]))  # in which one frame's strain is gone
        self._interval_ms = values["interval_ms"]
        self._telling_ms = values["telling_ms"]
        self._roll_ms = values["roll_ms"]
        self._started = False
        self._novel_at = self._telling_at = None
        self._strain = 0  # left over when the last novel frame was kept
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
        if self._lag:
            self._catch_up()
        self._hours.sync(time_ms)
        now = self._elapsed.ms
        self._keep(look, now, reason)
        return self._choice(reason)

    def _pass_time(self, now_ms, time_ms):
        self._lag += self._elapsed.update(now_ms)
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
        if events.wanted and self._event(look, now):
            return surprise or events.changed or ("flip" if events.wanted == BEGINNING else "periodic")
        if surprise and self._transition(look, now):
            return surprise
        if not self._started and self._may_even(now):
            return "first"
        if self._periodic.update(look, now) and self._may_even(now):
            return "periodic"
        if self._shape.centres.waits or self._colour.centres.waits:
            return self._rest()  # the frames after a kept one have its centres to place
        if self._novel_at is not None and now - self._novel_at < self._interval_ms:
            return self._rest()
        return self._telling(look, now) or self._novel(look, now)

    def _may(self, pool, now):
        self._pool = pool
        return self._budget.may(pool, now, self._size)

    def _may_even(self, now):
        return self._may(EVEN, now) or self._may(NOVEL, now)

    def _event(self, look, now):
        """What the picture bears out, as long as there is plenty, else what was not kept before; of what only the model
        sees a few that were not."""
        if self._events.plain:
            return self._may(RARE, now) and (not self._budget.under_pressure(RARE) or self._shape.beyond(look, ABRUPT))
        return self._transition(look, now)

    def _recently(self, now):
        return self._telling_at is not None and now - self._telling_at < self._telling_ms

    def _transition(self, look, now):
        if self._recently(now):
            return False
        return self._may(TELLING, now) and self._shape.beyond(look, ABRUPT)

    def _telling(self, look, now):
        if self._margin.update(look, now) is None:
            return None
        if self._recently(now):
            return None
        if not (self._hours.may() and self._may(NOVEL, now) and self._may(TELLING, now)):
            return None
        return "margin" if self._shape.beyond(look, ABRUPT) else None

    def _novel(self, look, now):
        """Shape and colour take turns, frame by frame. The longer nothing was kept, the less novel one need be."""
        self._turn = not self._turn
        kind = self._shape if self._turn else self._colour
        if kind.near(look):
            return self._rest()
        waited = self._periodic.waited(now, _PATIENT_MS)
        if not (self._hours.may() and (self._may_even(now) if waited else self._may(NOVEL, now))):
            return self._rest()
        strain = CALM + self._strain_at(now) - waited * CALM // _LEFT_MS
        return kind.reason if kind.farther(look, strain, kind.centres.spread) else None

    def _rest(self):
        """None, from a frame that has cost little so far: it does a piece of what kept ones have put off."""
        if self._owes:
            shape = self._shape.centres.tidy()
            self._owes = self._colour.centres.tidy() or shape

    def _strain_at(self, now):
        """0 = as many novel frames as there is room for; the more of them of late, the more novel another must be."""
        if self._novel_at is None:
            return 0
        return max(0, self._strain - (now - self._novel_at) // 1000 * _STRAIN_A_FRAME // self._relief_s)

    def _keep(self, look, now, reason):
        self._budget.take(self._pool, now)
        if reason == "random":
            return  # what the slice happens to show has no influence on anything else
        self._started = True
        self._periodic.kept(look, now)
        self._shape.kept(look, now)
        self._colour.kept(look, now)
        self._owes = True
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
            return Choice(reason, 255, True)
        value = _VALUES[reason]
        if self._pool == RARE:
            value = max(value, _RARE_VALUE if self._events.rare else _EVENT_VALUE)
        elif reason in _NOVEL_REASONS:
            value += min(_MOST_EXTRA, max(self._shape.amount, self._colour.amount) >> 8)
        turning = reason in _TURNS or (self._pool == RARE and self._events.wanted == BEGINNING)
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
        for part in (self._budget, self._events, self._unexpected, self._margin, self._periodic):
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
        return {
            "version": VERSION,
            "time_ms": self._time_ms if is_time_of_day(self._time_ms) else self._dumped_ms,
            "budget": self._budget.dump(self._elapsed.ms),
            "states": self._events.rarity.dump(),
            "shape": self._shape.centres.dump(),
            "colour": self._colour.centres.dump(),
        }

    def restore(self, dumped):
        """What dump() gave, before the first frame. False, and all as new, if it cannot be used."""
        budget, rarity = Budget(self._values), Rarity()
        try:
            if dumped["version"] != VERSION or not isinstance(dumped["time_ms"], (int, type(None))):
                return False
            budget.restore(dumped["budget"])
            rarity.restore(dumped["states"])
            self._shape.centres.restore(dumped["shape"])
            self._colour.centres.restore(dumped["colour"])
        except (KeyError, TypeError, ValueError, IndexError, OverflowError):
            self._shape.centres.clear()
            self._colour.centres.clear()
            return False
        self._budget, self._events.rarity, self._dumped_ms = budget, rarity, dumped["time_ms"]
        self._started = len(self._shape.centres) > 0
        return True
