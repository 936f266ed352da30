"""One call gives what the three modules give one after the other."""

import gc

from expect import raises, refused
from nn_reference import Layer, Noise

try:
    import frame
    import imgprep
    import nn
    import ujpeg
except ImportError:
    from host_tools.native import frame, imgprep, nn, ujpeg

_SAMPLES = __file__.rsplit("/", 1)[0] + "/../../cmodules/ujpeg/samples/"
_W, _H = 37, 27
_LONGEST = 4096
_DECODABLE = ("ycc411", "ycc420", "ycc422", "ycc440", "ycc444", "grey", "restart", "progressive", "rgb")


def sample(name):
    with open(_SAMPLES + name + ".jpg", "rb") as file:
        return file.read()


def network_for(width, height, channels, seed=1):
    noise, network = Noise(seed), nn.Network(height, width, channels)
    for shape, op, out_channels, zero in (((height, width, channels), "AVGPOOL", channels, -128), ((1, 1, channels), "DENSE", 5, 0)):
        layer = Layer(noise, shape, op, 1, out_channels, zero)
        network.add(getattr(nn, op), 1, out_channels, layer.input_zero, layer.output_zero, layer.low, layer.high,
                    layer.weights, layer.bias, layer.multiplier, layer.shift)
    network.finish()
    return network


def step_by_step(jpeg, network, denominator, region, channels, input_w, input_h):
    """(input picture, logits) by the three modules."""
    pixels = bytearray(region[2] * region[3] * channels)
    w, h = ujpeg.decode(jpeg, pixels, denominator, region, channels == 3)
    picture, logits = bytearray(input_w * input_h * channels), bytearray(network.outputs)
    imgprep.resize_area(pixels, w, h, channels, None, picture, input_w, input_h)
    network.run(picture, logits)
    return picture, logits


def classifier(network=None, width=_W, height=_H, denominator=1, region=None, channels=1, input_w=8, input_h=6, longest=_LONGEST):
    return frame.Classifier(network, width, height, denominator, region, channels, input_w, input_h, longest)


def test_one_call_equals_decode_resize_and_run():
    for channels in (1, 3):
        for denominator, region, input_w, input_h in (
            (1, (3, 2, 30, 21), 16, 12),
            (2, (0, 0, 19, 14), 8, 8),
            (4, (1, 1, 9, 6), 9, 6),  # of the input's size: decoded straight into it
            (8, (4, 3, 1, 1), 3, 2),  # enlarged
        ):
            network = network_for(input_w, input_h, channels)
            one = classifier(network, _W, _H, denominator, region, channels, input_w, input_h)
            for name in _DECODABLE:
                logits = bytearray(network.outputs)
                motion = one.run(sample(name), logits)
                expected = step_by_step(sample(name), network, denominator, region, channels, input_w, input_h)
                assert (one.input, logits) == expected, (name, channels, denominator)
                assert motion == frame.MOTION_UNKNOWN or 0 <= motion <= 65280


def test_frame_that_stands_still_has_no_motion_where_it_is_known():
    one = classifier()
    one.run(sample("ycc420"), None)
    assert one.run(sample("ycc420"), None) in (0, frame.MOTION_UNKNOWN)


