"""What happens in front of the camera: the picture is no longer the background's, or the model sees a rare state."""

from contract.sampling.change import Background, Change
from contract.sampling.look import WHOLE
from contract.sampling.rarity import BEGINNING, Episodes, Rarity
from contract.sampling.stay import DRIFT, Stay

_SAME = 5  # grey levels
_SCATTERED = 5  # of the 64 cells that many apart are looked at: all rows and columns


class Events:
    """After `update`: `wanted` (0, WITHIN or BEGINNING), `plain`: the picture bears it out or it is long
    since, `rare`: the verdict is a rare state, `changed`: "change", "background" or None, `unlike`: the picture is not the
    background, `moving`: nor like the frame before.

    `settings` as settings.complete returns them, `difference` as in Change, `album` an Album: its usual pictures are none
    that anything happens in.
    """

    def __init__(self, settings, difference, album):
        self._album = album
        self._threshold = settings["background"]
        self._change = Change(settings["change"], difference)
        self._background = Background(self._threshold, settings["adapt_ms"], difference)
        self._stay = Stay(settings["gap_ms"], settings["growth_ms"], difference)
        self._episodes = Episodes(settings["episode_ms"], settings["again_ms"])
        self.rarity = Rarity()
        self._state = None
        self.wanted = 0
        self.plain = self.rare = self.unlike = self.moving = False
        self._calm = None  # tiny picture of the last frame that was like the background
        self.changed = None

    def update(self, look, time_ms):
        changed = self._change.update(look, time_ms)
        self._background.update(look, time_ms)
        amount = self._background.amount
        threshold = 13 * self._change.noise.level // 8
        if threshold < self._threshold:
            threshold = self._threshold
        elif threshold > 2 * self._threshold:
            threshold = 2 * self._threshold
        unlike = amount > threshold
        self.unlike, self.moving = unlike, changed is not None
        self.changed = changed or ("background" if unlike else None)
        self._album.show(look.tiny, unlike, time_ms)
        if not unlike:
            self._remember(look.tiny)
        wanted = self._stay.update(look, amount, threshold, changed is None, time_ms)
        if wanted == DRIFT:
            self._background.follow(look)
            wanted = 0
        elif wanted == BEGINNING and self._background.returns(look):
            wanted = 0
        elif unlike and changed is None and self._album.has() and self._album.usual():
            self._background.follow(look)
            self._stay.end()
            wanted = 0
        self._state = look.verdict
        was_rare, self.rare = self.rare, self.rarity.update(look.verdict)
        rare = self._episodes.update(look.verdict, self.rare, time_ms) if self.rare or was_rare else 0
        beginning = rare == BEGINNING and (not unlike or self._stay.is_old(time_ms))
        self.plain = wanted > 0 or beginning
        self.wanted = max(wanted, rare)

    def _remember(self, tiny):
        if tiny is None or self._calm is None or len(self._calm) != len(tiny):
            self._calm = tiny and bytearray(tiny)
        else:
            self._calm[WHOLE] = tiny

    def is_flash(self, look):
        """Whether nearly all of the picture differs from the background: a light, seldom a door."""
        tiny, calm = look.tiny, self._calm
        if not tiny or not calm or len(tiny) != len(calm):
            return False
        same = 0
        for i in range(0, len(tiny), _SCATTERED):
            if -_SAME < tiny[i] - calm[i] < _SAME:
                same += 1
                if same > 1:
                    return False
        return True

    def kept(self, look, time_ms):
        """The frame was kept, for whatever reason but chance."""
        self._stay.kept(look, time_ms)
        if self.rare:
            self._episodes.kept(self._state, time_ms)

    def rebase(self, ms):
        """Times are `ms` less from now on."""
        for part in (self._change, self._background, self._stay, self._episodes):
            part.rebase(ms)
