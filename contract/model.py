"""The model file: safetensors whose metadata carries everything the camera must know.

`__metadata__` holds one key, "doorlens", with JSON text:

    format        1
    sequence      grows with every export of a project
    project       name; created: UTC text
    states        what the camera may report, e.g. ["closed", "open"]
    labels        one a logit: the states, then "unusable" if the network knows blocked views
    input         {"width", "height", "channels": 1 or 3, "region": [x0, y0, x1, y1] in 1/10000}
    layers        [{"op", "stride", "out_channels", "input_zero", "output_zero", "low", "high"}, ...]
                  layer i has the tensors "i.weight" (int8), "i.bias" (int32), "i.multiplier" (int32),
                  "i.shift" (uint8); the pool has no weight and length 1 for the other three. A pool of stride
                  1 covers the whole map, one of stride k >= 2 windows of k x k that do not overlap.
                  {"op": "add", "source", "input_multiplier", "source_multiplier", "bias", "shift",
                  "output_zero", "low", "high"}: adds the output of layer `source`, which has the same
                  shape, to its input (the arithmetic is in nn.h); no tensors
    output        {"scale": real value of one logit step, "zero": int8}
    decision      {"min_margin": logit steps that the best must lead by}
    smoothing     {"confirm_frames", "unknown_frames", "stale_s"}, perhaps "dwell_s": for each label the shortest time
                  in seconds that it plausibly stays, for contract.filter
    view          may be missing: {"focus", "lowest_peak"} of contract.view, what the surroundings of the region were like
    training      run, git commit, hash of the index, seed; metrics: held-out figures

Tensors "selftest.input" (uint8 [n, height, width, channels]) and "selftest.logits" (int8 [n, labels])
are what the exporter's kernels computed; the camera must reproduce them before it uses the file. With "view" there is
"view.reference" (uint8 [n, 64, 64], n up to 4), the edges of the surroundings as contract.view.Surroundings has them.
"""

import json

from contract.errors import DoorlensError
from contract.preprocess import check_region
from contract.view import MAX_REFERENCES, SIDE

FORMAT = 1
METADATA_KEY = "doorlens"
MAX_HEADER_BYTES = 65536
MAX_SIDE = 512  # of the network's input, in pixels
MAX_STALE_S = 86400
MAX_DWELL_S = 3600
MAX_SCALE = 1000  # of a logit step; more is no scale, nor is what JSON calls Infinity or NaN
OPS = ("conv2d_3x3", "depthwise_3x3", "pointwise", "avgpool", "dense", "add")
_ADD_ARGUMENTS = ("source", "input_multiplier", "source_multiplier", "bias", "shift", "output_zero", "low", "high")
_MAX_SHOWN = 40  # letters of the file's own words in a message
_ITEM_BYTES = {"I8": 1, "U8": 1, "I32": 4}


class ModelError(DoorlensError):
    """`code` is one of contract.api.ERRORS."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Tensor:
    """`data` is a memoryview of bytes over the file's buffer, nothing is copied."""

    def __init__(self, dtype, shape, data):
        self.dtype = dtype
        self.shape = shape
        self.data = data


class View:
    """`references`: memoryviews of 64 * 64 bytes; `focus`, `lowest_peak`: see contract.view."""

    def __init__(self, spec, tensor):
        size = SIDE * SIDE
        self.references = [tensor.data[i * size:(i + 1) * size] for i in range(tensor.shape[0])]
        self.focus = spec["focus"]
        self.lowest_peak = spec["lowest_peak"]


class Model:
    """A parsed and checked file. `spec` is the metadata, `tensors` maps names to Tensor."""

    def __init__(self, spec, tensors):
        self.spec = spec
        self.tensors = tensors
        self.sequence = spec["sequence"]
        self.states = spec["states"]
        self.labels = spec["labels"]
        self.width = spec["input"]["width"]
        self.height = spec["input"]["height"]
        self.channels = spec["input"]["channels"]
        self.region = spec["input"]["region"]
        self.min_margin = spec["decision"]["min_margin"]
        self.output_scale = spec["output"]["scale"]
        self.smoothing = spec["smoothing"]
        self.view = View(spec["view"], tensors["view.reference"]) if "view" in spec else None


def parse(buffer):
    """Check the whole file and return a Model over `buffer` (bytes-like, kept alive by the Model)."""
    view = memoryview(buffer)
    header, start = _header(view)
    try:
        metadata = header.pop("__metadata__")
        spec = json.loads(metadata[METADATA_KEY])
    except (KeyError, TypeError, ValueError, RuntimeError):
        raise ModelError("model_format", "the file is safetensors but not a Doorlens model")
    _check_spec(spec)
    tensors = {name: _tensor(name, entry, view[start:]) for name, entry in header.items()}
    _check_layers(spec, tensors)
    _check_view(spec, tensors)
    return Model(spec, tensors)


