"""What the end of a firmware's check says."""

from camera_firmware.portable import const

CHECKED = 42       # exit status: nothing is wrong; nothing else ends like this by chance
MODEL_REFUSED = 4  # exit status
_SETTINGS_REFUSED = const(2)
_ALARM = const(-14)


def verdict(status):
    """Why a firmware whose check ended with `status` must not be tried, or "". status: see execute.ended."""
    if status == CHECKED:
        return ""
    if status < 0:
        return ("it hung when it was started beside the firmware in use" if status == _ALARM
                else "it was ended by signal %d when it was started beside the firmware in use" % -status)
    return {_SETTINGS_REFUSED: "it does not take this camera's settings", MODEL_REFUSED: "it cannot use the model that is in use"}.get(
        status, "it does not start as it should: exit status %d" % status)
