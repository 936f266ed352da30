"""The frames a run learns from, and whether they are enough."""

from dataclasses import dataclass
from pathlib import Path


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
