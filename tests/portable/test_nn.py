import gc
from array import array

from expect import raises, refused
from nn_reference import Layer, Noise, Residual, reference_run

try:
    import nn
except ImportError:
    from host_tools.native import nn


def add(network, layer):
    if layer.op == "ADD":
        network.add_residual(layer.source, layer.multipliers[0], layer.multipliers[1], layer.bias, layer.shift,
                             layer.output_zero, layer.low, layer.high)  # fmt: skip
        return
    network.add(
        getattr(nn, layer.op), layer.stride, layer.out_c, layer.input_zero, layer.output_zero, layer.low, layer.high,
        layer.weights, layer.bias, layer.multiplier, layer.shift,
    )  # fmt: skip


def check(shape, chosen, seed=1):
    """Runs a network of (op, stride, out_channels) or ("ADD", source) tuples on the kernels and on the reference; all must agree."""
    noise = Noise(seed)
    network, layers, current = nn.Network(*shape), [], shape
    zero = -128
    for op, *rest in chosen:
        layer = Residual(noise, current, *rest) if op == "ADD" else Layer(noise, current, op, *rest, zero)
        add(network, layer)
        layers.append(layer)
        current, zero = layer.out_shape, layer.output_zero
    arena = network.finish()
    assert network.outputs == current[0] * current[1] * current[2]
    picture = bytearray(noise.below(256) for _ in range(shape[0] * shape[1] * shape[2]))
    logits = bytearray(network.outputs)
    network.run(picture, logits)
    assert logits == reference_run(layers, picture), (shape, chosen, seed)
    return arena


def test_conv2d_equals_the_definition():
    for shape in ((1, 1, 1), (2, 2, 1), (3, 5, 2), (4, 1, 3), (7, 6, 5)):
        for stride in (1, 2):
            check(shape, [("CONV2D_3X3", stride, 3)])


def test_depthwise_equals_the_definition():
    for shape in ((1, 1, 1), (2, 2, 3), (3, 5, 2), (1, 4, 3), (8, 7, 17)):
        for stride in (1, 2):
            check(shape, [("DEPTHWISE_3X3", stride, shape[2])])


def test_pointwise_pool_and_dense_equal_the_definition():
    for shape in ((1, 1, 1), (3, 4, 1), (2, 3, 9), (5, 5, 16)):
        for out_channels in (1, 2, 7):
            check(shape, [("POINTWISE", 1, out_channels)])
            check(shape, [("DENSE", 1, out_channels)])
        check(shape, [("AVGPOOL", 1, shape[2])])


def test_a_chain_of_all_operators_equals_the_definition():
    chain = [("CONV2D_3X3", 2, 4), ("DEPTHWISE_3X3", 1, 4), ("POINTWISE", 1, 6), ("DEPTHWISE_3X3", 2, 6),
             ("POINTWISE", 1, 5), ("AVGPOOL", 1, 5), ("DENSE", 1, 3)]  # fmt: skip
    for seed in (1, 2, 3):
        for shape in ((8, 10, 1), (7, 5, 3)):
            check(shape, chain, seed)


def test_strided_pool_equals_the_definition():
    for shape, stride in (((2, 2, 1), 2), ((5, 7, 3), 2), ((9, 4, 8), 3), ((8, 8, 17), 4), ((6, 5, 9), 5)):
        check(shape, [("AVGPOOL", stride, shape[2])])


def test_inverted_residuals_equal_the_definition():
    block = [("POINTWISE", 1, 15), ("DEPTHWISE_3X3", 1, 15), ("POINTWISE", 1, 6)]
    chain = [("CONV2D_3X3", 2, 6)] + block + [("ADD", 0)] + block + [("ADD", 4), ("AVGPOOL", 2, 6), ("DENSE", 1, 3)]
    for seed in (1, 2, 3):
        for shape in ((8, 10, 1), (7, 5, 3)):
            check(shape, chain, seed)


