"""Two pictures in turn on the same place: what moved between them jumps to the eye."""

_PERIOD_MS = 350


class Flicker:
    """widget: whose clock is used; draw: called with True for the other picture, False for the current one."""

    def __init__(self, widget, draw):
        self._widget, self._draw = widget, draw
        self._timer, self._other = None, False

    @property
    def running(self):
        return self._timer is not None

    def start(self):
        self._other = False
        self._turn()

    def stop(self):
        """Shows nothing by itself."""
        if self._timer:
            self._widget.after_cancel(self._timer)
        self._timer = None

    def _turn(self):
        self._other = not self._other
        self._timer = self._widget.after(_PERIOD_MS, self._turn)
        self._draw(self._other)
