"""Layers with random parameters, and what they compute by definition, in Python integers."""

from array import array


class Noise:
    """A linear congruential generator, the same on every interpreter."""

    def __init__(self, seed):
        self._state = seed

    def below(self, limit):
        self._state = (self._state * 1103515245 + 12345) & 0x7FFFFFFF
        return (self._state >> 8) % limit

    def between(self, low, high):
        return low + self.below(high - low + 1)


class Layer:
    """One layer for an input of shape (h, w, c), with parameters drawn from noise."""

    def __init__(self, noise, shape, op, stride, out_channels, input_zero):
        self.op, self.stride, self.shape, self.out_c = op, stride, shape, out_channels
        self.input_zero = input_zero
        self.output_zero = noise.between(-100, 60)
        self.low = self.output_zero if noise.below(2) else -128
        self.high = 127
        h, w, c = shape
        self.window = (h, w) if stride == 1 else (stride, stride)  # of a pool
        self.out_shape = self.sides(stride) + (out_channels,)
        self.count = {"CONV2D_3X3": 9 * c, "DEPTHWISE_3X3": 9, "POINTWISE": c, "DENSE": h * w * c, "AVGPOOL": self.window[0] * self.window[1]}[op]
        parameters = 1 if op == "AVGPOOL" else out_channels
        self.weights = None if op == "AVGPOOL" else array("b", [noise.between(-127, 127) for _ in range(self.count * parameters)])
        self.bias = array("i", [noise.between(-2000, 2000) - input_zero * self.sum(i) for i in range(parameters)])
        self.multiplier = array("i", [noise.between(1 << 30, (1 << 31) - 1) for _ in range(parameters)])
        usual = self.usual_shift()
        self.shift = bytes(noise.between(max(1, usual - 2), max(1, usual + 1)) for _ in range(parameters))

    def sides(self, stride):
        """Height and width of the output."""
        h, w, _ = self.shape
        if self.op == "AVGPOOL":
            return h // self.window[0], w // self.window[1]
        return (1, 1) if self.op == "DENSE" else ((h - 1) // stride + 1, (w - 1) // stride + 1)

    def sum(self, channel):
        """Of a channel's weights."""
        if self.op == "AVGPOOL":
            return self.count
        if self.op == "DEPTHWISE_3X3":
            return sum(self.weight(channel, tap, 0) for tap in range(9))
        return sum(self.weights[i] for i in range(channel * self.count, (channel + 1) * self.count))

    def usual_shift(self):
        """That leaves outputs spread over the range: sums of n random products grow with the root of n."""
        if self.op == "AVGPOOL":
            return len(bin(self.count)) - 4
        return 6 + (len(bin(self.count)) - 2) // 2

    def weight(self, channel, tap, in_channel):
        """Of a 3x3 window (tap 0..8) or, for the others, of pixel `tap`."""
        c = self.shape[2]
        if self.op == "DEPTHWISE_3X3":
            return self.weights[tap * c + channel]
        return self.weights[channel * self.count + tap * c + in_channel]

    def requantized(self, acc, channel):
        index = 0 if self.op == "AVGPOOL" else channel
        t = (acc * self.multiplier[index]) >> 31
        y = (t + (1 << (self.shift[index] - 1))) >> self.shift[index]
        return min(max(y + self.output_zero, self.low), self.high)


class Residual:
    """The sum of the tensor before and the output of layer `source`, both of shape (h, w, c)."""

    def __init__(self, noise, shape, source):
        self.op, self.shape, self.out_shape, self.source = "ADD", shape, shape, source
        self.multipliers = noise.between(1, (1 << 22) - 1), noise.between(1, (1 << 22) - 1)
        self.bias, self.shift = noise.between(-100000, 100000), noise.between(19, 23)
        self.output_zero = noise.between(-128, 127)
        self.low, self.high = -128, 127

    def sums(self, tensor, source):
        half = 1 << (self.shift - 1)
        for a, b in zip(tensor, source):
            y = (a * self.multipliers[0] + b * self.multipliers[1] + self.bias + half) >> self.shift
            yield min(max(y + self.output_zero, self.low), self.high)


def window(layer, tensor, y, x, tap, channel):
    """The input under a tap of a 3x3 window padded by one pixel."""
    h, w, c = layer.shape
    row, column = y * layer.stride + tap // 3 - 1, x * layer.stride + tap % 3 - 1
    inside = 0 <= row < h and 0 <= column < w
    return tensor[(row * w + column) * c + channel] if inside else layer.input_zero


def accumulator(layer, tensor, y, x, channel):
    h, w, c = layer.shape
    if layer.op == "AVGPOOL":
        high, wide = layer.window
        corner = y * high * w + x * wide
        return layer.bias[0] + sum(tensor[(corner + i // wide * w + i % wide) * c + channel] for i in range(high * wide))
    acc = layer.bias[channel]
    if layer.op == "DEPTHWISE_3X3":
        return acc + sum(window(layer, tensor, y, x, k, channel) * layer.weight(channel, k, 0) for k in range(9))
    for i in range(c):
        if layer.op == "CONV2D_3X3":
            acc += sum(window(layer, tensor, y, x, k, i) * layer.weight(channel, k, i) for k in range(9))
        elif layer.op == "POINTWISE":
            acc += tensor[(y * w + x) * c + i] * layer.weight(channel, 0, i)
        else:
            acc += sum(tensor[k * c + i] * layer.weight(channel, k, i) for k in range(h * w))
    return acc


def reference_run(layers, picture):
    """The last layer's output as bytes of two's complement."""
    tensor, outputs = [pixel - 128 for pixel in picture], []
    for layer in layers:
        h, w, c = layer.out_shape
        if layer.op == "ADD":
            tensor = list(layer.sums(tensor, outputs[layer.source]))
        else:
            tensor = [
                layer.requantized(accumulator(layer, tensor, i // c // w, i // c % w, i % c), i % c)
                for i in range(h * w * c)
            ]
        outputs.append(tensor)
    return bytes(value & 0xFF for value in tensor)
