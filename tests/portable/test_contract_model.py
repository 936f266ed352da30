import json
import struct

from contract import model as model_file


def spec():
    return {
        "format": 1, "sequence": 1, "created": "2026-03-01T00:00:00.000Z", "project": "test",
        "states": ["closed", "open"], "labels": ["closed", "open"],
        "input": {"width": 8, "height": 8, "channels": 1, "region": [0, 0, 10000, 10000]},
        "layers": [
            {"op": "conv2d_3x3", "stride": 2, "out_channels": 4, "input_zero": -128, "output_zero": -128, "low": -128, "high": 127},
            {"op": "avgpool", "stride": 1, "out_channels": 4, "input_zero": -128, "output_zero": -128, "low": -128, "high": 127},
            {"op": "dense", "stride": 1, "out_channels": 2, "input_zero": -128, "output_zero": 0, "low": -128, "high": 127},
        ],
        "output": {"scale": 0.1, "zero": 0}, "decision": {"min_margin": 5},
        "smoothing": {"confirm_frames": 2, "unknown_frames": 2, "stale_s": 30}, "training": {}, "metrics": {},
    }


def tensors():
    def scales(i, n):
        return [("%d.bias" % i, "I32", [n], bytes(4 * n)), ("%d.multiplier" % i, "I32", [n], struct.pack("<i", 1 << 30) * n),
                ("%d.shift" % i, "U8", [n], b"\x08" * n)]
    return (scales(0, 4) + scales(1, 1) + scales(2, 2)
            + [("0.weight", "I8", [4, 3, 3, 1], bytes(36)), ("2.weight", "I8", [2, 4], bytes(8)),
               ("selftest.input", "U8", [1, 8, 8, 1], bytes(64)), ("selftest.logits", "I8", [1, 2], bytes(2))])


def file(metadata, parts):
    header, data = {"__metadata__": {"doorlens": json.dumps(metadata)}}, b""
    for name, dtype, shape, content in sorted(parts, key=lambda part: part[1]):
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def code(content):
    try:
        model_file.parse(content)
    except model_file.ModelError as error:
        assert "\n" not in str(error)
        return error.code
    return None


def test_good_file_parses():
    parsed = model_file.parse(file(spec(), tensors()))
    assert parsed.labels == ["closed", "open"] and parsed.width == 8 and parsed.min_margin == 5


def test_file_cut_short_anywhere_is_refused():
    whole = file(spec(), tensors())
    for length in range(0, len(whole), 7):
        assert code(whole[:length]) is not None
    assert code(whole[:-1]) == "model_truncated" and code(b"") == "model_truncated"


def test_other_files_are_refused():
    assert code(b"\xff\xd8\xff\xe0" + bytes(100)) == "model_format"
    assert code(struct.pack("<Q", 2) + b"{}") == "model_format"
    assert code(struct.pack("<Q", 2) + b"[]") == "model_format"


def test_unknown_layer_is_refused():
    metadata = spec()
    metadata["layers"][1]["op"] = "softmax"
    assert code(file(metadata, tensors())) == "model_layer"


def test_wrong_shapes_are_refused():
    metadata = spec()
    metadata["layers"][0]["out_channels"] = 5
    assert code(file(metadata, tensors())) == "model_shape"
    metadata = spec()
    metadata["layers"].pop()
    assert code(file(metadata, tensors())) == "model_shape"
    assert code(file(spec(), [part for part in tensors() if part[0] != "2.weight"])) == "model_shape"


def test_shape_that_does_not_fit_the_bytes_is_refused():
    parts = [(name, dtype, shape, content[:-1] if name == "0.weight" else content) for name, dtype, shape, content in tensors()]
    assert code(file(spec(), parts)) == "model_shape"


def test_values_out_of_range_are_refused():
    for path, value in ((("format",), 2), (("sequence",), -1), (("states",), ["open"]), (("labels",), ["open", "closed"]),
                        (("input", "width"), 0), (("input", "channels"), 2), (("input", "region"), [0, 0, 0, 0]),
                        (("decision", "min_margin"), 256), (("smoothing", "confirm_frames"), 0), (("output", "scale"), 0)):
        metadata = spec()
        place = metadata
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
        assert code(file(metadata, tensors())) == "model_format", path
    metadata = spec()
    metadata["layers"][0]["stride"] = 3
    assert code(file(metadata, tensors())) == "model_value"


def test_refusal_is_one_short_line_whatever_the_file_says():
    deep = []
    for _ in range(300):
        deep = [deep]
    for word in ("two\nlines", "x" * 1000, deep, 1 << 100):
        for change in ({"format": word}, {"layers": [{"op": word}]}, {"layers": [word]}, {"states": [deep, word], "labels": [deep, word]}):
            message = refusal(file(dict(spec(), **change), tensors()))
            assert message and "\n" not in message and len(message) < 150, message
    for name in ("two\nlines", "x" * 1000):
        for shape in ([1], [2], [1] * 500):
            message = refusal(file(spec(), tensors() + [(name, "I9" if shape == [1] else "I8", shape, b"a")]))
            assert message is None or ("\n" not in message and len(message) < 150)


def test_header_nested_without_end_is_refused():
    text = b"[" * 60000
    assert code(struct.pack("<Q", len(text)) + text) == "model_format"


def refusal(content):
    try:
        model_file.parse(content)
    except model_file.ModelError as error:
        return str(error)
    return None
