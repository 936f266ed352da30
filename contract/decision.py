"""From logits to one frame's verdict, in integers: a frame makes no float and allocates nothing."""

import math

UNKNOWN = "unknown"
UNUSABLE = "unusable"  # the label of frames that show no door: blocked, blinded


def winner(logits, count):
    """Index of the largest of `count` int8 logits (raw bytes); the first of equal ones."""
    index = 0
    for i in range(1, count):
        if _offset(logits[i]) > _offset(logits[index]):
            index = i
    return index


def lead(logits, count, index):
    """By how much logit `index`, the largest, leads the second, 0..255; of a single logit, over -128."""
    second = 0
    for i in range(count):
        if i != index and _offset(logits[i]) > second:
            second = _offset(logits[i])
    return _offset(logits[index]) - second


def best(logits, count):
    """(winner, lead); for reports, since it makes a tuple."""
    index = winner(logits, count)
    return index, lead(logits, count, index)


def _offset(value):
    """Offset binary: unsigned order is signed order."""
    return (value & 0xFF) ^ 0x80


def verdict(logits, model):
    """The frame's state: one of model.states, or "unknown" (unusable view, or too small a lead)."""
    count = len(model.labels)
    index = winner(logits, count)
    label = model.labels[index]
    if label == UNUSABLE or lead(logits, count, index) < model.min_margin:
        return UNKNOWN
    return label


def probability(logits, index, model):
    """Softmax probability 0..1 of label `index`; for reports, not for every frame."""
    def real(i):
        return (_offset(logits[i]) - 128) * model.output_scale
    return 1 / sum(math.exp(real(i) - real(index)) for i in range(len(model.labels)))
