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


def test_scale_or_patience_that_is_no_number_is_refused():
    for section, key in (("output", "scale"), ("smoothing", "stale_s")):
        for value, expected in ((float("nan"), ("model_value", "model_format")), (float("inf"), ("model_value", "model_format")),
                                (1e30, ("model_value",)), (True, ("model_value",)), ("0.1", ("model_format",)),
                                (-float("inf"), ("model_format",)), (-1, ("model_format",))):
            metadata = spec()
            metadata[section] = dict(metadata[section], **{key: value})
            assert code(file(metadata, tensors())) in expected, (section, value)  # not every JSON parser takes NaN


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


def residual_spec(**changes):
    metadata = spec()
    add = {"op": "add", "source": 0, "input_multiplier": 1 << 20, "source_multiplier": 1 << 20, "bias": 0, "shift": 20,
           "output_zero": -128, "low": -128, "high": 127}
    add.update(changes)
    pointwise = dict(metadata["layers"][0], op="pointwise", stride=1)
    pool = dict(metadata["layers"][1], stride=2)
    metadata["layers"] = [metadata["layers"][0], pointwise, add, pool, metadata["layers"][1], metadata["layers"][2]]
    return metadata


def residual_tensors():
    def of(i, n, weight):
        parts = [("%d.bias" % i, "I32", [n], bytes(4 * n)), ("%d.shift" % i, "U8", [n], b"\x08" * n),
                 ("%d.multiplier" % i, "I32", [n], struct.pack("<i", 1 << 30) * n)]
        size = 1
        for side in weight or ():
            size *= side
        return parts + ([("%d.weight" % i, "I8", weight, b"\x05" * size)] if weight else [])
    return (of(0, 4, [4, 3, 3, 1]) + of(1, 4, [4, 4]) + of(3, 1, None) + of(4, 1, None) + of(5, 2, [2, 4])
            + [("selftest.input", "U8", [1, 8, 8, 1], bytes(64)), ("selftest.logits", "I8", [1, 2], bytes(2))])


def test_residual_graph_with_a_strided_pool_parses_and_runs():
    try:
        import nn
    except ImportError:
        from host_tools.native import nn
    parsed = model_file.parse(file(residual_spec(), residual_tensors()))
    network = model_file.build(parsed, nn)
    assert network.outputs == 2
    network.run(bytes(64), bytearray(2))


def test_bad_additions_are_refused():
    for changes, expected in (
        ({"source": 1}, "model_value"), ({"source": -1}, "model_value"), ({"source": "0"}, "model_value"),
        ({"source": 1 << 30}, "model_value"), ({"input_multiplier": 0}, "model_value"),
        ({"source_multiplier": 1 << 22}, "model_value"), ({"bias": (1 << 30) + 1}, "model_value"),
        ({"shift": 0}, "model_value"), ({"shift": 32}, "model_value"), ({"low": -129}, "model_value"),
        ({"op": "sub"}, "model_layer"),
    ):
        assert code(file(residual_spec(**changes), residual_tensors())) == expected, changes
    lacking = residual_spec()
    del lacking["layers"][2]["bias"]
    assert code(file(lacking, residual_tensors())) == "model_value"


def test_addition_of_another_shape_is_refused():
    metadata = residual_spec()
    metadata["layers"].insert(1, dict(metadata["layers"][3]))  # a pool by 2 between the two that are added
    parts = [("%d%s" % (int(name[0]) + (name[0] > "0"), name[1:]) if name[0].isdigit() else name, dtype, shape, content)
             for name, dtype, shape, content in residual_tensors()]
    parts += [("1" + name[1:], dtype, shape, content) for name, dtype, shape, content in residual_tensors() if name[0] == "3"]
    assert code(file(metadata, parts)) == "model_shape"


def test_pool_larger_than_its_map_is_refused():
    metadata = residual_spec()
    metadata["layers"][3]["stride"] = 5
    assert code(file(metadata, residual_tensors())) == "model_value"


def test_number_of_channels_is_a_whole_number():
    for channels in (1.0, 2, "1", True, [1]):
        assert code(file(dict(spec(), input=dict(spec()["input"], channels=channels)), tensors())) == "model_format"


def with_view(count=2, **changes):
    view = dict({"focus": 180, "lowest_peak": 3000}, **changes)
    reference = ("view.reference", "U8", [count, 64, 64], bytes(i % 251 for i in range(count * 4096)))
    return file(dict(spec(), view=view), tensors() + [reference])


def test_file_without_a_view_is_taken_and_one_with_it_brings_its_references():
    assert model_file.parse(file(spec(), tensors())).view is None
    view = model_file.parse(with_view()).view
    assert (view.focus, view.lowest_peak, len(view.references)) == (180, 3000, 2)
    assert bytes(view.references[1]) == bytes(i % 251 for i in range(4096, 8192))


def test_view_that_is_not_whole_is_refused():
    assert code(file(dict(spec(), view={"focus": 180, "lowest_peak": 3000}), tensors())) == "model_shape"
    assert code(with_view(count=5)) == "model_value"
    for changes in ({"focus": 0}, {"focus": 65536}, {"focus": "1"}, {"lowest_peak": 0}, {"lowest_peak": 16385}, {"lowest_peak": None}):
        assert code(with_view(**changes)) == "model_value", changes
    for view in (None, [], 3, {}):
        assert code(file(dict(spec(), view=view), tensors())) in ("model_value", "model_shape"), view


def test_dwell_times_may_be_missing_and_are_one_a_label():
    def with_dwell(dwell_s):
        metadata = spec()
        metadata["smoothing"] = dict(metadata["smoothing"], dwell_s=dwell_s)
        return file(metadata, tensors())
    count = len(spec()["labels"])
    assert model_file.parse(with_dwell([60] * count)).smoothing["dwell_s"] == [60] * count
    for wrong in ([60] * (count + 1), [60], [], [0] * count, [3601] * count, [1.5] * count, ["1"] * count, 7, "no"):
        assert code(with_dwell(wrong)) == "model_format", wrong
