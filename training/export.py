"""The file the camera runs: safetensors, checked with the camera's kernels before anybody sees it."""

import json
import struct

import numpy as np

from contract import durable, model
from host_tools.native import nn
from training.errors import TrainingError

_DTYPES = {"int8": "I8", "uint8": "U8", "int32": "I32"}
_ALIGNMENT = 8  # of the data section
_LAYER_KEYS = ("op", "stride", "out_channels", "input_zero", "output_zero", "low", "high")
_ADD_KEYS = ("op", "source", "input_multiplier", "source_multiplier", "bias", "shift", "output_zero", "low", "high")


def metadata(quantised, labels, states, shape, region, sequence, project, created, margin, smoothing, training, metrics,
             view=None, dwell_s=None):
    """The dictionary that contract.model describes. shape: (height, width, channels) of the input; view: a
    training.surroundings.Reference or None; dwell_s: seconds a label (training.dwell) or None."""
    layers = [{key: getattr(layer, key) for key in (_ADD_KEYS if layer.op == "add" else _LAYER_KEYS)}
              for layer in quantised.layers]
    return {
        "format": model.FORMAT, "sequence": sequence, "project": project, "created": created,
        "states": list(states), "labels": list(labels),
        "input": {"width": shape[1], "height": shape[0], "channels": shape[2], "region": list(region)},
        "layers": layers,
        "output": {"scale": quantised.output_scale, "zero": quantised.output_zero},
        "decision": {"min_margin": margin},
        "smoothing": {"confirm_frames": smoothing.confirm_frames, "unknown_frames": smoothing.unknown_frames,
                      "stale_s": smoothing.stale_s, **({"dwell_s": list(dwell_s)} if dwell_s else {})},
        "training": training, "metrics": metrics, **({"view": view.metadata()} if view else {}),
    }


def tensors(quantised):
    """The layers' arrays by the names of contract.model."""
    found = {}
    for i, layer in enumerate(quantised.layers):
        if layer.op == "add":
            continue
        for part in ("weight", "bias", "multiplier", "shift"):
            values = getattr(layer, part)
            if values is not None:
                found[f"{i}.{part}"] = values.numpy()
    return found


def encode(spec, arrays):
    """Metadata and numpy arrays -> bytes of a safetensors file.

    int32 tensors come first and odd sizes last, so that in an aligned data section int32 is aligned.
    """
    order = sorted(arrays, key=lambda name: (arrays[name].itemsize != 4, arrays[name].nbytes % 4 != 0, name))
    header, offset = {"__metadata__": {model.METADATA_KEY: json.dumps(spec)}}, 0
    for name in order:
        array = arrays[name]
        header[name] = {"dtype": _DTYPES[array.dtype.name], "shape": list(array.shape),
                        "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-(8 + len(text)) % _ALIGNMENT)
    return struct.pack("<Q", len(text)) + text + b"".join(np.ascontiguousarray(arrays[name]).tobytes() for name in order)


def kernel_logits(parsed, network, pixels):
    """uint8 [n, h, w, c] -> int8 [n, labels] by the C kernels."""
    out = np.empty((len(pixels), len(parsed.labels)), np.int8)
    for i, picture in enumerate(np.ascontiguousarray(pixels)):
        network.run(picture, out[i])
    return out


def write(path, spec, quantised, selftest, view=None):
    """Write the model file; selftest: uint8 [n, h, w, c] pictures whose logits go into it; view: as in `metadata`.

    The bytes are parsed, built and tested with the camera's kernels first; if these disagree with
    the simulation TrainingError is raised and nothing is written. Returns the number of bytes.
    """
    arrays = tensors(quantised)
    arrays["selftest.input"] = np.ascontiguousarray(selftest)
    arrays["selftest.logits"] = quantised.logits(selftest).numpy()
    if view:
        arrays["view.reference"] = view.edges
    data = encode(spec, arrays)
    check(data)
    durable.write(path, data)
    return len(data)


def check(data):
    """Parse, build and self-test a model file's bytes. Raises TrainingError; returns (Model, Network)."""
    try:
        parsed = model.parse(data)
        network = model.build(parsed, nn)
        model.self_test(parsed, network)
    except model.ModelError as error:
        raise TrainingError(f"the exported model does not pass the camera's checks: {error}") from None
    return parsed, network
