"""The networks of nn in numpy, or in ulab.numpy where it is linked: slow, without a line in common with the C kernels.

    python3 tests/portable/numpy_reference.py MODEL.safetensors
    doorlens-camera tests/portable/numpy_reference.py MODEL.safetensors

checks that a model file's test vectors come out. `Network` is used like nn.Network, so that contract.model builds it.

ulab has no integers wider than 16 bits, so everything is computed in floats. They are doubles here (others are refused),
which hold integers exactly up to 2^53. A sum of products is below 2^31, as nn_net_add() has it, but its product with a
multiplier reaches 2^62: that is made of two halves. numpy.sum is not used, because ulab's multiplies a running mean.
"""

import struct
import sys

try:
    from ulab import numpy
except ImportError:
    import numpy

CONV2D_3X3, DEPTHWISE_3X3, POINTWISE, AVGPOOL, DENSE = range(5)
_HALF = 32768.0  # a multiplier is high * 2^15 + low, both below 2^16


def floats(numbers):
    return numpy.array([float(number) for number in numbers])


def int32s(data):
    """Little-endian numbers, wherever they lie."""
    data = bytes(memoryview(data))
    return struct.unpack("<%di" % (len(data) // 4), data)


class Scale:
    """x * multiplier * 2^-31-shift, rounded as nn_requantize.h has it, and clamped; a column for each channel."""

    def __init__(self, multiplier, shift, zero, low, high):
        multipliers, shifts = int32s(multiplier), bytes(memoryview(shift))
        self.high = floats(m >> 15 for m in multipliers)
        self.low = floats(m & 32767 for m in multipliers)
        self.divisor = floats(1 << s for s in shifts)
        self.zero, self.least, self.most = float(zero), float(low), float(high)

    def apply(self, sums):
        product = numpy.floor((sums * self.high + numpy.floor(sums * self.low / _HALF)) / (2 * _HALF))
        return self.clamp(numpy.floor((product + self.divisor / 2.0) / self.divisor))

    def clamp(self, values):
        return numpy.clip(values + self.zero, self.least, self.most)


class Layer:
    """Takes and returns tensors of h x w rows with c columns. `weights`, int8, are seen where they lie, not copied."""

    def __init__(self, op, shape, stride, out_channels, input_zero, weights, bias, scale):
        h, w, c = shape
        self.op, self.shape, self.stride, self.input_zero, self.scale = op, shape, stride, float(input_zero), scale
        self.bias = floats(int32s(bias))
        self.window = (stride, stride) if stride > 1 else (h, w)  # of a pool
        if weights is not None:
            rows = 9 if op == DEPTHWISE_3X3 else out_channels
            values = numpy.frombuffer(weights, dtype=numpy.int8)
            self.weights = values.reshape((rows, len(values) // rows))
            self.memory = weights  # ulab's array points into its middle, which does not keep it alive
        if op == AVGPOOL:
            sides = (h // self.window[0], w // self.window[1])
        else:
            sides = (1, 1) if op == DENSE else ((h - 1) // stride + 1, (w - 1) // stride + 1)
        self.out_shape = sides + (out_channels,)

    def run(self, tensor, _):
        return self.scale.apply(self.sums(tensor) + self.bias)

    def sums(self, tensor):
        if self.op == DENSE:
            return numpy.dot(tensor.reshape((1, len(tensor) * self.shape[2])), self.weights.T)
        if self.op == POINTWISE:
            return numpy.dot(tensor, self.weights.T)
        if self.op == AVGPOOL:
            return self.pooled(tensor)
        wide = padded(tensor, self.shape, self.input_zero)
        weighted = self.depthwise if self.op == DEPTHWISE_3X3 else self.conv2d
        return total(weighted(k, self.picked(wide, self.shape[1] + 2, k // 3, k % 3, self.stride)) for k in range(9))

    def depthwise(self, tap, pixels):
        return pixels * self.weights[tap]

    def conv2d(self, tap, pixels):
        c = self.shape[2]
        return numpy.dot(pixels, self.weights[:, tap * c : (tap + 1) * c].T)

    def pooled(self, tensor):
        high, wide = self.window
        if self.out_shape[:2] == (1, 1) and self.window == self.shape[:2]:
            return numpy.dot(numpy.ones((1, len(tensor))), tensor)
        return total(self.picked(tensor, self.shape[1], y, x, self.stride) for y in range(high) for x in range(wide))

    def picked(self, tensor, width, y, x, step):
        """For every pixel of the output, the one `y` rows and `x` columns from its corner in maps of `width` columns."""
        h, w, _ = self.out_shape
        out = numpy.zeros((h * w, self.shape[2]))
        for row in range(h):
            first = (row * step + y) * width + x
            out[row * w : (row + 1) * w] = tensor[first : first + (w - 1) * step + 1 : step]
        return out


class Sum:
    """The output of the layer before and of layer `source`, rescaled and added."""

    def __init__(self, shape, source, multipliers, bias, shift, scale):
        self.out_shape, self.source, self.multipliers, self.scale = shape, source, multipliers, scale
        self.offset, self.divisor = float(bias + (1 << (shift - 1))), float(1 << shift)

    def run(self, tensor, outputs):
        both = tensor * float(self.multipliers[0]) + outputs[self.source] * float(self.multipliers[1])
        return self.scale.clamp(numpy.floor((both + self.offset) / self.divisor))


def padded(tensor, shape, zero):
    """One pixel of `zero` on every side."""
    h, w, c = shape
    out = numpy.ones(((h + 2) * (w + 2), c)) * zero
    for y in range(h):
        first = (y + 1) * (w + 2) + 1
        out[first : first + w] = tensor[y * w : (y + 1) * w]
    return out


def total(parts):
    out = 0.0
    for part in parts:
        out = part + out
    return out


class Network:
    """As nn.Network: add, add_residual, finish, run. What nn refuses is not looked for."""

    def __init__(self, height, width, channels):
        if 1.0 + 2.0**-52 == 1.0:
            raise ValueError("floats of 32 bits do not hold what the sums reach")
        self._first = self._shape = height, width, channels
        self._layers, self._sources = [], set()

    @property
    def outputs(self):
        return self._shape[0] * self._shape[1] * self._shape[2]

    def add(self, op, stride, out_channels, input_zero, output_zero, low, high, weights, bias, multiplier, shift):
        scale = Scale(multiplier, shift, output_zero, low, high)
        self._append(Layer(op, self._shape, stride, out_channels, input_zero, weights, bias, scale))

    def add_residual(self, source, input_multiplier, source_multiplier, bias, shift, output_zero, low, high):
        scale = Scale(b"", b"", output_zero, low, high)
        self._sources.add(source)
        self._append(Sum(self._shape, source, (input_multiplier, source_multiplier), bias, shift, scale))

    def _append(self, layer):
        self._layers.append(layer)
        self._shape = layer.out_shape

    def finish(self):
        pass

    def run(self, picture, logits):
        h, w, c = self._first
        tensor, outputs = numpy.frombuffer(picture, dtype=numpy.uint8).reshape((h * w, c)) - 128.0, {}
        for i, layer in enumerate(self._layers):
            tensor = layer.run(tensor, outputs)
            if i in self._sources:
                outputs[i] = tensor
        memoryview(logits)[: self.outputs] = bytes(int(value) & 0xFF for value in tensor.flatten())


def main(path):
    here = __file__.rsplit("/", 1)[0] if "/" in __file__ else "."
    sys.path[:0] = [here, here + "/../.."]
    import numpy_reference
    from contract import model

    with open(path, "rb") as file:
        parsed = model.parse(file.read())
    model.self_test(parsed, model.build(parsed, numpy_reference))
    print("all %d test vectors agree" % parsed.tensors["selftest.input"].shape[0])


if __name__ == "__main__":
    main(sys.argv[1])
