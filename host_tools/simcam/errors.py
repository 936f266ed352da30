"""Errors of the virtual camera.

    contract.errors.DoorlensError
    +-- SimcamError
        +-- SourceError      nothing to play: no such folder, no pictures, unreadable video
        +-- FirmwareError    the firmware cannot be started
"""

from contract.errors import DoorlensError


class SimcamError(DoorlensError):
    pass


class SourceError(SimcamError):
    pass


class FirmwareError(SimcamError):
    pass
