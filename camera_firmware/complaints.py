"""What is said about another side that fails again and again: a line for every kind of failure, until it works."""


class Complaints:
    """Of one `area` of the log."""

    def __init__(self, log, area):
        self._log = log
        self._area = area
        self._said = []

    def failed(self, text):
        """`text` is one of a few; of those that take turns each is told once."""
        if text not in self._said:
            self._said.append(text)
        elif text != self._said[-1]:
            return
        self._log.repeated(self._area, text)

    def recovered(self, text):
        """It works. Silent if it always has."""
        if self._said:
            self._said = []
            self._log.recovered(self._area, text)
