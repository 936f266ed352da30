"""A push on the terminal: a bar a camera while it lasts, a line a camera when it is through."""

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn

from contract import api
from host_tools import push

_COLOURS = {push.CONFIRMED: "green", push.UNREACHABLE: "yellow"}


class View:
    """Context manager; `told` and `ended` are what a Stager calls. total: bytes of the update."""

    def __init__(self, total, number):
        self._console = Console()
        self._bars = Progress(TextColumn("{task.fields[name]}"), BarColumn(), TextColumn("{task.description}"),
                              console=self._console, transient=True, disable=not self._console.is_terminal)
        self._tasks, self._total, self._number = {}, total, number

    def __enter__(self):
        self._bars.start()
        return self

    def __exit__(self, *exception):
        self._bars.stop()

    def told(self, name, answer):
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task("", name=escape(name), total=self._total)
        words, done, total = _progress(answer, self._total)
        self._bars.update(self._tasks[name], description=words, **({} if done is None else {"completed": done, "total": total}))

    def ended(self, name, camera):
        if name in self._tasks:
            self._bars.remove_task(self._tasks.pop(name))
        words = f"runs update {self._number} now" if camera.state == push.CONFIRMED else f"{camera.state}: {camera.reason}"
        if camera.unsigned and camera.state == push.CONFIRMED:
            words = "runs the model now; warning: it has no public key and took it unsigned, see docs/pushing.md"
        self._console.print(f"{escape(name)}: [{_COLOURS.get(camera.state, 'red')}]{escape(words)}[/]", soft_wrap=True, highlight=False)


def _progress(answer, total):
    """(words, done or None, total) of what a camera said, or None while it is silent."""
    if answer is None:
        return "does not answer, tried again", None, None
    trial = answer["trial"]
    if answer["state"] == api.TRIAL and trial and "seconds" in trial:
        if not trial["seconds"]:
            return "is checked, starts", 0, trial["of"]
        return f"trial, {trial['seconds']} of {trial['of']} s, {trial['frames']} frames", min(trial["seconds"], trial["of"]), trial["of"]
    if answer["state"] == api.TRIAL and trial:
        words = f"trial, {trial['frames']} of {trial['of']} frames"
        agreed = f", agrees on {trial['agreed'] / trial['compared']:.0%}" if trial["compared"] else ""
        return words + agreed, trial["frames"], trial["of"]
    if answer["state"] == api.RECEIVING:
        return f"{answer['have'] // 1000} of {total // 1000} kB", answer["have"], total
    return answer["state"], None, None
