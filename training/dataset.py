"""The frames a run learns from, and whether they are enough."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from contract.decision import UNUSABLE
from training.errors import TrainingError


@dataclass(frozen=True)
class Frame:
    """One picture. `label` is a state, "unusable" or None (unlabelled); `time_ms` its UTC time or None.

    Frames of one `event` (any string) stay on one side of the split.
    """

    path: Path
    label: str | None = None
    time_ms: int | None = None
    event: str | None = None
    camera: str | None = None


def check_files(frames):
    """Raises TrainingError when a picture is missing."""
    missing = [frame.path for frame in frames if not Path(frame.path).is_file()]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise TrainingError(f"the index names a missing picture: {missing[0]}{more}; "
                            "restore the file or take the entry out of index.json")


def check_labels(frames, states, minimum):
    """Raises TrainingError unless every label is declared and every state has `minimum` pictures."""
    if len(states) < 2:
        raise TrainingError(f"the project declares {len(states)} state(s); a network needs at least two to tell apart")
    for frame in frames:
        if frame.label is not None and frame.label != UNUSABLE and frame.label not in states:
            raise TrainingError(f'{frame.path} is labelled "{frame.label}", which the project does not declare; '
                                f"relabel it or add the state to doorlens.toml ({', '.join(states)})")
    counts = Counter(frame.label for frame in frames)
    present = [state for state in states if counts[state]]
    if not present:
        raise TrainingError("no frame is labelled with a state; run `doorlens annotate` first")
    if len(present) == 1:
        raise TrainingError(f'all labelled frames are "{present[0]}"; label frames of another state too')
    for state in states:
        if counts[state] < minimum:
            raise TrainingError(f'only {counts[state]} picture(s) are labelled "{state}"; '
                                f"label at least {minimum} (data.min_pictures)")
