"""From a project to a training run: its index as frames, its runs as a growing sequence."""

import hashlib
from datetime import datetime, timezone
from pathlib import Path

from annotation.index import Index
from contract import model as model_file
from host_tools.errors import ProjectError
from training import config as training_config
from training import run as training_run
from training.dataset import Frame


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


def train(project, name=None, config=None, progress=None, skip_missing=False):
    """Train the project's network into runs/`name` (the UTC time by default). Returns training's Run."""
    name = name or datetime.now(timezone.utc).strftime("%Y-%m-%dT%H%M%SZ")
    index = project.path / "index.json"
    return training_run.train(
        frames(project, skip_missing), project.states, project.region, project.runs_path / name,
        training_config.load(config or project.training.config), sequence=next_sequence(project), progress=progress,
        project=project.name, index_hash=hashlib.sha256(index.read_bytes()).hexdigest() if index.exists() else None)


def next_sequence(project):
    """One more than the newest model of the project."""
    sequences = [0]
    for path in project.runs_path.glob("*/model.safetensors"):
        try:
            sequences.append(model_file.parse(Path(path).read_bytes()).sequence)
        except model_file.ModelError:
            continue  # a file somebody damaged does not stop the next run
    return max(sequences) + 1
