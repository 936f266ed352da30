"""The float student as ONNX, for other runtimes. Input "picture": float32 [n, channels, height, width] in 0..1."""

import onnx
from onnx import TensorProto, helper, numpy_helper

from contract import durable

_OPSET = 17


def encode(layers, labels, height, width, channels):
    """Folded student layers -> bytes of an ONNX file whose output "logits" is float32 [n, labels]."""
    nodes, weights, outputs = [], [], ["picture"]
    for i, layer in enumerate(layers):
        nodes.append(_node(i, layer, outputs))
        if layer.weight is not None:
            weight, _, _ = _convolution(layer)
            weights += [numpy_helper.from_array(weight.numpy().copy(), f"{i}.weight"),
                        numpy_helper.from_array(layer.bias.numpy().copy(), f"{i}.bias")]
        outputs.append(f"{layer.op}{i}")
        if layer.relu:
            nodes.append(helper.make_node("Relu", [outputs[-1]], [f"relu{i}"]))
            outputs[-1] = f"relu{i}"
    nodes.append(helper.make_node("Flatten", [outputs[-1]], ["logits"], axis=1))
    graph = helper.make_graph(
        nodes, "doorlens",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, ["n", channels, height, width])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", len(labels)])], weights)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], producer_name="doorlens")
    made.ir_version = 8
    helper.set_model_props(made, {"labels": ",".join(labels)})
    onnx.checker.check_model(made)
    return made.SerializeToString()


def _node(i, layer, outputs):
    """Layer i as a node; outputs: names of the picture and of the layers before."""
    name = f"{layer.op}{i}"
    if layer.op == "add":
        return helper.make_node("Add", [outputs[-1], outputs[layer.source + 1]], [name])
    if layer.op == "avgpool" and layer.stride == 1:
        return helper.make_node("GlobalAveragePool", [outputs[-1]], [name])
    if layer.op == "avgpool":
        return helper.make_node("AveragePool", [outputs[-1]], [name], kernel_shape=[layer.stride] * 2,
                                strides=[layer.stride] * 2)
    _, padding, groups = _convolution(layer)
    return helper.make_node("Conv", [outputs[-1], f"{i}.weight", f"{i}.bias"], [name], group=groups,
                            strides=[layer.stride] * 2, pads=[padding] * 4)


def _convolution(layer):
    """(weight [out, in / groups, k, k], padding, groups); the dense layer is a 1x1 convolution after the pool."""
    if layer.op == "conv2d_3x3":
        return layer.weight.permute(0, 3, 1, 2), 1, 1
    if layer.op == "depthwise_3x3":
        return layer.weight.permute(2, 0, 1)[:, None], 1, layer.out_channels
    return layer.weight[:, :, None, None], 0, 1


def write(path, layers, labels, height, width, channels):
    durable.write(path, encode(layers, labels, height, width, channels))
