"""doorlens-camera -m camera_firmware LOCALDATA/settings.json"""

import asyncio
import sys

from camera_firmware.settings import SettingsError, load

USAGE = "usage: doorlens-camera -m camera_firmware LOCALDATA/settings.json\n"


def run(arguments, fixed=None):
    """The exit status: 0 when the source has ended or SIGTERM came, 2 for wrong arguments or settings, 3 to be started anew.

    fixed: see settings.check.
    """
    if len(arguments) != 1 or arguments[0].startswith("-"):
        sys.stderr.write(USAGE)
        return 2
    path = arguments[0]
    try:
        settings = load(path, fixed)
    except SettingsError as error:
        sys.stderr.write("doorlens-camera: %s\n" % error)
        return 2
    from camera_firmware.main import make
    return asyncio.run(make(settings, path.rpartition("/")[0] or ".").run()) or 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
