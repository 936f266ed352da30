"""Every function takes every kind of buffer, reads it and writes it in place, and gives the same."""

from array import array

from expect import raises
from nn_reference import Layer, Noise

try:
    import frame
    import imgprep
    import nn
    import ujpeg
except ImportError:
    from host_tools.native import frame, imgprep, nn, ujpeg

try:
    from ulab import numpy  # where it is linked into the firmware
except ImportError:
    try:
        import numpy
    except ImportError:
        numpy = None

_SIDE = 16
_MARGIN = 5


def noise(size, seed=3):
    source = Noise(seed)
    return bytes(source.below(256) for _ in range(size))


def within(data):
    """A memoryview of the middle of a longer buffer."""
    longer = bytearray(_MARGIN) + data + bytearray(_MARGIN)
    return memoryview(longer)[_MARGIN : _MARGIN + len(data)]


KINDS = {
    "bytearray": bytearray,
    "array": lambda data: array("B", data),
    "signed array": lambda data: array("b", [value - 256 if value > 127 else value for value in data]),
    "memoryview": lambda data: memoryview(bytearray(data)),
    "memoryview of an array": lambda data: memoryview(array("B", data)),
    "part of a memoryview": within,
}
if numpy:
    KINDS["ndarray"] = lambda data: numpy.frombuffer(bytearray(data), dtype=numpy.uint8)
    KINDS["signed ndarray"] = lambda data: numpy.frombuffer(bytearray(data), dtype=numpy.int8)


def encoded(kind):
    out = kind(bytes(3000))
    length = ujpeg.encode(kind(noise(_SIDE * _SIDE * 3)), _SIDE, _SIDE, 3, out, 90)
    return bytes(memoryview(out))[:length]


def decoded(kind):
    out = kind(bytes(_SIDE * _SIDE))
    jpeg = kind(encoded(bytearray))
    assert ujpeg.info(jpeg)[:2] == (_SIDE, _SIDE)
    ujpeg.decode(jpeg, out)
    return out


def streamed(kind):
    out, blocks = kind(bytes(_SIDE * _SIDE)), kind(bytes(4))
    ujpeg.Stream(3000, blocks).decode(kind(encoded(bytearray)), out)
    return bytes(memoryview(out)) + bytes(memoryview(blocks))


def resized(kind):
    out = kind(bytes(7 * 5))
    imgprep.resize_area(kind(noise(_SIDE * _SIDE)), _SIDE, _SIDE, 1, None, out, 7, 5)
    return out


def different(kind):
    return bytes([imgprep.mean_abs_diff(kind(noise(99)), kind(noise(99, 4))) >> 8])


def histogram(kind):
    out = kind(bytes(128))
    imgprep.colour_histogram(kind(noise(99)), 3, out)
    return out


def statistics(kind):
    out = kind(bytes(4))
    imgprep.luma_statistics(kind(noise(99)), out)
    return out


def sharp(kind):
    return imgprep.sharpness(kind(noise(99)), 11, 9).to_bytes(4, "little")


def gradients(kind):
    out, scratch = (kind(bytes(size)) for size in (imgprep.hog_size(_SIDE, _SIDE), imgprep.hog_scratch_size(_SIDE, _SIDE)))
    imgprep.hog(kind(noise(_SIDE * _SIDE)), _SIDE, _SIDE, scratch, out)
    return out


def shifted(kind):
    out, scratch = kind(bytes(6)), kind(bytes(imgprep.phase_shift_scratch_size(_SIDE)))
    picture = noise(_SIDE * _SIDE)
    imgprep.phase_shift(kind(picture), kind(picture[_SIDE:] + picture[:_SIDE]), _SIDE, scratch, out)
    return out


def network_of(kind):
    network = nn.Network(4, 4, 1)
    layer = Layer(Noise(5), (4, 4, 1), "DENSE", 1, 6, -128)
    parameters = [kind(bytes(memoryview(part))) for part in (layer.weights, layer.shift)]
    numbers = [array("i", part) for part in (layer.bias, layer.multiplier)]  # int32, aligned
    network.add(nn.DENSE, 1, 6, layer.input_zero, layer.output_zero, layer.low, layer.high, parameters[0], *numbers, parameters[1])
    network.finish()
    return network


