"""What an inference costs the camera: ARM instructions, predicted from the layers' shapes.

For every kind of kernel a sum of terms (turns of its loops) times coefficients that were fitted by least squares to
kernels counted under qemu-arm (NEON, cortex-a9). cost.json holds them; `make bench-cost` counts and fits anew.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("cost.json")
_LANES = 8   # channels that the kernels take at a time
_ROW = 8     # windows that the general convolution gathers at a time


@dataclass(frozen=True)
class Shape:
    """One kernel call: the input's height, width and channels, the output's, the stride."""

    op: str
    stride: int
    height: int
    width: int
    channels: int
    out_height: int
    out_width: int
    out_channels: int


def shapes(layers, height, width, channels):
    """The Shape of every layer (training.student.Layer or alike) over an input of height x width x channels."""
    found = []
    for layer in layers:
        out = _output_size(layer.op, layer.stride, height, width)
        found.append(Shape(layer.op, layer.stride, height, width, channels, *out, layer.out_channels))
        height, width, channels = *out, layer.out_channels
    return found


def _output_size(op, stride, height, width):
    if op in ("conv2d_3x3", "depthwise_3x3"):
        return (height - 1) // stride + 1, (width - 1) // stride + 1
    if op == "avgpool" and stride > 1:
        return height // stride, width // stride
    return (1, 1) if op in ("avgpool", "dense") else (height, width)


def instructions(layers, height, width, channels):
    """Predicted ARM instructions of one inference, from the uint8 picture to the int8 logits.

    layers: training.student.Layer or anything with op, stride and out_channels; height, width (pixels) and channels
    (1 or 3) of the input.
    """
    table, found = _table(), shapes(layers, height, width, channels)
    calls = [(kind(shape), terms(shape)) for shape in found]
    calls += [("picture", picture_terms(height * width * channels)), ("network", network_terms(found))]
    return round(sum(table[name][term] * value for name, values in calls for term, value in values.items()))


@cache
def _table():
    return json.loads(TABLE.read_text())["instructions"]


def kind(shape):
    """The kernel that the camera chooses, as the table names it."""
    if shape.op == "conv2d_3x3":
        return f"conv2d_3x3_c{shape.channels}" if shape.channels in (1, 3) else "conv2d_3x3"
    if shape.op == "depthwise_3x3":
        return f"depthwise_3x3_s{shape.stride}" if shape.channels >= _LANES else f"depthwise_3x3_few_s{shape.stride}"
    if shape.op == "avgpool":
        name = "avgpool" if shape.stride == 1 else "avgpool_windows"
        return name if shape.channels >= _LANES else name + "_few"
    return shape.op


def terms(shape):
    """{name: turns} of one kernel call: how often its loops go round, by name of the loop."""
    if shape.op == "conv2d_3x3":
        return _rows(shape) if shape.channels in (1, 3) else _gathered(shape)
    return {"pointwise": _pointwise, "dense": _dense, "depthwise_3x3": _depthwise, "avgpool": _pool,
            "add": _add}[shape.op](shape)


def picture_terms(count):
    """Turns while `count` uint8 values become int8."""
    return {"call": 1, "blocks": count // 64, "eights": count % 64 // 8, "ones": count % 8}


def network_terms(shapes):
    """What a run costs around its kernels."""
    return {"call": 1, "layers": len(shapes), "additions": sum(shape.op == "add" for shape in shapes)}


def _product(fours, ones, inputs, out_channels, calls=1):
    """Panels of eight output channels times blocks of eight inputs, pixels by fours where there are four."""
    panels, blocks, tail = -(-out_channels // _LANES), -(-inputs // _LANES), out_channels % _LANES
    return {"call": 1, "panels": calls * panels, "fours": panels * fours, "four_blocks": panels * fours * blocks,
            "ones": panels * ones, "one_blocks": panels * ones * blocks,
            "tails": (4 * fours + ones) * int(tail > 0), "tail_channels": (4 * fours + ones) * tail}


def _pointwise(shape):
    pixels, wanted = shape.height * shape.width, -(-shape.channels // _LANES) * _LANES
    # The last pixels are copied where reading whole blocks would leave the tensor.
    copied = min(pixels, (wanted - 1) // shape.channels)
    direct, panels = pixels - copied, -(-shape.out_channels // _LANES)
    return {**_product(direct // 4, direct % 4 + copied, shape.channels, shape.out_channels), "copies": panels * copied}


def _dense(shape):
    inputs = shape.height * shape.width * shape.channels
    turns = _product(0, 1, inputs, shape.out_channels)
    odd = inputs % _LANES > 0
    return {name: turns[name] for name in ("call", "panels", "one_blocks", "tails", "tail_channels")} | {
        "copies": int(odd), "copied": inputs * odd}


def _gathered(shape):
    full, rest = divmod(shape.out_width, _ROW)
    fours, ones = 2 * full + rest // 4, rest % 4
    windows = shape.out_height * shape.out_width
    edges = windows - max(0, shape.out_height - 2) * max(0, shape.out_width - 2)
    turns = _product(shape.out_height * fours, shape.out_height * ones, 9 * shape.channels, shape.out_channels,
                     shape.out_height * (full + (rest > 0)))
    return {**turns, "windows": windows, "gathered": windows * shape.channels, "edges": edges}


def _rows(shape):
    panels, tail = -(-shape.out_channels // _LANES), shape.out_channels % _LANES
    inside = max(0, (shape.width - 2) // shape.stride) if shape.width >= 3 else 0
    outside, whole = shape.out_width - inside, shape.out_channels // _LANES
    return {"call": 1, "rows": panels * shape.out_height, "windows": whole * shape.out_height * inside,
            "odd": whole * shape.out_height * (inside % 2), "edges": panels * shape.out_height * outside,
            "tails": (tail > 0) * shape.out_height * inside, "tail_channels": tail * shape.out_height * shape.out_width}


def _depthwise(shape):
    if shape.channels < _LANES:
        outputs = shape.channels * shape.out_height * shape.out_width
        return {"call": 1, "rows": shape.out_height, "pixels": shape.out_height * shape.out_width, "outputs": outputs,
                "channels": shape.channels}
    groups = -(-shape.channels // _LANES)
    rows = groups * (shape.out_height if shape.stride == 2 else -(-shape.out_height // 2))
    turns = {"call": 1, "groups": groups, "rows": rows}
    if shape.stride == 1:
        return turns | {"windows": rows * shape.out_width}
    pairs = shape.width // 4  # two windows at a time; what is left over is the row's end
    rest = shape.out_width - 2 * pairs
    again = rest > 0 and pairs > 0 and shape.width % 2 == 0
    copied = rest > 0 and not again
    outside = max(0, 4 * pairs + 4 - shape.width) * copied  # columns of the copy that are padding
    return turns | {"pairs": rows * pairs, "walks": rows * (pairs > 0), "again": rows * again, "copies": rows * copied,
                    "copied_windows": rows * rest * copied, "copied_padding": rows * outside}


def _pool(shape):
    groups = -(-shape.channels // _LANES) if shape.channels >= _LANES else shape.channels
    if shape.stride == 1:
        pixels = shape.height * shape.width
        return {"call": 1, "groups": groups, "fours": groups * (pixels // 4), "ones": groups * (pixels % 4)}
    windows = groups * shape.out_height * shape.out_width
    return {"call": 1, "pixels": shape.out_height * shape.out_width, "windows": windows, "rows": windows * shape.stride,
            "fours": windows * shape.stride * (shape.stride // 4), "ones": windows * shape.stride * (shape.stride % 4)}


def _add(shape):
    outputs = shape.height * shape.width * shape.channels
    return {"call": 1, "eights": outputs // _LANES, "ones": outputs % _LANES}
