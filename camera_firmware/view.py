"""Whether the camera still sees what it saw when it learnt: moved, covered, blinded, defocused or frozen views.

A check looks at the whole frame, small and grey. It is made every second and a half, in every frame in which the network
sees another state than the published one, and once more in the frame after a bad one. So no state is adopted from a view
that has not just been looked at.
"""

from array import array

from camera_firmware.inference import Looker
from camera_firmware.portable import const
from contract import view
from contract.decision import UNKNOWN
from contract.events import BLINDED, COVERED, DEFOCUSED, FROZEN, MOVED, UNUSABLE
from contract.preprocess import REGION_UNIT
from contract.sampling.look import WHOLE

EVERY_MS = const(1500)
_HIDING = COVERED, BLINDED, DEFOCUSED
_SURE = const(2)          # checks in a row
_SLACK = const(12)        # 1/16 pixel of the 64: what shaking and reckoning amount to
_SAME = const(8)          # as much two checks of one place may differ by
_FARTHEST = const(64)     # 4 of 64 pixels, 6 % of the frame: as far as the region follows
_BRIGHT = const(57600)    # mean, 1/256 grey levels: 225
_DARK = const(3072)       # 12
_FAINT = const(384)       # strength of the edges: a grey level and a half; the darkest night had five
_BLURRED = const(78)      # percent of the focus that the training days had
_SHARP = const(84)        # from here on it is sharp again
_BLURRED_MS = const(10000)
_FROZEN_MS = const(2500)
_LIVE = const(40)         # checks in a row without a repeated picture: only then a repeated one is a failure


