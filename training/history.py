"""What a run records while it learns: metrics.csv, and the same for TensorBoard (`tensorboard --logdir runs`)."""

import csv
import io
from pathlib import Path

from contract import durable

_EVENTS = "events.out.tfevents.*"


class History:
    """One row a check of a network on the held-out frames, in `directory`, a run's folder.

    After every row metrics.csv is whole and the event file on its way; there are no event files where
    TensorBoard's package is missing.
    """

    columns = ("stage", "step", "train_loss", "held_out_loss", "held_out_accuracy")

    def __init__(self, directory):
        self._directory = Path(directory)
        self._path = self._directory / "metrics.csv"
        self._writer = None
        self.rows = []

    def forget(self):
        """Delete the event files of an earlier try that this run does not go on with."""
        self.close()
        for path in self._directory.glob(_EVENTS):
            path.unlink()

    def keep(self, stage):
        """Take over the rows of `stage` that an interrupted run left."""
        if self._path.exists():
            with open(self._path, newline="", encoding="utf-8") as file:
                self.rows += [row for row in csv.DictReader(file) if row["stage"] == stage]

    def record(self, stage, step, **figures):
        self.rows.append({"stage": stage, "step": step, **{name: f"{value:.6f}" for name, value in figures.items()}})
        text = io.StringIO()
        writer = csv.DictWriter(text, self.columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        durable.write(self._path, text.getvalue().encode())
        writer = self._events()
        for name, value in figures.items() if writer else ():
            writer.add_scalar(f"{name}/{stage}", value, step)
        self._flush()

    def note(self, name, text):
        """Text for TensorBoard's page of texts, line by line."""
        writer = self._events()
        if writer:
            writer.add_text(name, "\n".join("    " + line for line in text.splitlines()))
        self._flush()

    def close(self):
        if self._writer:
            self._writer.close()
            self._writer = None

    def _flush(self):
        if self._writer:
            self._writer.flush()

    def _events(self):
        """The writer of an event file of its own, or None."""
        if self._writer is None:
            try:
                from torch.utils.tensorboard import SummaryWriter
            except ImportError:
                return None
            self._writer = SummaryWriter(str(self._directory))
        return self._writer
