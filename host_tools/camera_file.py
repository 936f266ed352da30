"""Adding, removing and tagging cameras in doorlens.toml."""

import tomlkit

from host_tools.errors import ProjectError
from host_tools.project import FILE_NAME, Project, check_word, table_of
from host_tools.project_file import change


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
    return change(folder, edit)


def put(folder, name, camera):
    """As `add`, but for a camera that is there the keys that `camera` gives are changed, its tags stay. Whether anything was."""
    known = Project.open(folder).cameras.get(name)
    if known is None:
        add(folder, name, camera)
        return True
    changes = {key: value for key, value in table_of(camera).items() if key != "tags" and getattr(known, key) != value}
    if changes:
        change(folder, lambda document: _table(folder, document, name).update(changes))
    return bool(changes)


def remove(folder, name):
    """Without the table [cameras.NAME]. Returns Project; raises ProjectError."""
    def edit(document):
        _table(folder, document, name)
        del document["cameras"][name]
        if not document["cameras"]:
            del document["cameras"]
    return change(folder, edit)


def tag(folder, name, more=(), fewer=()):
    """With the tags `more` and without `fewer`. Returns Project; raises ProjectError."""
    def edit(document):
        table = _table(folder, document, name)
        kept = [word for word in dict.fromkeys([*table.get("tags", ()), *more]) if word not in fewer]
        if kept:
            table["tags"] = kept
        else:
            table.pop("tags", None)
    return change(folder, edit)


def _table(folder, document, name):
    if name not in document.get("cameras", {}):
        known = ", ".join(document.get("cameras", {})) or "none"
        raise ProjectError(f"{folder / FILE_NAME} has no camera {name} (it has: {known})")
    return document["cameras"][name]
