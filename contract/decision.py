"""From logits to one frame's verdict, in integers: no float is made for a frame."""

import math

UNKNOWN = "unknown"
UNUSABLE = "unusable"  # the label of frames that show no door: blocked, blinded


def best(logits, count):
    """Index of the largest of `count` int8 logits (raw bytes) and its lead over the second, 0..255."""
    first, second, index = -1, -1, 0
    for i in range(count):
        value = (logits[i] & 0xFF) ^ 0x80  # offset binary: unsigned order is signed order
        if value > first:
            first, second, index = value, first, i
        elif value > second:
            second = value
    return index, first - max(second, 0)


def verdict(logits, model):
    """The frame's state: one of model.states, or "unknown" (unusable view, or too small a lead)."""
    index, lead = best(logits, len(model.labels))
    label = model.labels[index]
    if label == UNUSABLE or lead < model.min_margin:
        return UNKNOWN
    return label


def probability(logits, index, model):
    """Softmax probability 0..1 of label `index`; for reports, not for every frame."""
    def real(i):
        return (((logits[i] & 0xFF) ^ 0x80) - 128) * model.output_scale
    return 1 / sum(math.exp(real(i) - real(index)) for i in range(len(model.labels)))
