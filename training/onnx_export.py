"""The float student as ONNX, for other runtimes. Input "picture": float32 [n, channels, height, width] in 0..1."""

import onnx
from onnx import TensorProto, helper, numpy_helper

from contract import durable

_OPSET = 17


def encode(layers, labels, height, width, channels):
    """Folded student layers -> bytes of an ONNX file whose output "logits" is float32 [n, labels]."""
    nodes, weights, name = [], [], "picture"
    for i, layer in enumerate(layers):
        last = i == len(layers) - 1
        if layer.op == "avgpool":
            nodes.append(helper.make_node("GlobalAveragePool", [name], [f"pool{i}"]))
            name = f"pool{i}"
            continue
        weight, padding, groups = _convolution(layer)
        weights += [numpy_helper.from_array(weight.numpy().copy(), f"{i}.weight"),
                    numpy_helper.from_array(layer.bias.numpy().copy(), f"{i}.bias")]
        nodes.append(helper.make_node("Conv", [name, f"{i}.weight", f"{i}.bias"], [f"conv{i}"], group=groups,
                                      strides=[layer.stride] * 2, pads=[padding] * 4))
        name = f"conv{i}"
        if layer.relu:
            nodes.append(helper.make_node("Relu", [name], [f"relu{i}"]))
            name = f"relu{i}"
        if last:
            nodes.append(helper.make_node("Flatten", [name], ["logits"], axis=1))
    graph = helper.make_graph(
        nodes, "doorlens",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, ["n", channels, height, width])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", len(labels)])], weights)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], producer_name="doorlens")
    made.ir_version = 8
    helper.set_model_props(made, {"labels": ",".join(labels)})
    onnx.checker.check_model(made)
    return made.SerializeToString()


def _convolution(layer):
    """(weight [out, in / groups, k, k], padding, groups); the dense layer is a 1x1 convolution after the pool."""
    if layer.op == "conv2d_3x3":
        return layer.weight.permute(0, 3, 1, 2), 1, 1
    if layer.op == "depthwise_3x3":
        return layer.weight.permute(2, 0, 1)[:, None], 1, layer.out_channels
    return layer.weight[:, :, None, None], 0, 1


def write(path, layers, labels, height, width, channels):
    durable.write(path, encode(layers, labels, height, width, channels))
