"""The C kernels against an independent implementation with numpy, in int64."""

import numpy
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from host_tools.native import nn

_SEED = 20260301


def requantized(acc, multiplier, shift, zero, low, high):
    """Floor after the multiplication, then round half up, then clamp."""
    t = numpy.floor_divide(acc.astype(object) * multiplier.astype(object), 1 << 31)
    half = numpy.array([1 << (int(s) - 1) for s in shift], dtype=object)
    y = numpy.floor_divide(t + half, half * 2)
    return numpy.clip(y.astype(numpy.int64) + zero, low, high)


def windows(q, stride, zero):
    """(out_h, out_w, c, 3, 3) windows of a map padded by one pixel of value zero."""
    padded = numpy.pad(q, ((1, 1), (1, 1), (0, 0)), constant_values=zero)
    return sliding_window_view(padded, (3, 3), axis=(0, 1))[::stride, ::stride]


def accumulate(op, q, layer):
    weights = layer["weights"]
    if op == "CONV2D_3X3":
        return numpy.einsum("yxckl,oklc->yxo", windows(q, layer["stride"], layer["input_zero"]), weights)
    if op == "DEPTHWISE_3X3":
        return numpy.einsum("yxckl,klc->yxc", windows(q, layer["stride"], layer["input_zero"]), weights)
    if op == "POINTWISE":
        return q @ weights.T
    if op == "AVGPOOL":
        return q.sum((0, 1), keepdims=True)
    return (weights @ q.reshape(-1))[None, None]


def random_layer(rng, op, shape, out_channels, stride, input_zero):
    h, w, c = shape
    weight_shape = {
        "CONV2D_3X3": (out_channels, 3, 3, c),
        "DEPTHWISE_3X3": (3, 3, c),
        "POINTWISE": (out_channels, c),
        "DENSE": (out_channels, h * w * c),
        "AVGPOOL": (0,),
    }[op]
    count = 1 if op == "AVGPOOL" else out_channels
    zero = int(rng.integers(-128, 128))
    # Accumulators span a few thousand; shifts from saturating to vanishing.
    return {
        "stride": stride,
        "input_zero": input_zero,
        "output_zero": zero,
        "low": zero if rng.integers(2) else -128,
        "high": 127,
        "weights": rng.integers(-127, 128, weight_shape).astype(numpy.int64),
        "bias": rng.integers(-(1 << 20), 1 << 20, count).astype(numpy.int32),
        "multiplier": rng.integers(1 << 30, 1 << 31, count).astype(numpy.int32),
        "shift": rng.integers(1, 32 if rng.integers(4) == 0 else 16, count).astype(numpy.uint8),
    }


def add(network, op, out_channels, layer):
    network.add(
        getattr(nn, op), layer["stride"], out_channels, layer["input_zero"], layer["output_zero"], layer["low"],
        layer["high"], None if op == "AVGPOOL" else layer["weights"].astype(numpy.int8), layer["bias"],
        layer["multiplier"], layer["shift"],
    )  # fmt: skip


