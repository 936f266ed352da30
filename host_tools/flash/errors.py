"""host_tools.errors.CameraError
    +-- FlashError     the firmware is not put there, or does not do there what it should; what was there before runs on
"""

from host_tools.errors import CameraError


class FlashError(CameraError):
    pass
