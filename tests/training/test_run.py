"""A whole run on the tiny door with the quick configuration; about half a minute."""

import csv
import json
import re
from contextlib import suppress
from pathlib import Path

import msgspec
import numpy as np
import onnx
import pytest
from onnx.reference import ReferenceEvaluator
from safetensors import safe_open
from little_model import write_model
from tiny_door import REGION, make_frames

from contract import model as model_file
from training import config, evaluate, integer, run
from training.dataset import Frame
from training.errors import TrainingError
from training.export import check, kernel_logits
from training.pixels import network_input
from training.progress import Silent

STATES = ["closed", "open"]


class Stop(Exception):
    pass


class Watch(Silent):
    """Remembers stages and lines; may end the run when a stage begins."""

    def __init__(self, stop_at=None):
        self.stages, self.lines, self._stop_at = [], [], stop_at

    def stage(self, name, total):
        if name == self._stop_at:
            raise Stop
        self.stages.append(name)

    def say(self, text):
        self.lines.append(text)


@pytest.fixture(scope="module")
def settings():
    return msgspec.structs.replace(config.load("quick"), threads=1)


@pytest.fixture(scope="module")
def finished(frames, settings, tmp_path_factory):
    """(Run, Watch) of a run that was killed after its teacher and taken up; one picture is damaged."""
    folder = tmp_path_factory.mktemp("run")
    bad = folder / "bad.jpg"
    bad.write_bytes(b"not a picture")
    given = [*frames, Frame(bad, "open", frames[-1].time_ms)]
    with suppress(Stop):
        run.train(given, STATES, REGION, folder / "first", settings, progress=Watch(stop_at="student"))
    assert not list((folder / "first").glob("model*"))
    watch = Watch()
    made = run.train(given, STATES, REGION, folder / "first", settings, sequence=5, progress=watch, project="tiny",
                     index_hash="abc", deployed=write_model(folder / "old" / "model.safetensors"))
    return made, watch


def test_run_that_was_killed_keeps_its_teacher(finished):
    made, watch = finished
    assert "teacher" not in watch.stages and "student" in watch.stages
    with open(made.directory / "metrics.csv", newline="") as file:
        assert {row["stage"] for row in csv.DictReader(file)} == {"teacher", "student"}


def test_unreadable_picture_is_skipped_and_named(finished):
    assert any("bad.jpg" in line for line in finished[1].lines)


def test_run_folder_is_complete_and_has_no_leftovers(finished):
    names = {path.name for path in finished[0].directory.iterdir() if not path.name.startswith("events.out.tfevents")}
    assert names == {"config.json", "environment.json", "split.json", "metrics.csv", "teacher.pt", "student.pt",
                     "model.safetensors", "model.onnx", "evaluation.json", "report.html"}


def test_evaluation_has_costs_a_comparison_and_advice(finished):
    record = json.loads((finished[0].directory / "evaluation.json").read_text())
    assert record["costs"]["multiply_adds"] == 932032 and record["costs"]["bytes"] == finished[0].model.stat().st_size
    assert record["comparison"]["verdict"] in ("better", "same") and record["comparison"]["frames"] > 10
    assert record["enough"]["labels"] > 20 and record["networks"]["teacher"]["balanced_accuracy"] > 0.5


def test_model_file_says_what_the_camera_must_know(finished):
    parsed, _ = check(finished[0].model.read_bytes())
    assert parsed.sequence == 5 and parsed.spec["project"] == "tiny" and parsed.spec["training"]["index"] == "abc"
    assert parsed.states == STATES and parsed.labels == [*STATES, "unusable"] and parsed.region == REGION
    assert parsed.tensors["selftest.input"].shape[0] == 4


def test_model_file_opens_with_the_safetensors_library_and_int32_is_aligned(finished):
    parsed, _ = check(finished[0].model.read_bytes())
    with safe_open(finished[0].model, "np") as file:
        for name in file.keys():
            assert file.get_tensor(name).tobytes() == bytes(parsed.tensors[name].data)
    data = finished[0].model.read_bytes()
    header = int.from_bytes(data[:8], "little")
    offsets = [entry["data_offsets"][0] for entry in json.loads(data[8:8 + header]).values() if entry.get("dtype") == "I32"]
    assert (8 + header) % 8 == 0 and offsets and all(offset % 4 == 0 for offset in offsets)


