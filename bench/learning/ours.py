"""Ours: a whole run as `doorlens train` makes it. The student is scored from the exported file with the camera's
kernels, the teacher in torch."""

from dataclasses import replace
from pathlib import Path

import msgspec
import onnx
import torch
from onnx import numpy_helper
from torch.nn import functional

from bench.learning.scores import scores
from training import evaluate, export, run, teacher
from training.material import UNLABELLED, Material
from training.student import Student


def measure(subject, chosen, draw, directory, unlabelled=True):
    """{"student": figures, "teacher": figures} of the unseen frames after a run in `directory`, which is kept but
    for the teacher's weights. Frames of the pool that are not in `chosen` have no label; or do not take part, if
    `unlabelled` is false."""
    config = msgspec.structs.replace(subject.config, seed=subject.config.seed + draw)
    place, known = subject.installation, set(chosen)
    frames = [frame if i in known else replace(frame, label=None) for i, frame in enumerate(place.pool)
              if unlabelled or i in known]
    made = run.train(frames, place.states, place.region, directory, config, progress=subject.progress,
                     project=place.name)
    student = student_scores(made.model, place, subject.progress)
    student["rounding_cost"] = real_balanced_accuracy(subject, directory, config) - student["balanced_accuracy"]
    found = {"student": student,
             "teacher": teacher_scores(subject, directory / "teacher.pt", made.model, config)}
    (directory / "teacher.pt").unlink()
    return found


def student_scores(model, place, progress):
    """Figures of the model file's best answers; `published`: balanced accuracy after the camera's decision."""
    scored, parsed, unreadable = evaluate.score(model, place.unseen, progress)
    result = evaluate.summarise(scored, parsed, unreadable)
    frames = [one.frame for one in scored]
    figures = scores([one.probability for one in scored], parsed.labels, [frame.label for frame in frames], place.states,
                     place.stands_for_time(frames))
    return {**figures, "published": result.balanced_accuracy, "interval": result.interval, "events": result.events}


def real_balanced_accuracy(subject, directory, config):
    """Of the student in real numbers, calibrated (its last layer is that of model.onnx), without a margin."""
    kept, last = torch.load(directory / "student.pt", weights_only=True), onnx.load(directory / "model.onnx").graph.initializer[-2:]
    student = Student(config.student, len(kept["labels"]))
    student.load_state_dict(kept["weights"])
    weight, bias = (torch.from_numpy(numpy_helper.to_array(one).copy()) for one in last)
    student.dense.load_state_dict({"weight": weight[:, :, 0, 0], "bias": bias})
    with torch.no_grad():
        out = torch.cat([student.eval()(part.permute(0, 3, 1, 2).float() / 255)
                         for part in torch.from_numpy(subject.unseen_pictures.exact).split(256)])
    return scores(functional.softmax(out, 1), kept["labels"], subject.truth, subject.installation.states)["balanced_accuracy"]


def teacher_scores(subject, path, model, config):
    parsed, _ = export.check(Path(model).read_bytes())
    inputs = torch.load(path, map_location="cpu", weights_only=True)["inputs"]
    taught = teacher.load(path, config, len(parsed.labels), inputs)
    pictures, own = subject.unseen_pictures, _some(subject)
    everything = torch.arange(len(own))
    material = Material(torch.from_numpy(pictures.exact[own]), torch.from_numpy(pictures.wide[own]),
                        torch.full_like(everything, UNLABELLED), parsed.labels, everything[:0], everything,
                        config.data.margin)
    logits = teacher.logits(taught, material, config, torch.Generator().manual_seed(0), subject.progress)
    truth, even = [subject.truth[i] for i in own], [subject.even[i] for i in own]
    return scores(functional.softmax(logits, 1), parsed.labels, truth, subject.installation.states, even)


def _some(subject):
    """Indices of the unseen frames that the slow teacher looks at: of the state at rest every fourth, of time alike."""
    rest, order = subject.installation.states[0], [i for i, even in enumerate(subject.even) if even]
    few = set(order[::4])
    return [i for i, label in enumerate(subject.truth) if label != rest or i in few]
