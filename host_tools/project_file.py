"""Changing doorlens.toml; everything else in the file stays as it is, comments too.

tomlkit keeps what a person wrote, which a writer of plain dictionaries would not. What is written is read back first, so
that no change leaves a file that no command opens.
"""

import tomlkit
from tomlkit.exceptions import TOMLKitError

from contract.preprocess import REGION_UNIT
from host_tools.errors import ProjectError
from host_tools.project import FILE_NAME, Project, write


def change(folder, edit):
    """`edit(document)` changes the tomlkit document of the project's folder (Path). Returns Project; raises ProjectError."""
    file = folder / FILE_NAME
    Project.open(folder)  # says what is wrong with a file before it is touched
    try:
        document = tomlkit.parse(file.read_text("utf-8"))
        edit(document)
        text = tomlkit.dumps(document)
        project = Project.parse(folder, text)
        write(file, text.encode())
    except OSError as error:
        raise ProjectError(f"{file} cannot be written: {error.strerror}") from None
    except TOMLKitError as error:
        raise ProjectError(f"{file}: {error}") from None
    return project


def write_region(folder, region):
    """Replaces `region` ([x0, y0, x1, y1] in 1/10000) in the file of the folder (Path). Raises ProjectError."""
    def edit(document):
        document["region"] = [edge / REGION_UNIT for edge in region]
    change(folder, edit)
