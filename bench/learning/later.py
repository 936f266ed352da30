"""Pictures of one's own as an Installation: the earlier half of the rare state's events may be learnt from."""

from collections import Counter
from pathlib import Path

from bench.errors import BenchError
from bench.learning.installations import Installation
from training import folder

WHOLE = [0, 0, 10000, 10000]


def read(directory, region=WHOLE):
    """The folder `directory` (training.folder says what it may hold) as an Installation named for it.

    region: four ints in 1/10000 of the picture. Raises BenchError, and TrainingError for a folder that cannot be read.
    """
    found = folder.read(directory)
    pool, unseen = cut(found.frames, found.states)
    return Installation(Path(directory).resolve().name, found.states, list(region), pool, unseen)


def cut(frames, states):
    """(earlier frames, later ones): the first half of the rarest state's events, and what lies between, is earlier.

    An event is what the frames say (frames of one name stay together), else an uninterrupted run of the rarest state.
    Frames are taken in order of time, without times in the order given. Raises BenchError if a side lacks a state.
    """
    if all(frame.time_ms is not None for frame in frames):
        frames = sorted(frames, key=lambda frame: frame.time_ms)
    counts = Counter(frame.label for frame in frames if frame.label in states)
    rarest = min(states, key=lambda state: counts[state])
    events = _events(frames, rarest)
    half = len(events) // 2
    if not half:
        raise BenchError(f'the pictures show one event of "{rarest}"; at least two are needed, one to learn from and '
                         "one to be tested on")
    border = (events[half - 1][1] + events[half][0] + 1) // 2
    first = {}
    for position, frame in enumerate(frames):
        first.setdefault(position if frame.event is None else frame.event, position)
    sides = ([], [])
    for position, frame in enumerate(frames):
        sides[first[position if frame.event is None else frame.event] >= border].append(frame)
    for frames_of, name in zip(sides, ("earlier", "later")):
        lacking = set(states) - {frame.label for frame in frames_of}
        if lacking:
            raise BenchError(f'the {name} pictures show no "{min(lacking)}"; the bench needs every state on both sides')
    return sides


def _events(frames, state):
    """[(first, last)] positions of the events of `state`, in order of their first."""
    events, running = {}, None
    for position, frame in enumerate(frames):
        if frame.label == state:
            running = frame.event if frame.event is not None else running if isinstance(running, int) else position
            events.setdefault(running, [position, position])[1] = position
        elif frame.label is not None:
            running = None
    return sorted(map(tuple, events.values()))
