"""From a project, or a folder of pictures, to a training run; the runs as a growing sequence."""

import hashlib
from datetime import datetime, timezone
from pathlib import Path

from annotation.index import Index
from contract import model as model_file
from contract.preprocess import REGION_UNIT, check_region
from host_tools import deployed
from host_tools.errors import ProjectError
from host_tools.select import is_evaluation
from training import config as training_config
from training import evaluate, folder
from training import run as training_run
from training.dataset import Frame
from training.errors import TrainingError
from training.progress import Bars


def frames(project, skip_missing=False):
    """The index as [training.dataset.Frame]. Raises ProjectError where it names missing pictures, unless skipped."""
    index = Index.open(project.path, project.states)
    missing = set(index.missing())
    if missing and not skip_missing:
        raise ProjectError(f"the index names {len(missing)} pictures that are missing, first {min(missing)}: "
                           "put them back, or leave them out with `doorlens train --skip-missing`")
    undeclared = index.undeclared()
    if undeclared:
        raise ProjectError(f"{undeclared[0]} has a label that {project.path / 'doorlens.toml'} does not declare: "
                           "add the state there or label the frame anew")
    return [Frame(path=index.file(path), label=entry.label, time_ms=entry.time_ms, camera=entry.camera)
            for path, entry in index.entries.items() if path not in missing]


def train(project, name=None, config=None, progress=None, skip_missing=False, force=False):
    """Train the project's network into runs/`name` (the UTC time by default). Returns training's Run.

    Frames that were sampled for evaluation only take no part. A network that is clearly worse than the deployed one is
    refused, TrainingError, unless `force`.
    """
    index, progress = project.path / "index.json", progress or Bars()
    return training_run.train(
        [frame for frame in frames(project, skip_missing) if not is_evaluation(frame.path)], project.states, project.region, project.runs_path / (name or _now()),
        training_config.load(config or project.training.config), sequence=next_sequence(project.runs_path),
        progress=progress, project=project.name,
        index_hash=hashlib.sha256(index.read_bytes()).hexdigest() if index.exists() else None,
        deployed=_deployed(project, progress), force=force)


def _deployed(project, progress):
    """The deployed model's file if it can be compared with, else None."""
    file = deployed.find(project)
    try:
        if file:
            evaluate.load(file)
        return file
    except TrainingError as error:
        progress.say(f"the new model will not be compared with the deployed one: {error}")
        return None


def train_folder(directory, out=None, name=None, config=None, region=None, states=None, progress=None):
    """Train on a folder of pictures (training.folder) into `out`/`name`. Returns training's Run.

    out: folder of runs, runs/<the folder's name> by default, never inside `directory`; region: x, y, width,
    height in 1/10000 of the picture, the whole by default; states: names that declare the states.
    """
    root = Path(directory).resolve()
    runs = Path(out) if out else Path("runs", root.name)
    if runs.resolve().is_relative_to(root):
        raise TrainingError(f"the run would be written into the pictures' folder, {runs}; choose another with --out")
    corners, progress = _corners(region), progress or Bars()
    settings, found = training_config.load(config or "default"), folder.read(directory, states)
    for note in found.notes:
        progress.say(note)
    return training_run.train(found.frames, found.states, corners, runs / (name or _now()), settings,
                              sequence=next_sequence(runs), progress=progress, project=root.name or "pictures",
                              index_hash=found.fingerprint)


def _corners(region):
    """x, y, width, height -> x0, y0, x1, y1, all in 1/10000."""
    x, y, width, height = region or (0, 0, REGION_UNIT, REGION_UNIT)
    try:
        check_region([x, y, x + width, y + height])
    except ValueError:
        raise TrainingError(f"the region {x} {y} {width} {height} is not inside the picture; "
                            f"x, y, width and height are in 1/{REGION_UNIT} of it") from None
    return [x, y, x + width, y + height]


def _now():
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H%M%SZ")


def next_sequence(runs):
    """One more than the newest model in the folder of runs."""
    sequences = [0]
    for path in Path(runs).glob("*/model.safetensors"):
        try:
            sequences.append(model_file.parse(path.read_bytes()).sequence)
        except model_file.ModelError:
            continue  # a file somebody damaged does not stop the next run
    return max(sequences) + 1
