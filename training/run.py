"""One training run, from frames to a verified model file."""

import hashlib
import io
import json
import platform
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec
import torch

from contract import durable
from contract.clock import utc_text
from training import (calibrate, config as configuration, dataset, distil, dwell, enough, evaluate, export, lessons, onnx_export,
                      pixels, probe, propagate, selection, sign_off, split, surroundings, teacher)
from training.allocator import keep_freed_memory
from training.errors import TrainingError
from training.forecast import guesses
from training.history import History
from training.material import gather
from training.progress import Bars

_CHECKPOINT = "student.part"  # of a student that is still learning; gone when the run is finished


@dataclass
class Run:
    """A finished run: `directory` holds everything, `model` is the file to push."""

    directory: Path
    model: Path
    evaluation: evaluate.Evaluation


def train(frames, states, region, run_dir, config, sequence=1, progress=None, project="door", index_hash=None,
          deployed=None, force=False):
    """Train on `frames` and write `run_dir`; returns a Run.

    frames: list of training.dataset.Frame; states: names of the camera's states; region: four ints in
    1/10000; sequence: number of the model in the project; progress: training.progress.Silent or alike
    (None: bars on the terminal); index_hash: text that identifies the labels' version, recorded; deployed: path of
    the model file that the cameras run now, a clearly worse one is refused unless `force` (training.sign_off).
    Raises TrainingError before anything is written when the frames do not allow a run. A run that was
    killed is taken up by the same call: a teacher made from the same inputs is not trained again.
    """
    progress = progress or Bars()
    keep_freed_memory()
    threads = torch.get_num_threads()
    torch.set_num_threads(config.threads)
    try:
        frames, pictures = read(frames, states, region, config, progress)
        return _train(frames, pictures, states, region, Path(run_dir), config, sequence, progress, project, index_hash,
                      deployed, force)
    finally:
        torch.set_num_threads(threads)
        progress.close()


def read(frames, states, region, config, progress):
    """The frames that can be decoded, and their Pictures."""
    dataset.check_files(frames)
    dataset.check_labels(frames, states, config.data.min_pictures)
    progress.plan(guesses(frames, config))
    pictures = pixels.load([frame.path for frame in frames], region, config, progress)
    bad = set(pictures.unreadable)
    for i in pictures.unreadable:
        progress.say(f"skipped, cannot be decoded: {frames[i].path}")
    if bad:
        progress.say(f"{len(bad)} of {len(frames)} pictures skipped")
        good = [i for i in range(len(frames)) if i not in bad]
        frames = [frames[i] for i in good]
        pictures = pixels.Pictures(pictures.exact[good], pictures.wide[good], pictures.unreadable)
        dataset.check_labels(frames, states, config.data.min_pictures)
    return frames, pictures