def random_chain(rng, shape):
    """(op, out_channels, stride) three to seven times, ending where the map is a single pixel or anywhere before."""
    chain = []
    for _ in range(rng.integers(3, 8)):
        op = ("CONV2D_3X3", "DEPTHWISE_3X3", "POINTWISE", "AVGPOOL", "DENSE")[rng.choice(5, p=(0.25, 0.3, 0.25, 0.1, 0.1))]
        channels = shape[2] if op in ("DEPTHWISE_3X3", "AVGPOOL") else int(rng.integers(1, 40))
        stride = int(rng.integers(1, 3)) if op.endswith("3X3") else 1
        chain.append((op, channels, stride))
        shape = (1, 1, channels) if op in ("AVGPOOL", "DENSE") else (*(-(-n // stride) for n in shape[:2]), channels)
    return chain


def check(rng, shape, chain):
    network = nn.Network(*shape)
    picture = rng.integers(0, 256, shape).astype(numpy.uint8)
    q, zero = picture.astype(numpy.int64) - 128, -128
    largest = 0
    for op, channels, stride in chain:
        layer = random_layer(rng, op, q.shape, channels, stride, zero)
        add(network, op, channels, layer)
        before = q.size
        acc = accumulate(op, q, layer) + layer["bias"]
        q = requantized(acc, layer["multiplier"], layer["shift"], layer["output_zero"], layer["low"], layer["high"])
        largest, zero = max(largest, before + q.size), layer["output_zero"]
    assert network.finish() == largest
    logits = numpy.zeros(network.outputs, numpy.int8)
    network.run(picture, logits)
    different = numpy.flatnonzero(logits != q.reshape(-1))
    assert logits.size == q.size and not different.size, (shape, chain, different[:10])


SHAPES = [(1, 1, 1), (1, 7, 3), (2, 2, 16), (5, 1, 2), (3, 3, 33), (13, 9, 8), (16, 16, 1), (11, 17, 31)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("op", ["CONV2D_3X3", "DEPTHWISE_3X3", "POINTWISE", "AVGPOOL", "DENSE"])
def test_operator_equals_numpy_on_every_shape(op, shape):
    rng = numpy.random.default_rng([_SEED, *shape])
    for stride in (1, 2) if op.endswith("3X3") else (1,):
        for channels in (shape[2],) if op in ("DEPTHWISE_3X3", "AVGPOOL") else (1, 2, 5, 16):
            check(rng, shape, [(op, channels, stride)])


@pytest.mark.parametrize("seed", range(60))
def test_random_chain_equals_numpy(seed):
    rng = numpy.random.default_rng([_SEED, seed])
    shape = (int(rng.integers(1, 30)), int(rng.integers(1, 30)), int(rng.choice((1, 3, 4))))
    check(rng, shape, random_chain(rng, shape))


def test_extreme_weights_and_pictures_stay_exact():
    for weight in (-127, 127):
        for pixel in (0, 255):
            network = nn.Network(16, 16, 64)
            count = 16 * 16 * 64
            bias = numpy.int32(-weight * (pixel - 128) * count + 5)
            network.add(nn.DENSE, 1, 1, -128, 0, -128, 127, numpy.full(count, weight, numpy.int8),
                        numpy.array([bias], numpy.int32), numpy.array([1 << 30], numpy.int32), b"\x01")  # fmt: skip
            network.finish()
            logits = numpy.zeros(1, numpy.int8)
            network.run(numpy.full(count, pixel, numpy.uint8), logits)
            assert logits[0] == 1


def test_numpy_views_that_are_not_contiguous_are_refused():
    network = nn.Network(4, 4, 1)
    one = (numpy.zeros(1, numpy.int32), numpy.array([1 << 30], numpy.int32), b"\x01")
    with pytest.raises(TypeError, match="contiguous"):
        network.add(nn.DENSE, 1, 1, 0, 0, -128, 127, numpy.zeros((16, 2), numpy.int8)[:, 0], *one)


def pointwise(network, out_channels, in_channels):
    parameters = (numpy.zeros(out_channels, numpy.int32), numpy.full(out_channels, 1 << 30, numpy.int32), bytes([8]) * out_channels)
    network.add(nn.POINTWISE, 1, out_channels, 0, 0, -128, 127, numpy.ones((out_channels, in_channels), numpy.int8), *parameters)


RESIDUAL = (1 << 20, 1 << 20, 0, 21, 0, -128, 127)


def test_arena_holds_what_is_alive_at_the_worst_layer_of_a_residual_block():
    network = nn.Network(6, 5, 3)
    for out_channels, in_channels in ((4, 3), (24, 4), (24, 24), (4, 24)):
        pointwise(network, out_channels, in_channels)
    network.add_residual(0, *RESIDUAL)
    pointwise(network, 2, 4)
    assert network.finish() == 30 * (4 + 24 + 24)


def test_chained_residual_blocks_need_no_more_than_one():
    network = nn.Network(6, 5, 3)
    pointwise(network, 4, 3)
    for block in range(5):
        pointwise(network, 24, 4)
        pointwise(network, 4, 24)
        network.add_residual(3 * block, *RESIDUAL)
    assert network.finish() == 30 * (4 + 24 + 4)


@pytest.mark.parametrize("source", [-1, 1, 2, 1 << 20])
def test_residual_of_a_layer_that_is_not_earlier_is_refused(source):
    network = nn.Network(6, 5, 3)
    pointwise(network, 4, 3)
    pointwise(network, 4, 4)
    with pytest.raises(ValueError, match="earlier layer"):
        network.add_residual(source, *RESIDUAL)
    network.add_residual(0, *RESIDUAL)


def test_residual_of_another_shape_or_scale_is_refused():
    network = nn.Network(6, 5, 3)
    pointwise(network, 5, 3)
    pointwise(network, 4, 5)
    with pytest.raises(ValueError, match="same shape"):
        network.add_residual(0, *RESIDUAL)
    pointwise(network, 5, 4)
    for index, bad in ((0, 0), (0, 1 << 22), (1, -1), (2, (1 << 30) + 1), (2, -(1 << 30) - 1), (3, 0), (3, 32)):
        changed = list(RESIDUAL)
        changed[index] = bad
        with pytest.raises(ValueError, match="multipliers of an addition"):
            network.add_residual(0, *changed)
    network.add_residual(0, *RESIDUAL)


def test_residual_equals_the_formula():
    network = nn.Network(1, 1, 4)
    pointwise(network, 4, 4)
    pointwise(network, 4, 4)
    network.add_residual(0, 3000000, 1000000, 12345678, 5, -7, -100, 90)
    network.finish()
    logits = numpy.zeros(4, numpy.int8)
    network.run(bytes(4), logits)
    first = (-512 * (1 << 30) >> 31) + 128 >> 8
    second = (4 * first * (1 << 30) >> 31) + 128 >> 8
    expected = ((second * 3000000 + first * 1000000 + 12345678 + 16) >> 5) - 7
    assert list(logits) == [min(max(expected, -100), 90)] * 4