def build(model, nn):
    """The network, ready to run. `nn` is the C module or host_tools.native's nn."""
    network = nn.Network(model.height, model.width, model.channels)
    for i, layer in enumerate(model.spec["layers"]):
        try:
            _add_layer(model, network, nn, i, layer)
        except ValueError as error:
            raise ModelError("model_value", "layer %d: %s" % (i, error))
    try:
        network.finish()
    except ValueError as error:
        raise ModelError("model_value", str(error))
    return network


def _add_layer(model, network, nn, i, layer):
    def data(part):
        return model.tensors["%d.%s" % (i, part)].data
    if layer["op"] == "add":
        network.add_residual(*[layer[key] for key in _ADD_ARGUMENTS])
        return
    weights = None if layer["op"] == "avgpool" else data("weight")
    network.add(getattr(nn, layer["op"].upper()), layer["stride"], layer["out_channels"],
                layer["input_zero"], layer["output_zero"], layer["low"], layer["high"],
                weights, data("bias"), data("multiplier"), data("shift"))


def self_test(model, network):
    """Raises ModelError unless `network` reproduces the logits stored in the file."""
    pixels, expected = model.tensors["selftest.input"], model.tensors["selftest.logits"]
    size, labels = model.height * model.width * model.channels, len(model.labels)
    logits = bytearray(labels)
    for i in range(pixels.shape[0]):
        network.run(pixels.data[i * size:(i + 1) * size], logits)
        if logits != bytes(expected.data[i * labels:(i + 1) * labels]):
            raise ModelError("model_self_test", "self-test vector %d gives other logits on this machine" % i)


def _header(view):
    if len(view) < 8:
        raise ModelError("model_truncated", "the file is cut short: it ends before its header")
    length = int.from_bytes(bytes(view[:8]), "little")
    if not 2 <= length <= MAX_HEADER_BYTES:
        raise ModelError("model_format", "the file is not a safetensors model")
    if len(view) < 8 + length:
        raise ModelError("model_truncated", "the file is cut short: it ends inside its header")
    try:
        header = json.loads(bytes(view[8:8 + length]))
    except (ValueError, UnicodeError, RuntimeError, MemoryError):  # the last two: nested too deeply
        raise ModelError("model_format", "the file's header is not JSON")
    if not isinstance(header, dict):
        raise ModelError("model_format", "the file's header is not a JSON object")
    return header, 8 + length


def _shown(value):
    """A name or number from the file as it may stand in a message: one short line whatever the file says."""
    if isinstance(value, int) and -(1 << 31) < value < 1 << 31:
        return str(value)
    if isinstance(value, str) and len(value) <= _MAX_SHOWN and all(" " <= letter <= "~" for letter in value):
        return value
    return "?"


def _shape_shown(shape):
    return "x".join([str(side) for side in shape]) if len(shape) <= 4 else "?"


def _tensor(name, entry, data):
    try:
        dtype, shape, (begin, end) = entry["dtype"], entry["shape"], entry["data_offsets"]
        size = _ITEM_BYTES[dtype]
        for side in shape:
            _whole(side, 1, 1 << 20)
            size *= side
        _whole(begin, 0, 1 << 30)
        _whole(end, begin, 1 << 30)
    except (KeyError, TypeError, ValueError):
        raise ModelError("model_format", "tensor %s is not described as int8, uint8 or int32" % _shown(name))
    if end > len(data):
        raise ModelError("model_truncated", "the file is cut short: tensor %s is incomplete" % _shown(name))
    if end - begin != size:
        raise ModelError("model_shape", "tensor %s has %d bytes, not what its shape wants" % (_shown(name), end - begin))
    return Tensor(dtype, shape, data[begin:end])


def _whole(value, low, high):
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ValueError
    return value


def _check_spec(spec):
    try:
        if spec["format"] != FORMAT:
            raise ModelError("model_format", "the model has format %s, this software knows %d" % (
                _shown(spec["format"]), FORMAT))
        _whole(spec["sequence"], 0, 1 << 30)
        _check_labels(spec["states"], spec["labels"])
        shape = spec["input"]
        _whole(shape["width"], 1, MAX_SIDE)
        _whole(shape["height"], 1, MAX_SIDE)
        if _whole(shape["channels"], 1, 3) == 2:
            raise ValueError
        check_region(shape["region"])
        _whole(spec["decision"]["min_margin"], 0, 255)
        _whole(spec["smoothing"]["confirm_frames"], 1, 1000)
        _whole(spec["smoothing"]["unknown_frames"], 1, 1000)
        _check_real("output.scale", spec["output"]["scale"], MAX_SCALE)
        _check_real("smoothing.stale_s", spec["smoothing"]["stale_s"], MAX_STALE_S)
        if not spec["smoothing"]["stale_s"] > 0 or not spec["output"]["scale"] > 0:
            raise ValueError
        _check_dwell(spec["smoothing"].get("dwell_s"), len(spec["labels"]))
        _whole(len(spec["layers"]), 1, 64)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ModelError("model_format", "the model's metadata lacks a key or has a value out of range")


def _check_dwell(dwell_s, count):
    if dwell_s is not None and len([_whole(seconds, 1, MAX_DWELL_S) for seconds in dwell_s]) != count:
        raise ValueError


