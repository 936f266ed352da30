"""The benchmarks' int8 networks: seeded weights, quantised per channel, calibrated so that no activation saturates.

Weights are bell-shaped with largest magnitude 127 in every output channel, as per-channel quantisation leaves them.
`uniform` weights are the worst case for kernels that choose their arithmetic by the sum of the weights' magnitudes.
"""

import dataclasses

import numpy

CONV2D_3X3, DEPTHWISE_3X3, POINTWISE, AVGPOOL, DENSE = range(5)  # nn.h
ZERO = -128

# (operator, stride, output channels)
DOOR = [(CONV2D_3X3, 2, 8), (DEPTHWISE_3X3, 1, 8), (POINTWISE, 1, 16), (DEPTHWISE_3X3, 2, 16), (POINTWISE, 1, 32),
        (DEPTHWISE_3X3, 1, 32), (POINTWISE, 1, 32), (DEPTHWISE_3X3, 2, 32), (POINTWISE, 1, 64), (AVGPOOL, 1, 64),
        (DENSE, 1, 2)]
DOOR_MULTIPLY_ADDS = 931_968


def _mobilenet(pairs):
    layers, channels = [(CONV2D_3X3, 2, 8)], 8
    for stride, out in pairs:
        layers += [(DEPTHWISE_3X3, stride, channels), (POINTWISE, 1, out)]
        channels = out
    return layers + [(AVGPOOL, 1, channels), (DENSE, 1, 2)]


# MLPerf Tiny's visual wake words: MobileNetV1 0.25.
VWW = _mobilenet([(1, 16), (2, 32), (1, 32), (2, 64), (1, 64), (2, 128)] + 5 * [(1, 128)] + [(2, 256), (1, 256)])
VWW_MULTIPLY_ADDS = 7_489_664


@dataclasses.dataclass
class Layer:
    """One layer as nn_net_add() takes it; `shapes` is (in h, in w, in c, out h, out w, out c)."""

    op: int
    stride: int
    shapes: tuple
    low: int
    output_zero: int
    weights: numpy.ndarray
    bias: numpy.ndarray
    multiplier: numpy.ndarray
    shift: numpy.ndarray

    @property
    def multiply_adds(self):
        return 0 if self.op == AVGPOOL else self.shapes[3] * self.shapes[4] * self.weights.size


@dataclasses.dataclass
class Network:
    layers: list
    picture: numpy.ndarray  # uint8 [h, w, c] that it was calibrated on
    logits: numpy.ndarray   # int8, of that picture

    @property
    def multiply_adds(self):
        return sum(layer.multiply_adds for layer in self.layers)

    def arrays(self):
        """What bench/programs/network.c reads: int32 arrays, each behind its length."""
        yield [*self.picture.shape, len(self.layers)]
        yield self.picture
        for layer in self.layers:
            yield [layer.op, layer.stride, *layer.shapes, ZERO, layer.output_zero, layer.low, 127]
            yield from (layer.weights, layer.bias, layer.multiplier, layer.shift)

    def to_bytes(self):
        flat = (numpy.ravel(array).astype("<i4") for array in self.arrays())
        return b"".join(numpy.int32(array.size).astype("<i4").tobytes() + array.tobytes() for array in flat)


def build(plan, picture, uniform=False, seed=1):
    """The network of `plan`, calibrated on `picture` (uint8 [h, w, c])."""
    random = numpy.random.Generator(numpy.random.PCG64(seed))
    values, layers = picture.astype(numpy.int64) - 128, []
    for op, stride, out in plan:
        layer, values = _layer(random, uniform, op, stride, out, values)
        layers.append(layer)
    return Network(layers, picture, values.ravel().astype(numpy.int8))


def _weights(random, uniform, op, channels, out):
    shape = {CONV2D_3X3: (out, 3, 3, channels), DEPTHWISE_3X3: (3, 3, out), POINTWISE: (out, channels),
             DENSE: (out, channels), AVGPOOL: (0,)}[op]
    if uniform or op == AVGPOOL:
        return random.integers(-127, 128, shape)
    weights = random.standard_normal(shape)
    axes = (0, 1) if op == DEPTHWISE_3X3 else tuple(range(1, len(shape)))
    return numpy.rint(weights * 127 / numpy.abs(weights).max(axis=axes, keepdims=True)).astype(numpy.int64)


def _sums(op, stride, values, weights):
    """int64 [out h, out w, out c]: what the layer accumulates without bias, inputs counted from their zero point."""
    values = values - ZERO
    if op == AVGPOOL:
        return values.sum(axis=(0, 1), keepdims=True)
    if op == DENSE:
        return (weights @ values.ravel()).reshape(1, 1, -1)
    if op == POINTWISE:
        return values @ weights.T
    padded = numpy.pad(values, ((1, 1), (1, 1), (0, 0)))
    windows = numpy.lib.stride_tricks.sliding_window_view(padded, (3, 3), (0, 1))[::stride, ::stride]
    return numpy.einsum("yxcij,ijc->yxc" if op == DEPTHWISE_3X3 else "yxcij,oijc->yxo", windows, weights)


def _layer(random, uniform, op, stride, out, values):
    weights = _weights(random, uniform, op, values.shape[2], out)
    sums = _sums(op, stride, values, weights)
    if op == AVGPOOL:
        real, offset = numpy.full(1, 1 / (values.shape[0] * values.shape[1])), numpy.zeros(1, numpy.int64)
    elif op == DENSE:
        real, offset = numpy.full(out, 90 / numpy.abs(sums).max()), numpy.zeros(out, numpy.int64)
    else:  # as batch normalisation does: mean half a deviation above zero; three deviations fill the range
        spread = numpy.maximum(sums.std(axis=(0, 1)), 600)
        real, offset = 255 / (3.5 * spread), (0.5 * spread - sums.mean(axis=(0, 1))).astype(numpy.int64)
    multiplier, shift = _fixed_point(real)
    output_zero = 0 if op == DENSE else ZERO
    low = -128 if op == DENSE else output_zero
    total = (sums + offset) * multiplier >> 31
    result = numpy.clip((total + (1 << (shift - 1)) >> shift) + output_zero, low, 127)
    bias = offset - ZERO * _weight_sums(op, weights, values)
    return Layer(op, stride, (*values.shape, *sums.shape), low, output_zero, weights, bias, multiplier, shift), result


def _weight_sums(op, weights, values):
    if op == AVGPOOL:
        return numpy.full(1, values.shape[0] * values.shape[1])
    return weights.sum(axis=(0, 1) if op == DEPTHWISE_3X3 else tuple(range(1, weights.ndim)))


def _fixed_point(real):
    """multiplier in [2^30, 2^31) and shift in 1..31 with multiplier * 2^-31 * 2^-shift = real, which is below 0.5."""
    fraction, exponent = numpy.frexp(real)
    multiplier = numpy.minimum(numpy.rint(fraction * 2.0**31), 2**31 - 1).astype(numpy.int64)
    shift = -exponent.astype(numpy.int64)
    assert (shift >= 1).all() and (shift <= 31).all()
    return multiplier, shift