def test_trained_network_simulated_equals_the_kernels(finished, frames, settings, tmp_path):
    parsed, network = check(finished[0].model.read_bytes())
    seen = frames + make_frames(tmp_path / "unseen", 130, start=900)
    pixels = np.stack([network_input(f.path.read_bytes(), REGION, 64, 64, 1) for f in seen])
    layers = _layers(parsed)
    simulated = integer.run(layers, integer.torch.from_numpy(pixels)).numpy()
    assert len(pixels) >= 200
    np.testing.assert_array_equal(simulated, kernel_logits(parsed, network, pixels))


def _layers(parsed):
    def tensor(i, part, dtype):
        stored = parsed.tensors.get(f"{i}.{part}")
        return None if stored is None else integer.torch.from_numpy(
            np.frombuffer(stored.data, dtype).reshape(stored.shape).copy())
    return [integer.IntegerLayer(**spec, weight=tensor(i, "weight", np.int8), bias=tensor(i, "bias", np.int32),
                                 multiplier=tensor(i, "multiplier", np.int32), shift=tensor(i, "shift", np.uint8))
            for i, spec in enumerate(parsed.spec["layers"])]


def test_network_is_right_on_unseen_pictures(finished, tmp_path):
    unseen = make_frames(tmp_path / "unseen", 96, start=500)
    result = evaluate.evaluate(finished[0].model, unseen, Silent())
    assert result.balanced_accuracy >= 0.9
    assert sum(result.confusion["unusable"].values()) == 12
    assert result.confusion["unusable"]["open"] == 0
    assert sum(hour["frames"] for hour in result.by_hour.values()) == 84
    assert result.day["frames"] + result.night["frames"] == 84


def test_evaluation_skips_unreadable_and_unlabelled_frames(finished, tmp_path):
    frames = make_frames(tmp_path / "frames", 3, unlabelled=2)
    frames[1].path.write_bytes(b"")
    result = evaluate.evaluate(finished[0].model, frames, Silent())
    assert result.frames == 2 and result.unreadable == [str(frames[1].path)]


def test_evaluation_refuses_labels_and_files_it_cannot_use(finished, frames, tmp_path):
    with pytest.raises(TrainingError, match="ajar"):
        evaluate.evaluate(finished[0].model, [Frame(frames[0].path, "ajar")], Silent())
    with pytest.raises(TrainingError, match="none.safetensors"):
        evaluate.evaluate(tmp_path / "none.safetensors", frames, Silent())
    cut = tmp_path / "cut.safetensors"
    cut.write_bytes(finished[0].model.read_bytes()[:-10])
    with pytest.raises(TrainingError, match="cut short"):
        evaluate.evaluate(cut, frames, Silent())


def test_changed_weight_fails_the_self_test(finished):
    data = bytearray(finished[0].model.read_bytes())
    header = int.from_bytes(data[:8], "little")
    begin, end = json.loads(data[8:8 + header])["0.bias"]["data_offsets"]
    for i in range(8 + header + begin, 8 + header + end, 4):
        data[i + 1] ^= 0x40
    parsed = model_file.parse(bytes(data))
    with pytest.raises(model_file.ModelError) as caught:
        model_file.self_test(parsed, model_file.build(parsed, evaluate.export.nn))
    assert caught.value.code == "model_self_test"


def test_onnx_is_the_student_in_real_numbers(finished, frames):
    made = finished[0]
    network = onnx.load(made.directory / "model.onnx")
    picture = network_input(Path(frames[0].path).read_bytes(), REGION, 64, 64, 1)
    logits = ReferenceEvaluator(network).run(None, {"picture": picture.transpose(2, 0, 1)[None].astype(np.float32) / 255})[0]
    parsed, kernels = check(made.model.read_bytes())
    quantised = kernel_logits(parsed, kernels, picture[None])[0].astype(float)
    real = (quantised - parsed.spec["output"]["zero"]) * parsed.output_scale
    assert np.abs(real - logits[0]).max() < 1.0
    assert real.argmax() == logits[0].argmax()


def test_report_is_one_file_that_explains_itself(finished):
    html = (finished[0].directory / "report.html").read_text()
    assert "<svg" in html and "unusable" in html and "Multiply-adds" in html
    sources = re.findall(r'(?:src|href)="([^"]*)"', html)
    assert all(source.startswith(("data:", "#")) for source in sources)


def test_changed_labels_train_a_new_teacher(finished, frames, settings):
    relabelled = [Frame(f.path, "closed" if n == 2 else f.label, f.time_ms) for n, f in enumerate(frames)]
    watch = Watch(stop_at="teacher")
    with pytest.raises(Stop):
        run.train(relabelled, STATES, REGION, finished[0].directory, settings, progress=watch)