def _check_real(name, value, high):
    if value != value or value > high or isinstance(value, bool):
        raise ModelError("model_value", "%s is not a number up to %d" % (name, high))


def _check_labels(states, labels):
    if not all(isinstance(label, str) for label in labels):
        raise ValueError
    if len(states) < 2 or labels[:len(states)] != states or labels[len(states):] not in ([], ["unusable"]):
        raise ValueError


def _check_layers(spec, tensors):
    shape = (spec["input"]["height"], spec["input"]["width"], spec["input"]["channels"])
    shapes = []  # of the layers' outputs
    for i, layer in enumerate(spec["layers"]):
        if not isinstance(layer, dict) or layer.get("op") not in OPS:
            name = layer.get("op") if isinstance(layer, dict) else layer
            raise ModelError("model_layer", "layer %d is of a kind this camera does not know: %s" % (i, _shown(name)))
        if layer["op"] == "add":
            _check_add(i, layer, shape, shapes)
        else:
            shape = _check_layer(i, layer, shape, tensors)
        shapes.append(shape)
    if shape != (1, 1, len(spec["labels"])):
        raise ModelError("model_shape", "the network ends in %dx%dx%d, not in one logit a label" % shape)
    samples = tensors["selftest.input"].shape[0] if "selftest.input" in tensors else 1
    _expect(tensors, "selftest.input", "U8", [samples, spec["input"]["height"], spec["input"]["width"], spec["input"]["channels"]])
    _expect(tensors, "selftest.logits", "I8", [samples, len(spec["labels"])])


def _check_view(spec, tensors):
    if "view" not in spec:
        return
    try:
        _whole(spec["view"]["focus"], 1, 65535)
        _whole(spec["view"]["lowest_peak"], 1, 16384)
        count = _whole(tensors["view.reference"].shape[0], 1, MAX_REFERENCES) if "view.reference" in tensors else 1
    except (KeyError, IndexError, TypeError, ValueError):
        raise ModelError("model_value", "what the file says about the view lacks a key or is out of range")
    _expect(tensors, "view.reference", "U8", [count, SIDE, SIDE])


def _check_add(i, layer, shape, shapes):
    """Checks an addition against its input's shape and those of all outputs before it."""
    try:
        source = _whole(layer["source"], 0, i - 2)
        for key in ("input_multiplier", "source_multiplier"):
            _whole(layer[key], 1, (1 << 22) - 1)
        _whole(layer["bias"], -(1 << 30), 1 << 30)
        _whole(layer["shift"], 1, 31)
        for key in ("output_zero", "low", "high"):
            _whole(layer[key], -128, 127)
    except (KeyError, ValueError):
        raise ModelError("model_value", "layer %d lacks a parameter or has one out of range" % i)
    if shapes[source] != shape:
        raise ModelError("model_shape", "layer %d adds layer %d, which has another shape" % (i, source))


def _largest_stride(op, height, width):
    if op == "avgpool":
        return min(height, width)
    return 2 if op in ("conv2d_3x3", "depthwise_3x3") else 1


def _check_layer(i, layer, shape, tensors):
    """Checks layer i against its input (height, width, channels); returns its output's shape."""
    try:
        stride = _whole(layer["stride"], 1, _largest_stride(layer["op"], shape[0], shape[1]))
        out_channels = _whole(layer["out_channels"], 1, 4096)
        for key in ("input_zero", "output_zero", "low", "high"):
            _whole(layer[key], -128, 127)
    except (KeyError, ValueError):
        raise ModelError("model_value", "layer %d lacks a parameter or has one out of range" % i)
    height, width, channels = shape
    op, scales = layer["op"], out_channels
    if op in ("conv2d_3x3", "depthwise_3x3"):
        weights = [out_channels, 3, 3, channels] if op == "conv2d_3x3" else [3, 3, channels]
        shape = ((height - 1) // stride + 1, (width - 1) // stride + 1, out_channels)
    elif op == "pointwise":
        weights, shape = [out_channels, channels], (height, width, out_channels)
    elif op == "dense":
        weights, shape = [out_channels, height * width * channels], (1, 1, out_channels)
    else:
        sides = (1, 1) if stride == 1 else (height // stride, width // stride)
        weights, shape, scales = None, sides + (out_channels,), 1
    if op in ("depthwise_3x3", "avgpool") and out_channels != channels:
        raise ModelError("model_shape", "layer %d cannot change the number of channels" % i)
    if weights:
        _expect(tensors, "%d.weight" % i, "I8", weights)
    _expect(tensors, "%d.bias" % i, "I32", [scales])
    _expect(tensors, "%d.multiplier" % i, "I32", [scales])
    _expect(tensors, "%d.shift" % i, "U8", [scales])
    return shape


def _expect(tensors, name, dtype, shape):
    tensor = tensors.get(name)
    if tensor is None:
        raise ModelError("model_shape", "tensor %s is missing" % name)
    if tensor.dtype != dtype or list(tensor.shape) != shape:
        raise ModelError("model_shape", "tensor %s is %s %s, the graph wants %s %s" % (
            name, tensor.dtype, _shape_shown(tensor.shape), dtype, _shape_shown(shape)))
