"""What a long run says while it works."""

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class Silent:
    """Says nothing; for tests and scripts."""

    def stage(self, name, total):
        """A new stage of `total` steps begins."""

    def advance(self, n=1, **figures):
        """`n` steps are done; `figures` are names and values worth showing."""

    def say(self, text):
        """One line for the person who waits."""

    def close(self):
        pass


class Bars(Silent):
    """One bar a stage on the terminal."""

    def __init__(self):
        self._bars = Progress(TextColumn("{task.description:<16}"), BarColumn(), MofNCompleteColumn(),
                              TimeRemainingColumn(), TextColumn("{task.fields[figures]}"))
        self._task = None

    def stage(self, name, total):
        self._bars.start()
        self._task = self._bars.add_task(name, total=total, figures="")

    def advance(self, n=1, **figures):
        text = "  ".join(f"{name.removeprefix('held_out_')} {value:.3g}" for name, value in figures.items())
        self._bars.update(self._task, advance=n, **({"figures": text} if text else {}))

    def say(self, text):
        self._bars.console.print(text, highlight=False)

    def close(self):
        self._bars.stop()
