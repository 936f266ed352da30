"""Which model the cameras run: deployed.json of a project, written by `doorlens push`.

    {"front": {"model": "runs/tuesday/model.safetensors", "sha256": "...", "sequence": 3,
               "time": "2026-03-01T10:20:30.000Z"}}

`model` is the file that was pushed, relative to the project where it lies in it.
"""

import hashlib
import json
import os
from pathlib import Path

from contract import durable
from contract import model as model_file
from contract.clock import utc_text

FILE_NAME = "deployed.json"


def record(project, camera, file, data, sequence, time_ms):
    """`camera` runs `data`, the bytes of `file`, since `time_ms`."""
    entries = _read(project)
    entries[camera] = {"model": place(project, file), "sha256": hashlib.sha256(data).hexdigest(), "sequence": sequence,
                       "time": utc_text(time_ms)}
    durable.write(project.path / FILE_NAME, (json.dumps(entries, indent=1) + "\n").encode())


def place(project, file):
    """`file` as text: relative to the project where it lies in it, else absolute."""
    file, folder = Path(file).resolve(), project.path.resolve()
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else str(file)


def find(project):
    """Path of the model pushed last that is still on disk; the newest run's if nothing was ever pushed; or None.

    A file that was overwritten since is looked for among the runs by its hash.
    """
    entries = sorted(_read(project).values(), key=lambda entry: str(entry.get("time", "")), reverse=True)
    for entry in entries:
        for file in [project.path / str(entry.get("model", "")), *runs(project.runs_path)]:
            if file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == entry.get("sha256"):
                return file
    return None if entries else newest(project.runs_path)


def newest(folder):
    """The model file with the greatest sequence number in a folder of runs; None if there is none."""
    found = []
    for file in runs(folder):
        try:
            found.append((model_file.parse(file.read_bytes()).sequence, os.stat(file).st_mtime, file))
        except (model_file.ModelError, OSError):
            continue  # a file somebody damaged
    return max(found)[2] if found else None


def runs(folder):
    """Model files of a folder of runs, by name."""
    return sorted(Path(folder).glob("*/model.safetensors"))


def cameras(project):
    """{SHA-256 of a model file: names of the cameras that it was pushed to last}."""
    found = {}
    for name, entry in _read(project).items():
        found.setdefault(str(entry.get("sha256")), []).append(name)
    return found


def sequences(project):
    """Sequence numbers of what was pushed."""
    return [entry["sequence"] for entry in _read(project).values() if isinstance(entry.get("sequence"), int)]


def _read(project):
    """camera -> entry; empty if there is no file, or none that can be read: it is only a convenience."""
    try:
        entries = json.loads((project.path / FILE_NAME).read_bytes())
    except (OSError, ValueError):
        return {}
    entries = entries if isinstance(entries, dict) else {}
    return {name: entry for name, entry in entries.items() if isinstance(entry, dict)}