def test_addition_of_a_layer_two_additions_back_equals_the_definition():
    chain = [("POINTWISE", 1, 4), ("POINTWISE", 1, 4), ("ADD", 0), ("POINTWISE", 1, 4), ("ADD", 1), ("ADD", 0)]
    for seed in (1, 2, 3):
        check((3, 5, 2), chain, seed)


def test_arena_is_the_largest_input_plus_output():
    assert check((8, 10, 1), [("CONV2D_3X3", 1, 4), ("DENSE", 1, 2)]) == 8 * 10 + 8 * 10 * 4
    assert check((8, 10, 1), [("CONV2D_3X3", 2, 2), ("POINTWISE", 1, 8)]) == 4 * 5 * 2 + 4 * 5 * 8


def test_requantisation_rounds_half_up_and_clamps():
    # One pixel, one weight of 1: q_in = pixel - 128, real scale 2^30 * 2^-31 * 2^-1 = 1/4.
    one = (b"\x01", array("i", [0]), array("i", [1 << 30]), b"\x01")
    for pixel, expected in ((128, 0), (129, 0), (130, 1), (133, 1), (134, 2), (127, 0), (126, 0), (125, -1), (0, -32)):
        network = nn.Network(1, 1, 1)
        network.add(nn.POINTWISE, 1, 1, -128, 0, -128, 127, *one)
        network.finish()
        out = bytearray(1)
        network.run(bytes((pixel,)), out)
        assert out[0] == expected & 0xFF, (pixel, expected, out[0])
    network = nn.Network(1, 1, 1)
    network.add(nn.POINTWISE, 1, 1, -128, 100, 100, 110, *one)
    network.finish()
    out = bytearray(1)
    for pixel, expected in ((255, 110), (0, 100), (148, 105)):
        network.run(bytes((pixel,)), out)
        assert out[0] == expected


def dense(network, weights=bytes(4), bias=(0,), multiplier=(1 << 30,), shift=b"\x08", **changes):
    """Adds a DENSE layer for a 2x2x1 input; every argument can be replaced."""
    given = {"op": nn.DENSE, "stride": 1, "out": 1, "zero_in": -128, "zero_out": 0, "low": -128, "high": 127}
    given.update(changes)
    numbers = [given[name] for name in ("op", "stride", "out", "zero_in", "zero_out", "low", "high")]
    network.add(*numbers, weights, array("i", bias), array("i", multiplier), shift)


def test_bad_layers_are_refused_and_leave_the_network_usable():
    network = nn.Network(2, 2, 1)
    for sentence, changes in (
        ("operator", {"op": 5}),
        ("operator", {"op": -1}),
        ("stride", {"stride": 2}),
        ("stride", {"op": nn.CONV2D_3X3, "stride": 3}),
        ("stride", {"stride": 0}),
        ("out_channels", {"out": 0}),
        ("out_channels", {"out": 4097}),
        ("out_channels", {"op": nn.DEPTHWISE_3X3, "out": 2}),
        ("input_zero", {"zero_in": -129}),
        ("input_zero", {"zero_out": 128}),
        ("low", {"low": 5, "high": 4}),
        ("low", {"low": -129}),
        ("weights", {"weights": bytes(3)}),
        ("weights", {"weights": bytes(5)}),
        ("weights", {"weights": b""}),
        ("weights", {"weights": None}),
        ("weights", {"op": nn.AVGPOOL}),
        ("-127", {"weights": b"\x00\x80\x00\x00"}),
        ("bias", {"bias": (0, 0)}),
        ("bias", {"multiplier": ()}),
        ("bias", {"shift": b""}),
        ("multiplier", {"multiplier": ((1 << 30) - 1,)}),
        ("multiplier", {"multiplier": (-1,)}),
        ("shift", {"shift": b"\x00"}),
        ("shift", {"shift": b"\x20"}),
        ("overflow", {"bias": (2147483647,), "weights": b"\x01\x00\x00\x00"}),
        ("overflow", {"bias": (-2147483648,)}),
    ):
        assert sentence in refused("nn", dense, network, **changes), changes
    dense(network, bias=(2147483647,))
    assert network.finish() == 5
    network.run(bytes(4), bytearray(1))


