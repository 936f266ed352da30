"""Good and bad input of every kind through nn, for memcheck: prints ok. MicroPython only."""

import gc
from array import array

import nn


def outcome(function, *arguments):
    """What the call returned, or the error's text."""
    try:
        return function(*arguments)
    except (ValueError, TypeError, OverflowError) as error:
        return str(error)


def values(count, low, high):
    return [low + i * 7919 % (high - low + 1) for i in range(count)]


def arguments(op, stride, shape, out_channels):
    """Of Network.add(), every buffer exactly as long as needed."""
    h, w, c = shape
    weights = {
        nn.CONV2D_3X3: 9 * c * out_channels,
        nn.DEPTHWISE_3X3: 9 * c,
        nn.POINTWISE: c * out_channels,
        nn.DENSE: h * w * c * out_channels,
    }.get(op)
    count = 1 if op == nn.AVGPOOL else out_channels
    return [
        op, stride, out_channels, -128, -128, -128, 127,
        None if weights is None else array("b", values(weights, -127, 127)),
        array("i", values(count, -1000, 1000)), array("i", values(count, 1 << 30, (1 << 31) - 1)),
        bytearray(values(count, 1, 12)),
    ]  # fmt: skip


def out_shape(op, stride, shape, out_channels):
    if op in (nn.AVGPOOL, nn.DENSE):
        return (1, 1, out_channels)
    return ((shape[0] - 1) // stride + 1, (shape[1] - 1) // stride + 1, out_channels)


def run_chain(shape, chain):
    network = nn.Network(*shape)
    current = shape
    for op, stride, out_channels in chain:
        network.add(*arguments(op, stride, current, out_channels))
        current = out_shape(op, stride, current, out_channels)
    network.finish()
    gc.collect()
    assert network.outputs == current[0] * current[1] * current[2]
    picture, logits = bytearray(values(shape[0] * shape[1] * shape[2], 0, 255)), bytearray(network.outputs)
    network.run(picture, logits)
    again = bytearray(network.outputs)
    network.run(picture, again)
    assert again == logits


def shapes():
    for shape in ((1, 1, 1), (1, 5, 2), (2, 2, 3), (7, 1, 4), (5, 6, 17)):
        for stride in (1, 2):
            run_chain(shape, [(nn.CONV2D_3X3, stride, 5)])
            run_chain(shape, [(nn.DEPTHWISE_3X3, stride, shape[2])])
        run_chain(shape, [(nn.POINTWISE, 1, 3)])
        run_chain(shape, [(nn.AVGPOOL, 1, shape[2])])
        run_chain(shape, [(nn.DENSE, 1, 2)])
        run_chain(shape, [(nn.CONV2D_3X3, 2, 4), (nn.DEPTHWISE_3X3, 1, 4), (nn.POINTWISE, 1, 9), (nn.AVGPOOL, 1, 9),
                          (nn.DENSE, 1, 2)])  # fmt: skip


def refusals():
    shape = (3, 4, 2)
    network = nn.Network(*shape)
    good = arguments(nn.DENSE, 1, shape, 2)
    for index, bad in (
        (0, (-1, 5, 1 << 70, None, "x", 0)),
        (1, (0, 2, -1, None)),
        (2, (0, -1, 3, 4097, 1 << 31)),
        (3, (-129, 128, None)),
        (4, (-129, 128)),
        (5, (-129, 128)),
        (6, (-129, 128)),
        (7, (None, b"", bytearray(47), bytearray(49), array("b", [-128] * 48), 5)),
        (8, (None, b"", array("i", [0]), array("i", [2147483647, 0]), array("i", [0, -2147483648]))),
        (9, (None, b"", array("i", [1]), array("i", [0, 0]), array("i", [-1, -1]))),
        (10, (None, b"", b"\x01", b"\x00\x01", b"\x01\x20", b"\x01\x01\x01")),
    ):
        for value in bad:
            changed = list(good)
            changed[index] = value
            assert isinstance(outcome(network.add, *changed), str), (index, value)
    assert isinstance(outcome(network.finish), str)
    network.add(*good)
    assert isinstance(outcome(network.run, bytes(24), bytearray(2)), str)
    network.finish()
    assert isinstance(outcome(network.add, *good), str)
    for bad in ((bytes(23), bytearray(2)), (bytes(25), bytearray(2)), (bytes(24), bytearray(1)), (None, None),
                (bytes(24), bytes(2))):  # fmt: skip
        assert isinstance(outcome(network.run, *bad), str)
    assert outcome(network.run, bytes(24), bytearray(2)) is None


def limits():
    for shape in ((0, 1, 1), (1, 4097, 1), (1, 1, -1), (1 << 70, 1, 1), (None, 1, 1), (1, 1)):
        assert isinstance(outcome(nn.Network, *shape), str)
    huge = nn.Network(4096, 4096, 4096)
    assert "16 MB" in outcome(huge.add, *arguments(nn.AVGPOOL, 1, (1, 1, 1), 4096))


for part in (shapes, refusals, limits):
    part()
print("ok")