def test_length_leaves_the_rest_of_the_buffer_alone():
    jpeg = sample("ycc420")
    one = classifier()
    one.run(jpeg, None)
    expected = bytes(one.input)
    buffer = bytearray(jpeg + sample("ycc444"))
    one.run(buffer, None, len(jpeg))
    assert one.input == expected
    assert refused("ujpeg", one.run, buffer, None, len(jpeg) // 2) == "the picture is truncated"
    for length in (-1, len(buffer) + 1):
        assert refused("frame", one.run, buffer, None, length) == "length is not within the buffer"


def test_picture_of_another_size_is_answered_not_decoded():
    one = classifier()
    one.run(sample("grey"), None)
    before = bytes(one.input)
    other = bytearray(2000)
    length = ujpeg.encode(bytes(40 * 27), 40, 27, 1, other)
    assert one.run(other, None, length) == frame.OTHER_SIZE
    assert one.input == before
    assert one.run(sample("grey"), None) != frame.OTHER_SIZE


def test_size_is_found_behind_segments_fill_bytes_and_rubbish():
    jpeg = sample("ycc420")
    one = classifier()
    one.run(jpeg, None)
    expected = bytes(one.input)
    for between in (b"\xff\xe1\x00\x08inside", b"\xff\xfe\x00\x02", b"\xff\xff\xff\xe1\x00\x04ab"):
        assert one.run(jpeg[:2] + between + jpeg[2:], None) != frame.OTHER_SIZE
        assert one.input == expected


def test_damaged_pictures_are_refused_as_ujpeg_refuses_them():
    one, out = classifier(), bytearray(_W * _H)
    good = sample("ycc420")
    for bad in (b"", b"\xff\xd8", b"GIF89a", good[:40], good[: len(good) // 2], good[:-2], sample("cmyk")):
        try:
            ujpeg.decode(bad, out)
        except ValueError as error:
            expected = str(error)
        assert str(raises(ValueError, one.run, bad, None)) == expected, bad[:10]
    one.run(good, None)


def test_wrong_plans_are_refused():
    for change, sentence in (
        ({"width": 0}, "width and height must be 1 to 65500, 64 megapixels at most"),
        ({"height": -3}, "width and height must be 1 to 65500, 64 megapixels at most"),
        ({"width": 60000, "height": 60000}, "width and height must be 1 to 65500, 64 megapixels at most"),
        ({"denominator": 3}, "denominator must be 1, 2, 4 or 8"),
        ({"region": (0, 0, 38, 27)}, "the region is empty or outside the picture"),
        ({"region": (0, 0, 0, 27)}, "the region is empty or outside the picture"),
        ({"region": (-1, 0, 9, 27)}, "the region is empty or outside the picture"),
        ({"region": (2147483647, 0, 2147483647, 1)}, "the region is empty or outside the picture"),
        ({"region": (0, 0, 1)}, "region must have four integers"),
        ({"channels": 2}, "channels must be 1 or 3"),
        ({"input_w": 0}, "the input's width and height must be 1 to 4096"),
        ({"input_h": 4097}, "the input's width and height must be 1 to 4096"),
        ({"longest": 0}, "the longest JPEG must be 1 byte to 16 MiB"),
        ({"longest": 1 << 25}, "the longest JPEG must be 1 byte to 16 MiB"),
        ({"width": 8000, "height": 8000, "channels": 3}, "the region is too large: more than 64 MiB of scratch memory"),
    ):
        assert refused("frame", lambda options=change: classifier(**options)) == sentence, change
    raises((ValueError, OverflowError), classifier, width=1 << 31)


def test_network_of_another_shape_is_refused():
    assert refused("frame", classifier, network_for(8, 6, 3)) == "the network takes pictures of another shape"
    assert refused("frame", classifier, network_for(6, 8, 1)) == "the network takes pictures of another shape"
    assert refused("nn", classifier, nn.Network(6, 8, 1)) == "finish() must come before run()"
    raises(TypeError, classifier, 7)


def test_jpeg_beyond_the_longest_and_short_logits_are_refused():
    assert refused("frame", classifier(longest=100).run, sample("grey"), None) == "the JPEG is longer than max_jpeg"
    one = classifier(network_for(8, 6, 1))
    assert refused("nn", one.run, sample("grey"), bytearray(4)) == "the logits buffer is shorter than the number of outputs"
    raises(TypeError, one.run, sample("grey"), None)
    raises(TypeError, one.run, sample("grey"), bytes(5))


def test_nothing_is_allocated_by_a_frame():
    try:
        import micropython
    except ImportError:
        return  # CPython has no such lock
    network = network_for(8, 6, 1)
    one, logits, jpeg = classifier(network), bytearray(5), bytearray(sample("ycc420"))
    progressive = sample("progressive")
    length = len(jpeg)
    micropython.heap_lock()
    try:
        one.run(jpeg, logits)
        one.run(progressive, logits)
        motion = one.run(jpeg, logits, length)
    finally:
        micropython.heap_unlock()
    assert motion >= frame.MOTION_UNKNOWN


def test_memory_of_network_and_picture_is_kept_alive():
    one = classifier(network_for(8, 6, 1))
    logits, again = bytearray(5), bytearray(5)
    one.run(sample("ycc420"), logits)
    gc.collect()
    rubbish = [bytearray(b"\xa5" * 300) for _ in range(300)]
    one.run(sample("ycc420"), again)
    assert logits == again and len(rubbish) == 300


def test_buffer_is_a_bytearray_of_zeros_within_its_limits():
    made = frame.buffer(5000)
    assert isinstance(made, bytearray) and made == bytearray(5000)
    made[4999] = 7
    gc.collect()
    assert memoryview(made)[4999] == 7 and made.find(b"\x07") == 4999
    for size in (0, -1, (16 << 20) + 1):
        assert refused("frame", frame.buffer, size) == "a buffer has 1 byte to 16 MiB"
