"""Model files give the same logits, to the last bit, in nn and in numpy or ulab."""

import json
import struct

from contract import model
from expect import raises
from nn_reference import Layer, Noise, Residual

try:
    import nn
except ImportError:
    from host_tools.native import nn

try:
    import numpy_reference
except ImportError:
    numpy_reference = None  # ulab is not linked

_BLOCK = (("DEPTHWISE_3X3", 1, 12), ("POINTWISE", 1, 5), ("ADD", -4))
# name: input shape, layers, and seeds whose logits tell pictures apart: most random networks squash them into one
_NETWORKS = {
    "chain": ((19, 13, 1), (("CONV2D_3X3", 2, 6), ("DEPTHWISE_3X3", 1, 6), ("POINTWISE", 1, 9), ("DEPTHWISE_3X3", 2, 9),
                            ("CONV2D_3X3", 1, 4), ("AVGPOOL", 1, 4), ("DENSE", 1, 3)), (8, 11, 18)),
    "residual": ((16, 20, 3), (("CONV2D_3X3", 2, 5), ("POINTWISE", 1, 12)) + _BLOCK + (("POINTWISE", 1, 12),) + _BLOCK
                 + (("AVGPOOL", 2, 5), ("AVGPOOL", 3, 5), ("DENSE", 1, 3)), (2, 3, 6)),
    "dense": ((5, 7, 3), (("DENSE", 1, 31), ("DENSE", 1, 3)), (46, 47, 49)),
    "one pixel": ((1, 1, 1), (("CONV2D_3X3", 2, 3), ("DEPTHWISE_3X3", 2, 3), ("AVGPOOL", 1, 3), ("POINTWISE", 1, 3)),
                  (17, 44, 52)),
}


def layers_of(noise, shape, chosen):
    layers, zero = [], -128
    for op, *rest in chosen:
        if op == "ADD":
            layers.append(Residual(noise, shape, len(layers) + rest[0]))
        else:
            layers.append(Layer(noise, shape, op, *rest, zero))
        shape, zero = layers[-1].out_shape, layers[-1].output_zero
    return layers


def described(layer):
    """A layer as the file's metadata has it."""
    found = {"output_zero": layer.output_zero, "low": layer.low, "high": layer.high, "op": layer.op.lower()}
    if layer.op == "ADD":
        found.update(source=layer.source, input_multiplier=layer.multipliers[0], source_multiplier=layer.multipliers[1],
                     bias=layer.bias, shift=layer.shift)
    else:
        found.update(stride=layer.stride, out_channels=layer.out_c, input_zero=layer.input_zero)
    return found


def weight_shape(layer):
    c, out = layer.shape[2], layer.out_c
    return {"CONV2D_3X3": [out, 3, 3, c], "DEPTHWISE_3X3": [3, 3, c], "POINTWISE": [out, c], "DENSE": [out, layer.count]}[layer.op]


def tensors_of(layers):
    """(name, dtype, shape, data), those of 32 bits first."""
    wide, narrow = [], []
    for i, layer in enumerate(layers):
        if layer.op == "ADD":
            continue
        for part in ("bias", "multiplier"):
            numbers = getattr(layer, part)
            wide.append(("%d.%s" % (i, part), "I32", [len(numbers)], struct.pack("<%di" % len(numbers), *numbers)))
        narrow.append(("%d.shift" % i, "U8", [len(layer.shift)], layer.shift))
        if layer.weights:
            narrow.append(("%d.weight" % i, "I8", weight_shape(layer), bytes(memoryview(layer.weights))))
    return wide + narrow


def file_of(shape, layers, pictures, logits):
    """A model file's bytes."""
    spec = {
        "format": model.FORMAT, "sequence": 1, "project": "tests", "created": "2026-03-01T00:00:00.000Z",
        "states": ["closed", "open"], "labels": ["closed", "open", "unusable"],
        "input": {"width": shape[1], "height": shape[0], "channels": shape[2], "region": [0, 0, 10000, 10000]},
        "layers": [described(layer) for layer in layers], "output": {"scale": 0.05, "zero": 0},
        "decision": {"min_margin": 4}, "smoothing": {"confirm_frames": 2, "unknown_frames": 2, "stale_s": 3},
    }
    header, data = {"__metadata__": {model.METADATA_KEY: json.dumps(spec)}}, b""
    tests = [("selftest.input", "U8", [len(pictures)] + list(shape), b"".join(pictures)),
             ("selftest.logits", "I8", [len(pictures), 3], b"".join(logits))]
    for name, dtype, sides, part in tensors_of(layers) + tests:
        header[name] = {"dtype": dtype, "shape": sides, "data_offsets": [len(data), len(data) + len(part)]}
        data += part
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def logits_of(network, pictures):
    out = []
    for picture in pictures:
        out.append(bytearray(3))
        network.run(picture, out[-1])
    return out


def pictures_of(noise, size):
    return [bytes(size), b"\xff" * size] + [bytes(noise.below(256) for _ in range(size)) for _ in range(3)]


def parsed_file(name, seed):
    """(Model, logits of its test pictures by nn)."""
    shape, chosen, _ = _NETWORKS[name]
    noise = Noise(seed)
    layers = layers_of(noise, shape, chosen)
    pictures = pictures_of(noise, shape[0] * shape[1] * shape[2])
    parsed = model.parse(file_of(shape, layers, pictures, [bytes(3)] * len(pictures)))
    logits = logits_of(model.build(parsed, nn), pictures)
    return model.parse(file_of(shape, layers, pictures, logits)), logits


def test_every_logit_of_a_model_file_is_the_same_in_nn_and_in_numpy():
    if numpy_reference is None:
        return  # skipped
    for name, (_, _, seeds) in _NETWORKS.items():
        for seed in seeds:
            parsed, logits = parsed_file(name, seed)
            assert len(set(bytes(one) for one in logits)) >= 4, (name, seed)
            model.self_test(parsed, model.build(parsed, numpy_reference))


def test_one_logit_that_is_off_by_one_is_noticed():
    if numpy_reference is None:
        return  # skipped
    parsed, _ = parsed_file("chain", 8)
    stored = parsed.tensors["selftest.logits"]
    wrong = bytearray(stored.data)
    wrong[-1] ^= 1
    stored.data = memoryview(wrong)
    raises(model.ModelError, model.self_test, parsed, model.build(parsed, numpy_reference))
