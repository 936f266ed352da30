"""queue.json of a project: the frames to label next, in order, each with the near-duplicates that its label holds for.

    {"format": 1, "seed": 1, "features": "frozen",
     "chosen": [{"path": "frames/front/2026-03-01/0badcafe-00000001.jpg", "reason": "doubt", "why": "open 52 %, closed 48 %",
                 "state": "open", "doubt": 0.96, "group": ["frames/front/2026-03-01/0badcafe-00000002.jpg"]}]}

reason: "typical", "quota" or "doubt"; state and doubt: what the frame probably shows and 1 minus the lead of that over the
second, null while nothing is known.
"""

import msgspec

from contract import durable
from host_tools.errors import ProjectError

FILE_NAME = "queue.json"
FORMAT = 1


class Pick(msgspec.Struct, frozen=True):
    path: str
    reason: str
    why: str
    state: str | None = None
    doubt: float | None = None
    group: list[str] = []


class Queue(msgspec.Struct, frozen=True):
    format: int
    seed: int
    features: str
    chosen: list[Pick]


def read(project):
    """The project's Queue, None if nothing was chosen yet. Raises ProjectError for a damaged or newer one."""
    file = project.path / FILE_NAME
    try:
        found = msgspec.json.decode(file.read_bytes(), type=Queue)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProjectError(f"{file} cannot be read ({error}): remove it, `doorlens select` chooses anew") from None
    if found.format != FORMAT:
        raise ProjectError(f"{file} has format {found.format} and this version knows only {FORMAT}: update Doorlens")
    return found


def write(project, queue):
    file = project.path / FILE_NAME
    try:
        durable.write(file, msgspec.json.format(msgspec.json.encode(queue), indent=1) + b"\n")
    except OSError as error:
        raise ProjectError(f"{file} cannot be written: {error.strerror}") from None
    return file