def classified(kind):
    logits = kind(bytes(6))
    network_of(kind).run(kind(noise(16)), logits)
    return logits


def framed(kind):
    logits = kind(bytes(6))
    one = frame.Classifier(network_of(kind), _SIDE, _SIDE, 1, None, 1, 4, 4, 3000)
    one.run(kind(encoded(bytearray)), logits)
    return bytes(one.input) + bytes(memoryview(logits))


FUNCTIONS = (encoded, decoded, streamed, resized, different, histogram, statistics, sharp, gradients, shifted,
             classified, framed)


def test_every_function_takes_every_kind_of_buffer():
    for function in FUNCTIONS:
        expected = bytes(function(bytearray))
        assert len(expected) and (expected != bytes(len(expected)) or function is different), function
        for name, kind in KINDS.items():
            assert bytes(memoryview(function(kind))) == expected, (function, name)


def test_buffers_are_written_in_place_and_no_further():
    longer = bytearray(b"\xee" * (7 * 5 + 2 * _MARGIN))
    imgprep.resize_area(noise(_SIDE * _SIDE), _SIDE, _SIDE, 1, None, memoryview(longer)[_MARGIN:-_MARGIN], 7, 5)
    assert longer[:_MARGIN] == longer[-_MARGIN:] == b"\xee" * _MARGIN
    assert longer[_MARGIN:-_MARGIN] == resized(bytearray)


def test_what_is_no_buffer_is_a_type_error():
    out = bytearray(100)
    for wrong in (None, 7, [1, 2, 3], 1.5):
        raises(TypeError, ujpeg.info, wrong)
        raises(TypeError, imgprep.mean_abs_diff, wrong, out)
        raises(TypeError, imgprep.luma_statistics, out, wrong)
        raises(TypeError, nn.Network(1, 1, 1).run, wrong, out)
    raises(TypeError, imgprep.luma_statistics, out, bytes(4))  # cannot be written


def test_ndarrays_and_buffers_share_their_memory_both_ways():
    if numpy is None:
        return  # ulab is not linked
    memory = bytearray(noise(_SIDE * _SIDE))
    pixels = numpy.frombuffer(memory, dtype=numpy.uint8)
    memory[3] = 99
    assert pixels[3] == 99
    pixels[4] = 77
    assert memory[4] == 77
    small = numpy.zeros(4, dtype=numpy.uint8)
    imgprep.resize_area(pixels, _SIDE, _SIDE, 1, None, small, 2, 2)
    expected = bytearray(4)
    imgprep.resize_area(memory, _SIDE, _SIDE, 1, None, expected, 2, 2)
    assert bytes(memoryview(small)) == expected
    one = frame.Classifier(None, _SIDE, _SIDE, 1, None, 1, 2, 2, 3000)
    seen = numpy.frombuffer(one.input, dtype=numpy.uint8)  # once; every frame is seen through it
    one.run(encoded(bytearray), None)
    assert [int(value) for value in seen] == list(one.input) and any(one.input)


def test_results_are_numbers_in_ndarrays_of_their_type():
    if numpy is None:
        return
    pixels = noise(99)
    bins, mean_and_spread = numpy.zeros(64, dtype=numpy.uint16), numpy.zeros(2, dtype=numpy.uint16)
    imgprep.colour_histogram(pixels, 3, bins)
    imgprep.luma_statistics(pixels, mean_and_spread)
    expected = array("H", [0] * 64), array("H", [0] * 2)
    imgprep.colour_histogram(pixels, 3, expected[0])
    imgprep.luma_statistics(pixels, expected[1])
    assert [int(value) for value in bins] == list(expected[0]) and sum(expected[0]) == 32768
    assert [int(value) for value in mean_and_spread] == list(expected[1])
    logits, plain = numpy.zeros(6, dtype=numpy.int8), bytearray(6)
    network_of(bytearray).run(noise(16), logits)
    network_of(bytearray).run(noise(16), plain)
    assert [int(value) & 0xFF for value in logits] == list(plain) and any(plain)


def test_part_of_an_ndarray_that_is_not_contiguous_is_refused():
    if numpy is None:
        return
    every_second = numpy.frombuffer(bytearray(16), dtype=numpy.uint8)[::2]
    raises((TypeError, ValueError), imgprep.mean_abs_diff, every_second, bytes(8))
