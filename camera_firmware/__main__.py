"""doorlens-camera -m camera_firmware [--check] LOCALDATA/settings.json"""

import asyncio
import sys

from camera_firmware.reasons import reason
from camera_firmware.settings import SettingsError, load

USAGE = "usage: doorlens-camera -m camera_firmware LOCALDATA/settings.json\n"
RESTART = 3  # exit status: to be started anew


def run(arguments, fixed=None):
    """The exit status: 0 when the source has ended or SIGTERM came, 2 for wrong arguments or settings, 3 to be started anew.

    fixed: see settings.check.
    """
    checks = arguments[:1] == ["--check"]
    paths = arguments[1:] if checks else arguments
    if len(paths) != 1 or paths[0].startswith("-"):
        sys.stderr.write(USAGE)
        return 2
    try:
        settings = load(paths[0], fixed)
    except SettingsError as error:
        sys.stderr.write("doorlens-camera: %s\n" % error)
        return 2
    directory = paths[0].rpartition("/")[0] or "."
    if checks:
        from camera_firmware.firmware_check import check
        return check(settings, directory)
    return _live(settings, directory)


def _live(settings, directory):
    """A life of the application, in this executable or, if one is to run, in a signed firmware's."""
    import sign
    import watchdog

    from camera_firmware.clock import Monotonic
    from camera_firmware.firmware_process import Process
    from camera_firmware.firmware_start import choose
    from camera_firmware.log import Log
    log = Log(settings["log"]["level"], Monotonic())
    watchdog.feed(settings["update"]["watchdog_s"])  # the alarm outlives a change of executables
    choose(directory, settings["update"], Process(), sign.verify, log)
    from camera_firmware.main import make
    application = make(settings, directory)
    status = asyncio.run(application.run()) or 0
    firmware = application.updates.firmware
    if not firmware.restart_wanted:
        return status
    try:
        firmware.make_way()
    except OSError as error:
        log.error("firmware", "the packaged one cannot begin in this process: %s" % reason(error))
    return RESTART


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
