"""From a JPEG to logits, on CPython through the host library and on MicroPython through the firmware.

As a script: same_pixels_work.py FOLDER RESULTS EVERY. FOLDER holds work.json, a list of frames; RESULTS receives the
bytes of every step of each EVERYth of them, each step with its length before it as four little-endian bytes.
"""

import json
import sys

_HERE = __file__.rsplit("/", 1)[0] if "/" in __file__ else "."
sys.path.insert(0, _HERE + "/../portable")

from nn_reference import Layer, Noise  # noqa: E402

try:
    import frame as one_call
    import imgprep
    import nn
    import ujpeg
except ImportError:
    from host_tools.native import frame as one_call
    from host_tools.native import imgprep, nn, ujpeg

STEPS = ("decoded pixels", "network input", "logits", "encoded input", "input of one call", "logits of one call")

# Input shape (h, w, c) and layers of each network.
_ENTRY = (("CONV2D_3X3", 2, 8), ("DEPTHWISE_3X3", 2, 8), ("POINTWISE", 1, 12))
NETWORKS = (
    ((32, 48, 1), _ENTRY + (("DEPTHWISE_3X3", 1, 12), ("AVGPOOL", 1, 12), ("DENSE", 1, 3))),
    ((33, 29, 3), _ENTRY + (("CONV2D_3X3", 1, 5), ("DENSE", 1, 4))),
    ((64, 64, 1), (("CONV2D_3X3", 2, 4), ("CONV2D_3X3", 2, 6), ("DEPTHWISE_3X3", 2, 6), ("POINTWISE", 1, 3))),
    ((40, 56, 3), (("DEPTHWISE_3X3", 2, 3), ("POINTWISE", 1, 7), ("DEPTHWISE_3X3", 2, 7), ("POINTWISE", 1, 2))),
)


def build_network(index):
    """Network `index` with parameters drawn from a generator that is the same on both interpreters."""
    shape, chain = NETWORKS[index]
    noise, network, current, zero = Noise(index + 1), nn.Network(*shape), shape, -128
    for op, stride, out_channels in chain:
        layer = Layer(noise, current, op, stride, out_channels, zero)
        network.add(
            getattr(nn, op), stride, out_channels, layer.input_zero, layer.output_zero, layer.low, layer.high,
            layer.weights, layer.bias, layer.multiplier, layer.shift,
        )  # fmt: skip
        current, zero = layer.out_shape, layer.output_zero
    network.finish()
    return network


def process(frame, jpeg, network):
    """The bytes of STEPS for one frame of the work list."""
    (height, width, channels), _ = NETWORKS[frame["network"]]
    x, y, w, h = frame["region"]
    pixels = bytearray(w * h * channels)
    ujpeg.decode(jpeg, pixels, frame["denominator"], (x, y, w, h), channels == 3)
    picture = bytearray(height * width * channels)
    imgprep.resize_area(pixels, w, h, channels, None, picture, width, height)
    logits = bytearray(network.outputs)
    network.run(picture, logits)
    encoded = bytearray(3 * len(picture) + 2000)
    length = ujpeg.encode(picture, width, height, channels, encoded, frame["quality"])
    return (pixels, picture, logits, encoded[:length]) + in_one_call(frame, jpeg, network)


def in_one_call(frame, jpeg, network):
    """(network input, logits) by module frame."""
    (height, width, channels), _ = NETWORKS[frame["network"]]
    classifier = one_call.Classifier(
        network, *ujpeg.info(jpeg)[:2], frame["denominator"], tuple(frame["region"]), channels, width, height, len(jpeg)
    )
    logits = bytearray(network.outputs)
    classifier.run(jpeg, logits)
    return classifier.input, logits


def results(folder, every):
    """Yields (frame, steps) for each `every`th frame of the work list in folder."""
    networks = [build_network(index) for index in range(len(NETWORKS))]
    with open(folder + "/work.json") as file:
        frames = json.load(file)
    for frame in frames[::every]:
        with open(folder + "/" + frame["name"], "rb") as file:
            jpeg = file.read()
        yield frame, process(frame, jpeg, networks[frame["network"]])


def main(folder, path, every):
    with open(path, "wb") as out:
        for _, steps in results(folder, int(every)):
            for step in steps:
                out.write(len(step).to_bytes(4, "little"))
                out.write(step)


if __name__ == "__main__":
    main(*sys.argv[1:])
