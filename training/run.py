"""One training run, from frames to a verified model file."""

from dataclasses import dataclass
from pathlib import Path


@dataclass
class Run:
    """A finished run: `directory` holds everything, `model` is the file to push."""

    directory: Path
    model: Path
    evaluation: object


def train(frames, states, region, run_dir, config, sequence=1, progress=None, project="door", index_hash=None):
    """Train on `frames` and write `run_dir`; returns a Run.

    frames: list of training.dataset.Frame; states: names of the camera's states; region: four ints in
    1/10000; sequence: number of the model in the project; progress: training.progress.Silent or alike
    (None: bars on the terminal); index_hash: text that identifies the labels' version, recorded.
    Raises TrainingError before anything is written when the frames do not allow a run.
    """
    raise NotImplementedError