class View:
    """`modules` an inference.Modules, `longest` the largest JPEG in bytes; not `wanted`: no check is ever due.

    `reason`: one of contract.events.VIEW_REASONS while what the network says does not count, else None. `doubtful`: the view
    is blurred, though not yet for long: no state is to be adopted from it. `shift`: (right, down) by how much the region
    follows, in 1/10000 of the frame. `dx`, `dy`, `peak` of the last check: see contract.view.Surroundings. `checks` counts.
    """

    def __init__(self, modules, imgprep, longest, wanted, log):
        self.reason = None
        self.doubtful = False
        self.shift = 0, 0
        self.dx = self.dy = self.peak = self.checks = 0
        self._imgprep = imgprep
        self._wanted = wanted
        self._log = log
        self._looker = Looker(modules, None, view.SIDE, view.SIDE, 1, [0, 0, REGION_UNIT, REGION_UNIT], longest)
        self._before = bytearray(view.SIDE * view.SIDE)
        self._luma = array("H", (0, 0))
        self._model = self._surroundings = self._region = None
        self._start(0)

    def _start(self, now_ms):
        self.reason = None
        self.doubtful = False
        self.shift = 0, 0
        self._bad = 0             # checks in a row
        self._best = 0            # reference that fitted last
        self._wanted_x = self._wanted_y = 0   # where the surroundings were in the last check, if not in their place
        self._asked = 0           # checks in a row that found them there
        self._held_x = self._held_y = 0       # what `shift` makes up for
        self._due_ms = now_ms
        self._sharp_ms = now_ms
        self._live = 0
        self._repeats = False
        self._other_ms = now_ms   # when the picture last was another one
        self._time_ms = None

    def use(self, model, now_ms):
        """From now on with what `model`, a contract.model.Model or None, knows; the region is where it says."""
        known = self._wanted and model is not None and model.view is not None
        self._model = model.view if known else None
        self._region = model.region if known else None
        self._surroundings = view.Surroundings(self._imgprep, model.region) if known else None
        self._start(now_ms)

    def due(self, now_ms, differs):
        """Whether this frame is to be looked at. differs: the network sees another state than the published one."""
        if self._model is None:
            return False
        again = self._bad == 1 or self._asked == 1 or (self._repeats and not self._bad)
        return again or now_ms >= self._due_ms or (differs and self._bad < _SURE)

    def look(self, jpeg, length, time_ms, now_ms):
        """One frame, after the network has seen it; sets `reason`. Allocates only for a frame of a new size.

        A frame that is damaged outside the region is left to the network; the next one is looked at.
        """
        try:
            self._looker.look(jpeg, length, None)
        except ValueError:
            return
        except MemoryError:
            self._give_up()
            return
        self._due_ms = now_ms + EVERY_MS
        self.checks += 1
        reason = self._frozen(time_ms, now_ms) or self._elsewhere(now_ms)
        before, self._bad = self._bad, min(_SURE, self._bad + 1) if reason else 0
        self.reason = reason
        if self._bad == _SURE and before != _SURE:
            self._log.repeated("view", "the camera cannot see: %s" % reason)
        elif before == _SURE and not self._bad:
            self._log.recovered("view", "the camera sees again")

    def reason_for(self, stage):
        """Why the frame that `stage` has seen says nothing about the door; None if it does."""
        if self.reason in _HIDING and stage.verdict == UNKNOWN and stage.reason == UNUSABLE:
            return UNUSABLE
        return self.reason

    def follow(self, looker):
        """Moves the region of `looker`, the network's, once two checks agree; True if it did. Allocates."""
        if self._asked < _SURE:
            return False
        self._asked = 0
        self._held_x, self._held_y = self._wanted_x, self._wanted_y
        self.shift = looker.aim(_region_units(self._held_x), _region_units(self._held_y))
        self._log.info("view", "the camera was nudged; the region follows by %d, %d of 10000" % self.shift)
        return True

    def _give_up(self):
        self._model = self.reason = None
        self.doubtful = False
        self._log.warning("view", "is not checked: there is not enough memory")

    def _frozen(self, time_ms, now_ms):
        """A live picture has noise: one that is repeated to the last bit is none, once the source was seen not to."""
        same = self._looker.small == self._before and self._looker.motion <= 0
        stands = time_ms is not None and time_ms == self._time_ms
        self._time_ms = time_ms
        self._before[WHOLE] = self._looker.small
        self._repeats = False
        if not (same or stands):
            self._live = min(_LIVE, self._live + 1)
            self._other_ms = now_ms
        elif self._live < _LIVE:
            self._live = 0
        else:
            self._repeats = True
            return FROZEN if now_ms - self._other_ms >= _FROZEN_MS else None
        return None

    def _elsewhere(self, now_ms):
        near = self._surroundings
        near.describe(self._looker.small)
        self._find(near)
        self.dx, self.dy, self.peak = near.dx, near.dy, near.peak
        if near.peak < self._model.lowest_peak or near.strength < _FAINT:
            self._asked = 0
            return self._unknown_place(near)
        return self._displaced(near) or self._blurred(near, now_ms)

    def _find(self, near):
        """The reference that fits; the one that fitted last is tried first."""
        references, best = self._model.references, self._best
        near.compare(references[best])
        if near.peak >= self._model.lowest_peak:
            return
        for i in range(len(references)):
            if i != self._best:
                near.compare(references[i])
                if near.peak >= self._model.lowest_peak:
                    self._best = i
                    return

    def _unknown_place(self, near):
        self._imgprep.luma_statistics(self._looker.small, self._luma)
        if self._luma[0] >= _BRIGHT:
            return BLINDED
        if near.strength >= _FAINT and self._luma[0] >= _DARK and 100 * near.focus < _BLURRED * self._model.focus:
            return DEFOCUSED
        return COVERED

    def _displaced(self, near):
        """MOVED while the region is not where the door is, until it is certain where that is and the region can follow."""
        if _apart(near.dx, near.dy, self._held_x, self._held_y) <= _SLACK:
            self._asked = 0
            return None
        if not (_within(near.dx, self._region[0], self._region[2]) and _within(near.dy, self._region[1], self._region[3])):
            self._asked = 0
            return MOVED
        again = self._asked and _apart(near.dx, near.dy, self._wanted_x, self._wanted_y) <= _SAME
        self._wanted_x, self._wanted_y = near.dx, near.dy
        self._asked = self._asked + 1 if again else 1
        return None if again else MOVED

    def _blurred(self, near, now_ms):
        limit = _SHARP if self.reason == DEFOCUSED else _BLURRED
        self.doubtful = 100 * near.focus < limit * self._model.focus
        if not self.doubtful:
            self._sharp_ms = now_ms
        elif now_ms - self._sharp_ms >= _BLURRED_MS:
            return DEFOCUSED
        return None


def _apart(x, y, other_x, other_y):
    return max(abs(x - other_x), abs(y - other_y))


def _within(shift, low, high):
    """Whether the region's side, low to high, can follow by `shift` and stay in the frame, give or take _SLACK."""
    near, far = shift + _SLACK, shift - _SLACK
    return abs(shift) <= _FARTHEST and low + _region_units(near) >= 0 and high + _region_units(far) <= REGION_UNIT


def _region_units(shift):
    """1/16 of a pixel of the 64 -> 1/10000 of the frame."""
    return shift * REGION_UNIT // (view.SIDE * view.CELL)
