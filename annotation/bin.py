"""The bin: pictures of frames that were deleted, in the folder bin/ of the project, each under its own path."""

import os

FOLDER = "bin"


def tidy(index):
    """Moves every picture and its sidecar to where the index has the frame: into the bin or out of it.

    A frame is deleted by its line in the journal; what a crash left unmoved then, the next call moves. A picture that
    stands in both places is not touched. Returns the number of moved frames; what cannot be moved stays.
    """
    moved = sum(_move(index.file(path), _place(index, path)) for path in index.binned)
    folder = index.project / FOLDER
    for picture in sorted(folder.rglob("*")) if index.binned or folder.is_dir() else ():
        path = picture.relative_to(folder).as_posix()
        if path in index.entries:
            moved += _move(picture, index.file(path))
    return moved


def _place(index, path):
    return index.project / FOLDER / path


def _move(source, target):
    moved = False
    for suffix in (source.suffix, ".json"):
        old, new = source.with_suffix(suffix), target.with_suffix(suffix)
        try:
            if old.is_file() and not new.exists():
                new.parent.mkdir(parents=True, exist_ok=True)
                os.rename(old, new)
                moved = True
        except OSError:
            continue
    return moved
