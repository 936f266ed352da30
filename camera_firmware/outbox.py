"""What an output (MQTT, webhook) has still to tell: a place in the log of events, and a number that survives restarts.

Delivery is at least once and in order: an event is done when the other side has acknowledged it, and only then is the next one
told. The numbers are written when all is told after a start, then at most once a minute, and not at all while nothing is
delivered; after a power cut the events of that minute are told again, and a receiver leaves out the numbers that it has.
"""

import asyncio
import json

from camera_firmware.portable import SEPARATORS, const
from camera_firmware.reasons import reason
from contract import durable

_UNLOGGED = const(32)  # events that could not be written down wait in memory, so many for each output


class Cursors:
    """`outbox.json`: the number of the last event that each output has delivered."""

    def __init__(self, directory, log):
        self._path = directory + "/outbox.json"
        self._log = log
        self._written = self._load()
        self._current = dict(self._written)

    def _load(self):
        try:
            with open(self._path) as file:
                numbers = json.loads(file.read())
            return {name: number for name, number in numbers.items() if isinstance(number, int) and number >= 0}
        except (OSError, ValueError, AttributeError):
            return {}

    def get(self, name):
        """None for an output that is new."""
        return self._current.get(name)

    def set(self, name, number):
        self._current[name] = number

    def highest(self):
        """No number up to this one may be given again, whatever became of the log."""
        return max(self._current.values()) if self._current else 0

    def save(self):
        if self._current == self._written:
            return
        try:
            durable.write(self._path, json.dumps(self._current, separators=SEPARATORS).encode())
            self._written = dict(self._current)
            self._log.recovered("outbox", "outbox.json is written again")
        except OSError as error:
            self._log.repeated("outbox", "outbox.json cannot be written: %s" % reason(error))


class Outbox:
    """For one output that `cursors` knows; `events` is the EventLog.

    `dropped` is the counter of events that were gone before they could be delivered.
    """

    def __init__(self, name, events, cursors, metrics, dropped):
        self.name = name
        self.news = asyncio.Event()  # set when there may be more
        self._events = events
        self._cursors = cursors
        self._metrics = metrics
        self._dropped = dropped
        self._delivered = cursors.get(name)
        self._place = None
        self._next = None
        self._unlogged = []  # (number of the event before it, line)
        self._current = None  # what `oldest` returned: a number, or an entry of _unlogged

    @property
    def waiting(self):
        """How many events are to be told."""
        return len(self._unlogged) + max(0, self._events.last - self._delivered)

    @property
    def number(self):
        """Of the event that `oldest` returned; None if it has none."""
        return self._current if isinstance(self._current, int) else None

    def offer(self, line, number):
        """A new event; number None: it is nowhere but here."""
        if number is None:
            if len(self._unlogged) == _UNLOGGED:
                self._unlogged.pop(0)
                self._metrics.count(self._dropped)
            self._unlogged.append((self._events.last, line))
        self.news.set()

    def oldest(self):
        """The oldest event that is not delivered, as bytes; None if there is none. Raises OSError."""
        if self._unlogged and self._unlogged[0][0] <= self._delivered:
            self._current = self._unlogged[0]
            return self._current[1]
        if self._events.last <= self._delivered:
            return None
        if self._place is None:
            self._place = self._events.after(self._delivered)
        while True:
            found = self._events.read(self._place)
            if found is None:
                return None
            number, line, self._next = found
            if number > self._delivered:
                break
            self._place = self._next
        self._metrics.count(self._dropped, number - self._delivered - 1)  # the log no longer has those
        self._delivered = number - 1
        self._current = number
        return line

    def done(self):
        """What `oldest` returned has been acknowledged."""
        if isinstance(self._current, int):
            self._delivered, self._place = self._current, self._next
            self._cursors.set(self.name, self._delivered)
        elif self._unlogged and self._unlogged[0] is self._current:
            self._unlogged.pop(0)
