"""Writing the network's region into doorlens.toml; everything else in the file stays as it is, comments too."""

import os

import tomlkit
from tomlkit.exceptions import TOMLKitError

from contract import durable
from contract.preprocess import REGION_UNIT, check_region
from host_tools.errors import ProjectError
from host_tools.project import FILE_NAME

_PRIVATE = 0o600  # the file holds the cameras' tokens


def write_region(folder, region):
    """Replaces `region` ([x0, y0, x1, y1] in 1/10000) in the project folder's file. Raises ProjectError."""
    file = folder / FILE_NAME
    try:
        check_region(region)
        document = tomlkit.parse(file.read_text("utf-8"))
        document["region"] = [edge / REGION_UNIT for edge in region]
        _replace(file, tomlkit.dumps(document).encode())
    except OSError as error:
        raise ProjectError(f"{file} cannot be written: {error.strerror}") from None
    except (TOMLKitError, ValueError) as error:
        raise ProjectError(f"{file}: {error}") from None


def _replace(file, data):
    """As durable.write, but nobody else can read the new file at any instant if nobody could read the old one."""
    part, mode = str(file) + durable.PART, os.stat(file).st_mode & 0o777
    os.close(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, _PRIVATE))
    os.chmod(part, mode)
    durable.write(file, data)
