"""What a model file costs the camera: bytes, arithmetic, memory."""

from pathlib import Path
from types import SimpleNamespace

from training import cost
from training.evaluate import load
from training.student import multiply_adds


def footprint(model_path):
    """What a file costs, as a dictionary.

    bytes: of the file; multiply_adds, instructions (ARM, predicted): of one inference; arena: bytes of working memory;
    margin: logit steps that the best must lead by; input: [width, height, channels]. Raises TrainingError for a file
    the camera refuses.
    """
    parsed, network = load(model_path)
    shape = parsed.height, parsed.width, parsed.channels
    layers = [SimpleNamespace(**layer) for layer in parsed.spec["layers"]]
    for layer in layers:
        if layer.op == "add":  # the specification leaves out what the source says
            layer.out_channels, layer.stride = layers[layer.source].out_channels, 1
    return {"bytes": Path(model_path).stat().st_size, "multiply_adds": multiply_adds(layers, *shape),
            "instructions": cost.instructions(layers, *shape), "arena": network.address()[2],
            "margin": parsed.min_margin, "input": [parsed.width, parsed.height, parsed.channels]}
