"""int8 networks on the camera's own kernels. Every error is ValueError("nn: <sentence>")."""

import ctypes

from .library import Buffer, check, integer, library

_AREA = "nn"

CONV2D_3X3, DEPTHWISE_3X3, POINTWISE, AVGPOOL, DENSE = range(5)


class Network:
    """A chain of layers for a uint8 picture of height x width x channels (HWC); inside, q = pixel - 128.

    One network runs one picture at a time: threads need a network each.
    """

    def __init__(self, height, width, channels, /):
        self._net = ctypes.create_string_buffer(library().nn_net_size())
        self._kept = []  # buffers that the network points to
        self._arena = None
        shape = [integer(_AREA, value) for value in (height, width, channels)]
        check(_AREA, library().nn_net_init(self._net, *shape))

    def add(
        self, op, stride, out_channels, input_zero, output_zero, low, high, weights, bias, multiplier, shift, /
    ):
        """Appends a layer; weights int8 (None for AVGPOOL), bias and multiplier int32, shift uint8, one a channel.

        CONV2D_3X3 weights are [out, 3, 3, in], DEPTHWISE_3X3 [3, 3, c], POINTWISE [out, in], DENSE [out, h*w*c]. The
        bias already contains -input_zero * sum(weights). Buffers are kept by reference and must not change.
        """
        numbers = [
            integer(_AREA, value) for value in (op, stride, out_channels, input_zero, output_zero, low, high)
        ]
        buffers = [Buffer(b"" if weights is None else weights), Buffer(bias), Buffer(multiplier), Buffer(shift)]
        pointers = [value for buffer in buffers for value in (buffer.address, buffer.size)]
        check(_AREA, library().nn_net_add(self._net, *numbers, *pointers))
        self._kept.extend(buffers)

    def add_residual(
        self, source, input_multiplier, source_multiplier, bias, shift, output_zero, low, high, /
    ):
        """Appends the sum of the last layer's output and that of layer `source` (an index), of one shape.

        y = (input*input_multiplier + source*source_multiplier + bias + 2^(shift-1)) >> shift, q = clamp(y + output_zero);
        multipliers 1..2^22-1, bias within 2^30 (it contains the zero points), shift 1..31.
        """
        arguments = (source, input_multiplier, source_multiplier, bias, shift, output_zero, low, high)
        check(_AREA, library().nn_net_add_residual(self._net, *(integer(_AREA, value) for value in arguments)))

    def finish(self):
        """Fixes the network, allocates its arena, arranges the weights and returns the arena's size in bytes."""
        arena_size, packed_size = ctypes.c_uint32(), ctypes.c_uint32()
        check(_AREA, library().nn_net_plan(self._net, ctypes.byref(arena_size), ctypes.byref(packed_size)))
        if self._arena is None:
            packed = ctypes.create_string_buffer(packed_size.value)
            check(_AREA, library().nn_net_pack(self._net, packed, packed_size.value))
            self._kept.append(packed)
            self._arena = ctypes.create_string_buffer(arena_size.value)
        return arena_size.value

    def address(self):
        """(network, arena, bytes of the arena) for other modules of this package. ValueError before finish()."""
        if self._arena is None:
            raise ValueError("nn: finish() must come before run()")
        return ctypes.addressof(self._net), ctypes.addressof(self._arena), len(self._arena)

    @property
    def outputs(self):
        """Values of the last layer's output."""
        return library().nn_net_outputs(self._net)

    def run(self, pixels, logits, /):
        """Runs one picture (uint8, h*w*c bytes); writes `outputs` int8 values to the writable buffer `logits`."""
        picture, result = Buffer(pixels), Buffer(logits, writable=True)
        arena_size = len(self._arena) if self._arena else 0
        check(
            _AREA,
            library().nn_net_run(
                self._net, picture.address, picture.size, result.address, result.size, self._arena, arena_size
            ),
        )
