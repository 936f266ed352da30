"""Adding, removing and tagging cameras in doorlens.toml; everything else in the file stays as it is, comments too.

tomlkit keeps what a person wrote, which a writer of plain dictionaries would not. What is written is read back first, so
that no change leaves a file that no command opens.
"""

import os

import tomlkit
from tomlkit.exceptions import TOMLKitError

from contract import durable
from host_tools.errors import ProjectError
from host_tools.project import FILE_NAME, Project, check_word, table_of

_PRIVATE = 0o600  # the file holds the cameras' tokens


def add(folder, name, camera):
    """A new table [cameras.NAME] of a CameraSettings in the file of the project's folder (Path). Returns Project; raises
    ProjectError.
    """
    check_word(name, "the camera's name")

    def edit(document):
        if "cameras" not in document:
            document["cameras"] = tomlkit.table(is_super_table=True)
        if name in document["cameras"]:
            raise ProjectError(f"{folder / FILE_NAME} has a camera {name} already: "
                               f"remove it first with `doorlens cameras remove {name}`")
        table = tomlkit.table()
        table.update(table_of(camera))
        document["cameras"][name] = table
    return _change(folder, edit)


def put(folder, name, camera):
    """As `add`, but for a camera that is there the keys that `camera` gives are changed, its tags stay. Whether anything was."""
    known = Project.open(folder).cameras.get(name)
    if known is None:
        add(folder, name, camera)
        return True
    changes = {key: value for key, value in table_of(camera).items() if key != "tags" and getattr(known, key) != value}
    if changes:
        _change(folder, lambda document: _table(folder, document, name).update(changes))
    return bool(changes)


def remove(folder, name):
    """Without the table [cameras.NAME]. Returns Project; raises ProjectError."""
    def edit(document):
        _table(folder, document, name)
        del document["cameras"][name]
        if not document["cameras"]:
            del document["cameras"]
    return _change(folder, edit)


def tag(folder, name, more=(), fewer=()):
    """With the tags `more` and without `fewer`. Returns Project; raises ProjectError."""
    def edit(document):
        table = _table(folder, document, name)
        kept = [word for word in dict.fromkeys([*table.get("tags", ()), *more]) if word not in fewer]
        if kept:
            table["tags"] = kept
        else:
            table.pop("tags", None)
    return _change(folder, edit)


def _table(folder, document, name):
    if name not in document.get("cameras", {}):
        known = ", ".join(document.get("cameras", {})) or "none"
        raise ProjectError(f"{folder / FILE_NAME} has no camera {name} (it has: {known})")
    return document["cameras"][name]


def _change(folder, edit):
    file = folder / FILE_NAME
    Project.open(folder)  # says what is wrong with a file before it is touched
    try:
        document = tomlkit.parse(file.read_text("utf-8"))
        edit(document)
        text = tomlkit.dumps(document)
        project = Project.parse(folder, text)
        _replace(file, text.encode())
    except OSError as error:
        raise ProjectError(f"{file} cannot be written: {error.strerror}") from None
    except TOMLKitError as error:
        raise ProjectError(f"{file}: {error}") from None
    return project


def _replace(file, data):
    """As durable.write, but at no instant can anybody read the new file who could not read the old one."""
    part, mode = str(file) + durable.PART, os.stat(file).st_mode & 0o777
    os.close(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, _PRIVATE))
    os.chmod(part, mode)
    durable.write(file, data)
