"""Random networks, on CPython through the host library and on MicroPython through the firmware.

As a script: nn_networks_work.py FIRST LAST prints the logits of networks FIRST to LAST - 1 in hexadecimal, one a line.
"""

import sys

_HERE = __file__.rsplit("/", 1)[0] if "/" in __file__ else "."
sys.path.insert(0, _HERE + "/../portable")

from nn_reference import Layer, Noise  # noqa: E402

try:
    import nn
except ImportError:
    from host_tools.native import nn

_SIDES = (1, 2, 3, 5, 8, 13, 16, 24)


class Growing:
    """A network under construction; `shape` is its output's so far."""

    def __init__(self, noise):
        self.noise = noise
        self.input = (_SIDES[noise.below(8)], _SIDES[noise.below(8)], (1, 3, 1, 3, 4, 7)[noise.below(6)])
        self.network, self.shape, self.zero, self.layers = nn.Network(*self.input), self.input, -128, 0

    def add(self, op, stride, out_channels):
        layer = Layer(self.noise, self.shape, op, stride, out_channels, self.zero)
        self.network.add(
            getattr(nn, op), stride, out_channels, self.zero, layer.output_zero, layer.low, layer.high,
            layer.weights, layer.bias, layer.multiplier, layer.shift,
        )  # fmt: skip
        self.shape, self.zero, self.layers = layer.out_shape, layer.output_zero, self.layers + 1

    def residual_block(self):
        """Wide, depthwise, narrow again, plus what came in."""
        source, channels = self.layers - 1, self.shape[2]
        self.add("POINTWISE", 1, channels * (1 + self.noise.below(4)))
        self.add("DEPTHWISE_3X3", 1, self.shape[2])
        self.add("POINTWISE", 1, channels)
        self.zero = self.noise.between(-128, 127)
        between = self.noise.between
        self.network.add_residual(source, between(1, (1 << 22) - 1), between(1, (1 << 22) - 1), between(-99999, 99999),
                                  between(19, 23), self.zero, -128, 127)  # fmt: skip
        self.layers += 1

    def grow(self):
        kind, channels = self.noise.below(8), self.shape[2]
        stride, width = 1 + self.noise.below(2), 1 + self.noise.below(40)
        if kind < 3:
            self.add("DEPTHWISE_3X3", stride, channels)
        elif kind < 5:
            self.add("POINTWISE", 1, width)
        elif kind < 6:
            self.add("CONV2D_3X3", stride, width)
        elif self.layers > 0:
            self.residual_block()


def logits(index):
    """bytes of network `index` for a random picture."""
    noise = Noise(index + 1)
    growing = Growing(noise)
    for _ in range(2 + noise.below(6)):
        growing.grow()
    if noise.below(2):
        growing.add("AVGPOOL", 1, growing.shape[2])
    growing.add("DENSE", 1, 1 + noise.below(12))
    growing.network.finish()
    h, w, c = growing.input
    result = bytearray(growing.network.outputs)
    growing.network.run(bytes(noise.below(256) for _ in range(h * w * c)), result)
    return bytes(result)


def main(first, last):
    for index in range(first, last):
        print("".join("%02x" % value for value in logits(index)))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
