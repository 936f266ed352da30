"""Which frames the networks never see: whole days or whole blocks of time, because neighbours are nearly identical."""

import random
from collections import Counter
from dataclasses import dataclass

from contract.clock import utc_text

_LONGEST = 4        # a block may grow to this many times its length so as not to cut an event
_DAYS = 3           # from so many days on, whole days are held out
_DAY_MS = 86_400_000
_ENOUGH = 0.5       # of a label's share; with less of it on the held-out days, blocks of other days are added


@dataclass
class Split:
    """Indices of frames. `blocks`: lists of indices in order of time; `held_blocks`: which are held out;
    `held_days`: UTC days since 1970 of which every block is, if there are enough days."""

    train: list
    held_out: list
    blocks: list
    held_blocks: list
    held_days: list

    def record(self, frames):
        """What split.json says: block by block, side, first and last time, labels, files."""
        rows = []
        for number, block in enumerate(self.blocks):
            times = [frames[i].time_ms for i in block if frames[i].time_ms is not None]
            rows.append({"side": "held_out" if number in self.held_blocks else "train",
                         "events": sorted({frames[i].event for i in block} - {None}),
                         "first_ms": min(times, default=None), "last_ms": max(times, default=None),
                         "labels": dict(Counter(frames[i].label or "unlabelled" for i in block)),
                         "files": [str(frames[i].path) for i in block]})
        return {"by": "days" if self.held_days else "blocks of time", "blocks": rows,
                "held_days": [utc_text(day * _DAY_MS)[:10] for day in self.held_days]}

    def lacking(self, frames):
        """Labels of which no frame is held out, so that nothing will be known about them."""
        held, own = ({frames[i].label for i in side} for side in (self.held_out, self.train))
        return sorted(own - held - {None})


def split(frames, held_out, block_minutes, seed):
    """Hold out about the share `held_out` of every label's frames, in whole blocks of time or whole days.

    Frames of one event share a block; a block is not cut inside a run of a state that is not the
    commonest. From three days on whole UTC days are held out (an event belongs to the day it begins),
    and single blocks only for a label that those days hardly have. A label that only one block has stays
    in training, and so does half of every label or more. Same input, same split.
    """
    rng = random.Random(seed)
    blocks = _merge_events(frames, _blocks(frames, block_minutes * 60_000))
    labels = [Counter(frames[i].label for i in block if frames[i].label) for block in blocks]
    days = _days(frames, blocks)
    held_days = _choose_days(days, labels, held_out, rng) if len(days) >= _DAYS else []
    chosen = {number for day in held_days for number in days[day]}
    held = _choose(labels, held_out, rng, chosen)
    sides = ([], [])
    for number, block in enumerate(blocks):
        sides[number in held].extend(block)
    return Split(sides[0], sides[1], blocks, sorted(held), held_days)


def _blocks(frames, length_ms):
    timed = sorted((i for i, f in enumerate(frames) if f.time_ms is not None), key=lambda i: (frames[i].time_ms, i))
    commonest = Counter(f.label for f in frames if f.label).most_common(1)[0][0]
    before, after = _neighbours([frames[i].label for i in timed])
    blocks, start, event = [], None, None
    for position, i in enumerate(timed):
        frame = frames[i]
        in_event = position and before[position - 1] == after[position] not in (None, commonest)
        longest = length_ms * (_LONGEST if in_event else 1)
        if start is None or frame.time_ms - start >= longest or _another(frame, event):
            blocks.append([])
            start, event = frame.time_ms, None
        event = _event(frame) or event
        blocks[-1].append(i)
    return blocks + _order_blocks(frames, [i for i, f in enumerate(frames) if f.time_ms is None])


def _event(frame):
    return None if frame.event is None else (frame.camera, frame.event)


def _another(frame, event):
    """Does the frame begin another event than that of its block? Two events in a block would tie them together."""
    return event is not None and frame.event is not None and _event(frame) != event


def _neighbours(labels):
    """For every position the last label at or before it, and the next at or after it."""
    def carry(items):
        last, out = None, []
        for item in items:
            last = item or last
            out.append(last)
        return out
    return carry(labels), carry(labels[::-1])[::-1]


def _order_blocks(frames, indices):
    """Frames without a time, in the order given, in about forty blocks."""
    size, blocks, event = max(1, len(indices) // 40), [], None
    for i in indices:
        if not blocks or len(blocks[-1]) >= size or _another(frames[i], event):
            blocks.append([])
            event = None
        event = _event(frames[i]) or event
        blocks[-1].append(i)
    return blocks


def _merge_events(frames, blocks):
    """Join all blocks from the first to the last that holds frames of one event."""
    home = {i: number for number, block in enumerate(blocks) for i in block}
    root = list(range(len(blocks)))

    def find(number):
        while root[number] != number:
            number = root[number]
        return number

    first = {}
    for i, frame in enumerate(frames):
        if frame.event is not None:
            root[find(home[i])] = find(first.setdefault(_event(frame), home[i]))
    merged = {}
    for number, block in enumerate(blocks):
        merged.setdefault(find(number), []).extend(block)
    return list(merged.values())


def _days(frames, blocks):
    """{UTC day: numbers of the blocks that begin in it}; frames without a time belong to none."""
    days = {}
    for number, block in enumerate(blocks):
        times = [frames[i].time_ms for i in block if frames[i].time_ms is not None]
        if times:
            days.setdefault(min(times) // _DAY_MS, []).append(number)
    return days


def _choose_days(days, labels, share, rng):
    """Days to hold out, one after the other as long as that brings the labels' shares nearer to `share`."""
    counts = {day: sum((labels[number] for number in numbers), Counter()) for day, numbers in days.items()}
    total, held = sum(labels, Counter()), []
    order = sorted(days)
    rng.shuffle(order)

    def distance(chosen):
        have = sum((counts[day] for day in chosen), Counter())
        return sum((have[label] / total[label] - share) ** 2 for label in total)
    while True:
        allowed = [day for day in order if day not in held and _leaves_enough(counts, total, held, day)]
        best = min(allowed, key=lambda day: distance([*held, day]), default=None)
        if best is None or distance([*held, best]) >= distance(held):
            return sorted(held)
        held.append(best)


def _choose(labels, share, rng, chosen):
    """Numbers of the held-out blocks: `chosen`, then for the rarest label first until every label has its share.

    With `chosen` blocks, half a share is enough.
    """
    total = sum(labels, Counter())
    held, order = set(chosen), list(range(len(labels)))
    rng.shuffle(order)
    for label in sorted(total, key=lambda name: (total[name], name)):
        wanted = share * total[label]
        if sum(labels[n][label] for n in chosen) >= _ENOUGH * wanted > 0:
            continue
        for number in order:
            if sum(labels[n][label] for n in held) >= wanted:
                break
            if number not in held and labels[number][label] and _leaves_enough(labels, total, held, number):
                held.add(number)
    return held


def _leaves_enough(counts, total, held, number):
    """Would every label keep half of its frames or more for training?"""
    return all(sum(counts[n][label] for n in held) + counts[number][label] <= total[label] / 2
               for label in counts[number])
