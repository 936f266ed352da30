"""How right is a model file? Scored with the camera's own kernels."""

from dataclasses import dataclass


@dataclass
class Evaluation:
    """`confusion[true state][reported state or "unknown"]` counts frames; figures 0..1 or None."""

    frames: int
    confusion: dict
    balanced_accuracy: float | None
    accuracy: float | None


def evaluate(model_path, frames, progress=None):
    """Score the file at `model_path` on labelled `frames`; unlabelled ones are skipped."""
    raise NotImplementedError