def _train(frames, pictures, states, region, directory, config, sequence, progress, project, index_hash, deployed, force):
    sides = split.split(frames, config.data.held_out, config.data.block_minutes, config.seed)
    material = gather(pictures, frames, sides, states, config)
    if not len(material.labelled(material.held_out)):
        raise TrainingError("no labelled frame can be held out for a check; label frames of more hours, or of both states")
    for label in sides.lacking(frames):
        progress.say(f'no frame of "{label}" is held out, so nothing will be known about it: '
                     "label it on other days or in other events too")
    directory.mkdir(parents=True, exist_ok=True)
    environment = _environment(config, index_hash)
    record = sides.record(frames)
    for name, content in (("environment.json", environment), ("split.json", record)):
        durable.write(directory / name, (json.dumps(content, indent=1) + "\n").encode())
    durable.write(directory / "config.json", configuration.dump(config).encode())
    history = History(directory)
    features = probe.features(material, config, _generator(config, 0), progress)
    if config.data.propagate:
        generator = _generator(config, 7)
        material.guess = propagate.guess(material, frames, states, config, generator, features,
                                         lambda own: probe.views(material, own, config, generator))
    taught = _teacher(material, config, directory, history, progress)
    history.note("configuration", configuration.dump(config))
    soft = teacher.logits(taught, material, config, _generator(config, 2), progress)
    if config.data.propagate:
        material.guess = propagate.confirmed(material.guess, soft)
    seen = lessons.prepare(taught, material, config, _generator(config, 5), progress)
    student = distil.train(material, soft, config, _generator(config, 3), progress, history.record, seen,
                           directory / _CHECKPOINT)
    _save(directory / "student.pt", {"weights": student.state_dict(), "labels": material.labels})
    chosen = selection.select(student, soft, material, config, progress)
    shape = tuple(material.exact.shape[1:])
    view = surroundings.choose(frames, region)
    if view is None:
        progress.say("the camera's view cannot be recognised by what is around the region; a moved camera stays unnoticed")
    spec = export.metadata(
        chosen.quantised, material.labels, states, shape, region, sequence, project, environment["created"],
        chosen.margin, config.smoothing,
        {"run": directory.name, "commit": environment["commit"], "index": index_hash, "seed": config.seed},
        {name: round(value, 4) for name, value in chosen.figures["int8"].items()}, view,
        dwell.shortest(frames, material.labels))
    export.write(directory / sign_off.CANDIDATE, spec, chosen.quantised, selection.self_test_pictures(material, config),
                 view)
    real = calibrate.fold_real(student.folded(), chosen.calibration)
    onnx_export.write(directory / "model.onnx", real, material.labels, *shape)
    history.note("held out", json.dumps(chosen.figures, indent=1))
    history.close()
    labels = enough.assess(material, frames, sides.blocks, states, features, _generator(config, 6))
    evaluation = sign_off.sign_off(directory, project, [frames[i] for i in sides.held_out], chosen.figures, history.rows,
                                   record, environment, labels, deployed, force, progress)
    (directory / _CHECKPOINT).unlink(missing_ok=True)
    return Run(directory, directory / sign_off.MODEL, evaluation)


def _teacher(material, config, directory, history, progress):
    """The teacher of this run, trained unless `directory` has one that was made from the same inputs."""
    path, inputs = directory / "teacher.pt", fingerprint(material, config)
    taught = teacher.load(path, config, len(material.labels), inputs)
    if taught is not None:
        progress.say("the teacher of the interrupted run is used again")
        history.keep("teacher")
        return taught
    history.forget()
    taught = teacher.train(material, config, _generator(config, 1), progress, history.record)
    teacher.save(taught, path, inputs)
    return taught


def fingerprint(material, config):
    """Text that changes with everything a teacher depends on."""
    digest = hashlib.sha256(configuration.dump(_without_student(config)).encode())
    for tensor in (material.wide, material.target, material.train, material.held_out, material.weight, material.hour,
                   material.believed(torch.arange(len(material.target)))):
        digest.update(tensor.numpy().tobytes())
    digest.update(",".join(material.labels).encode())
    return digest.hexdigest()


def _without_student(config):
    """The configuration with everything at its default that the teacher does not depend on."""
    default = configuration.Config()
    return msgspec.structs.replace(config, student=default.student, quantise=default.quantise,
                                   decision=default.decision, smoothing=default.smoothing)


def _generator(config, stage):
    """Random numbers of one stage; torch's own are seeded too, for dropout and initial weights."""
    torch.manual_seed(config.seed * 16 + stage)
    return torch.Generator().manual_seed(config.seed * 16 + stage)


def _save(path, content):
    buffer = io.BytesIO()
    torch.save(content, buffer)
    durable.write(path, buffer.getvalue())


def _environment(config, index_hash):
    import fastai
    return {"created": utc_text(int(time.time() * 1000)), "commit": _commit(), "index": index_hash, "seed": config.seed,
            "python": platform.python_version(), "torch": torch.__version__, "fastai": fastai.__version__}


def _commit():
    """The source's git commit, "+" behind it if the tree was changed; None outside a repository."""
    def git(*words):
        return subprocess.run(["git", *words], cwd=Path(__file__).parent, capture_output=True, text=True, timeout=10)
    try:
        head = git("rev-parse", "HEAD")
        dirty = git("status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.TimeoutExpired):
        return None
    return head.stdout.strip() + ("+" if dirty.stdout.strip() else "") if head.returncode == 0 else None
