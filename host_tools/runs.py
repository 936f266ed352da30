"""What the runs of a project have become: read from their folders, side by side."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from contract import model as model_file
from host_tools.errors import ProjectError

_MODEL, _ENVIRONMENT = "model.safetensors", "environment.json"


@dataclass
class RunRecord:
    """One run's folder. What an unfinished or damaged run lacks is None or empty.

    created: UTC text; states: list of str; labels: Counter of all its frames, "unlabelled" among them; size: bytes of
    the model file; multiply_adds: of one inference; cameras: names of those that run this model; config: {"teacher.side":
    128, ...}; figures: {"balanced accuracy": 0.99, ...}; environment: commit, index, seed, versions.
    """

    name: str
    path: Path
    created: str | None = None
    states: list = field(default_factory=list)
    sequence: int | None = None
    labels: Counter = field(default_factory=Counter)
    size: int | None = None
    multiply_adds: int | None = None
    cameras: list = field(default_factory=list)
    config: dict = field(default_factory=dict)
    figures: dict = field(default_factory=dict)
    environment: dict = field(default_factory=dict)

    @property
    def balanced_accuracy(self):
        return self.figures.get("balanced accuracy")


def find(folder, cameras=None):
    """[RunRecord] of a folder of runs, oldest first. cameras: {SHA-256 of a model file: [names of cameras]}."""
    places = {path.parent for name in (_ENVIRONMENT, _MODEL) for path in Path(folder).glob("*/" + name)}
    found = [read(path, cameras or {}) for path in places]
    return sorted(found, key=lambda run: (run.created or "", run.sequence or 0, run.name))


def named(folder, name, cameras=None):
    """The RunRecord of `name`: a run of `folder`, or the path of a run's folder. Raises ProjectError."""
    for path in (Path(folder) / name, Path(name)):
        if (path / _ENVIRONMENT).is_file() or (path / _MODEL).is_file():
            return read(path, cameras or {})
    known = ", ".join(run.name for run in find(folder)) or "none"
    raise ProjectError(f"no run {name} in {folder} (it has: {known})")


def read(path, cameras):
    """The RunRecord of a run's folder."""
    path = Path(path)
    environment, evaluation, config, split = (_json(path / name) for name in (
        _ENVIRONMENT, "evaluation.json", "config.json", "split.json"))
    run = RunRecord(path.resolve().name, path, environment.get("created"), environment=environment, config=_flat(config))
    costs = _table(evaluation, "costs")
    run.multiply_adds, run.figures = costs.get("multiply_adds"), _figures(evaluation, costs)
    run.labels = sum((Counter(_table(block, "labels")) for block in split.get("blocks", ())), Counter())
    _model(run, cameras)
    return run


def _model(run, cameras):
    try:
        data = (run.path / _MODEL).read_bytes()
        parsed = model_file.parse(data)
    except (OSError, model_file.ModelError):
        return  # not finished, or damaged
    run.size, run.states, run.sequence = len(data), parsed.states, parsed.sequence
    run.cameras = cameras.get(hashlib.sha256(data).hexdigest(), [])
    run.created = run.created or parsed.spec.get("created")


def _figures(evaluation, costs):
    """The numbers of evaluation.json that can be compared."""
    found = {name.replace("_", " "): evaluation.get(name) for name in (
        "frames", "balanced_accuracy", "accuracy", "ece", "auc", "brier")}
    found |= {f"{part}: {name.replace('_', ' ')}": value for part in ("day", "night", "events")
              for name, value in _table(evaluation, part).items()}
    found |= {f"{network} (held out): {name.replace('_', ' ')}": value
              for network, values in _table(evaluation, "networks").items() if isinstance(values, dict)
              for name, value in values.items()}
    found |= {name.replace("_", " "): value for name, value in costs.items()}
    return {name: value for name, value in found.items() if isinstance(value, int | float) and not isinstance(value, bool)}


def _json(path):
    """A JSON object; empty if there is none."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _table(content, name):
    value = content.get(name) if isinstance(content, dict) else None
    return value if isinstance(value, dict) else {}


def _flat(config, prefix=""):
    """{"teacher": {"side": 128}} -> {"teacher.side": 128}."""
    flat = {}
    for key, value in config.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: value}
    return flat


def differences(one, other):
    """[(key, value of one, value of the other)] of the configurations and environments, where they differ."""
    rows = []
    for ours, theirs in ((one.config, other.config), (one.environment, other.environment),
                         (_labels(one), _labels(other))):
        rows += [(key, ours.get(key), theirs.get(key)) for key in dict.fromkeys([*ours, *theirs])
                 if key != "created" and ours.get(key) != theirs.get(key)]
    return rows


def _labels(run):
    return {f"frames {label}": count for label, count in sorted(run.labels.items())} | {"states": run.states}
