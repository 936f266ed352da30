"""Which frames the networks never see: whole blocks of time, because neighbours are nearly identical."""

import random
from collections import Counter
from dataclasses import dataclass

_LONGEST = 4  # a block may grow to this many times its length so as not to cut an event


@dataclass
class Split:
    """Indices of frames. `blocks`: lists of indices in order of time; `held_blocks`: which are held out."""

    train: list
    held_out: list
    blocks: list
    held_blocks: list

    def record(self, frames):
        """What split.json says: block by block, side, first and last time, labels, files."""
        rows = []
        for number, block in enumerate(self.blocks):
            times = [frames[i].time_ms for i in block if frames[i].time_ms is not None]
            rows.append({"side": "held_out" if number in self.held_blocks else "train",
                         "first_ms": min(times, default=None), "last_ms": max(times, default=None),
                         "labels": dict(Counter(frames[i].label or "unlabelled" for i in block)),
                         "files": [str(frames[i].path) for i in block]})
        return {"by": "blocks of time", "blocks": rows}


def split(frames, held_out, block_minutes, seed):
    """Hold out about the share `held_out` of every label's frames, in whole blocks.

    Frames of one event share a block; a block is not cut inside a run of a state that is not the
    commonest. A label that only one block has stays in training. Same input, same split.
    """
    blocks = _merge_events(frames, _blocks(frames, block_minutes * 60_000))
    held = _choose(frames, blocks, held_out, random.Random(seed))
    sides = ([], [])
    for number, block in enumerate(blocks):
        sides[number in held].extend(block)
    return Split(sides[0], sides[1], blocks, sorted(held))


def _blocks(frames, length_ms):
    timed = sorted((i for i, f in enumerate(frames) if f.time_ms is not None), key=lambda i: (frames[i].time_ms, i))
    commonest = Counter(f.label for f in frames if f.label).most_common(1)[0][0]
    before, after = _neighbours([frames[i].label for i in timed])
    blocks = []
    for position, i in enumerate(timed):
        start = frames[blocks[-1][0]].time_ms if blocks else None
        in_event = position and before[position - 1] == after[position] not in (None, commonest)
        longest = length_ms * (_LONGEST if in_event else 1)
        if start is None or frames[i].time_ms - start >= longest:
            blocks.append([])
        blocks[-1].append(i)
    return blocks + _order_blocks([i for i, f in enumerate(frames) if f.time_ms is None])


def _neighbours(labels):
    """For every position the last label at or before it, and the next at or after it."""
    def carry(items):
        last, out = None, []
        for item in items:
            last = item or last
            out.append(last)
        return out
    return carry(labels), carry(labels[::-1])[::-1]


def _order_blocks(indices):
    """Frames without a time, in the order given, in about forty blocks."""
    size = max(1, len(indices) // 40)
    return [indices[i:i + size] for i in range(0, len(indices), size)]


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
            root[find(home[i])] = find(first.setdefault((frame.camera, frame.event), home[i]))
    merged = {}
    for number, block in enumerate(blocks):
        merged.setdefault(find(number), []).extend(block)
    return list(merged.values())


def _choose(frames, blocks, share, rng):
    """Numbers of the held-out blocks: rarest label first, then until every label has its share."""
    counts = [Counter(frames[i].label for i in block if frames[i].label) for block in blocks]
    total = sum(counts, Counter())
    held, order = set(), list(range(len(blocks)))
    rng.shuffle(order)
    for label in sorted(total, key=lambda name: (total[name], name)):
        for number in order:
            have = sum(counts[n][label] for n in held)
            if have >= share * total[label]:
                break
            if number not in held and counts[number][label] and _leaves_enough(counts, total, held, number):
                held.add(number)
    return held


def _leaves_enough(counts, total, held, number):
    """Would every label keep more than half of its frames for training?"""
    return all(sum(counts[n][label] for n in held) + counts[number][label] <= total[label] / 2
               for label in counts[number])