def test_unaligned_parameters_are_refused():
    network = nn.Network(2, 2, 1)
    shifted = memoryview(bytearray(9))[1:5]
    multiplier = array("i", [1 << 30])
    add_layer = network.add
    sentence = refused("nn", add_layer, nn.DENSE, 1, 1, 0, 0, -128, 127, bytes(4), shifted, multiplier, b"\x01")
    assert "aligned" in sentence


def test_sizes_beyond_the_limits_are_refused():
    for shape in ((0, 1, 1), (1, -1, 1), (1, 1, 4097), (2147483647, 2147483647, 2147483647)):
        assert "input" in refused("nn", nn.Network, *shape)
    one = (array("i", [0]), array("i", [1 << 30]), b"\x01")
    huge = nn.Network(4096, 4096, 4096)
    assert "16 MB" in refused("nn", huge.add, nn.AVGPOOL, 1, 4096, 0, 0, -128, 127, None, *one)
    deep = nn.Network(1, 1, 1)
    for _ in range(64):
        deep.add(nn.AVGPOOL, 1, 1, 0, 0, -128, 127, None, *one)
    assert "64 layers" in refused("nn", deep.add, nn.AVGPOOL, 1, 1, 0, 0, -128, 127, None, *one)


def test_order_of_calls_and_lengths_are_checked():
    network = nn.Network(2, 2, 1)
    assert network.outputs == 0
    assert "no layers" in refused("nn", network.finish)
    dense(network)
    assert "finish" in refused("nn", network.run, bytes(4), bytearray(1))
    assert network.finish() == network.finish() == 5
    assert "finish" in refused("nn", dense, network)
    assert "picture" in refused("nn", network.run, bytes(3), bytearray(1))
    assert "picture" in refused("nn", network.run, bytes(5), bytearray(1))
    assert "logits" in refused("nn", network.run, bytes(4), bytearray(0))
    out = bytearray(b"\xa5\xa5")
    network.run(bytes(4), out)
    assert out == b"\x00\xa5"


def test_wrong_types_are_type_errors():
    network = nn.Network(2, 2, 1)
    raises(TypeError, nn.Network, 2, 2)
    raises(TypeError, nn.Network, "2", 2, 1)
    raises(TypeError, dense, network, weights=5)
    raises(TypeError, dense, network, shift=None)
    raises(TypeError, dense, network, op=1.5)
    raises((ValueError, OverflowError), dense, network, stride=1 << 40)
    dense(network)
    network.finish()
    raises(TypeError, network.run, None, bytearray(1))
    raises(TypeError, network.run, bytes(4), bytes(1))


def test_buffers_given_to_a_network_stay_alive():
    networks = []
    for weight in range(1, 9):
        network = nn.Network(2, 2, 1)
        dense(network, weights=bytearray([weight, 0, 0, 0]), bias=(128 * weight,), shift=bytearray(b"\x01"))
        network.finish()
        networks.append(network)
    gc.collect()
    rubbish = [bytearray(b"\xff" * 16) for _ in range(2000)]
    out = bytearray(1)
    for weight, network in enumerate(networks, 1):
        network.run(b"\x10\xff\xff\xff", out)
        assert out[0] == (16 * weight + 2) // 4 & 0xFF
    assert len(rubbish) == 2000


def test_run_allocates_nothing():
    try:
        import micropython
    except ImportError:
        return  # CPython has no heap lock
    network = nn.Network(2, 2, 1)
    dense(network)
    network.finish()
    picture, out = bytes(4), bytearray(1)
    micropython.heap_lock()
    try:
        network.run(picture, out)
    finally:
        micropython.heap_unlock()
