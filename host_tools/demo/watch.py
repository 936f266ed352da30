"""Watching a virtual camera play until it holds, with a progress bar."""

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from contract.clock import utc_text
from host_tools.errors import DemoError

_POLL_S = 0.5
_SILENCE_S = 120  # without a frame served the firmware must be dead


def play(camera, firmware, until_ms, console):
    """Wait until the camera has shown everything up to `until_ms`. Raises DemoError if the firmware stops asking."""
    start_ms, silent_polls, served = camera.time_ms, 0, camera.frames_served
    with _bar(console) as bar:
        task = bar.add_task("", total=None)
        while not camera.wait_for_hold(_POLL_S):
            silent_polls = 0 if camera.frames_served > served else silent_polls + 1
            served = camera.frames_served
            if silent_polls * _POLL_S > _SILENCE_S:
                raise DemoError(f"the firmware fetches no pictures any more; its log ends:\n{firmware.log_tail()}")
            if camera.time_ms is None:
                continue
            start_ms = start_ms or camera.time_ms
            bar.update(task, total=until_ms - start_ms, completed=camera.time_ms - start_ms,
                       description=utc_text(camera.time_ms)[:16].replace("T", " "))


def _bar(console):
    return Progress(TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(),
                    console=console, transient=True)
