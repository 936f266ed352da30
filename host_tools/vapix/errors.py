"""Errors of the VAPIX client.

    host_tools.errors.CameraError
    +-- VapixError              the camera cannot be reached, refuses the user, or does not answer as an Axis camera does
        +-- ApplicationError    `Error: n` of the application API; .number
    +-- PinError                another certificate or host key than the first time
"""

from host_tools.errors import CameraError


class VapixError(CameraError):
    pass


class ApplicationError(VapixError):
    def __init__(self, message, number):
        super().__init__(message)
        self.number = number


class PinError(CameraError):
    """`code` is PIN: asking again does not help."""

    PIN = "pin"

    def __init__(self, message):
        super().__init__(message, self.PIN)


# The numbers of upload.cgi and control.cgi, which come with HTTP status 200.
_UPLOAD = {
    1: "the file is no application package: build it anew with `make package`",
    2: "the package is not signed by Axis, and this camera takes signed ones only: allow unsigned packages with "
       "--allow-unsigned (AXIS OS 11.2 and newer; every administrator may then install anything), or have it signed",
    3: "the package is too large or the camera's flash is full: remove an application that is not needed",
    5: "the package does not fit this camera: another processor, or an AXIS OS outside of what the package names",
    10: "the camera could not install the package and does not say why: its system log does",
    12: "the camera is busy with another installation: wait a minute and try again",
    13: "the package asks for a system user that this AXIS OS does not allow: build it anew with `make package`",
}
_CONTROL = {
    4: "there is no such application on the camera",
    6: "it is running already",
    7: "it is not running",
    8: "the camera could not start it: its system log says why",
    9: "too many applications are running: stop one that is not needed",
    10: "the camera does not say why: its system log does",
}
ALREADY_RUNNING, NOT_RUNNING, UNSIGNED, TOO_FULL = 6, 7, 2, 3


def upload_error(number):
    return ApplicationError(_UPLOAD.get(number, f"the camera refuses the package with error {number}"), number)


def control_error(action, name, number):
    why = _CONTROL.get(number, f"the camera answers with error {number}")
    return ApplicationError(f"cannot {action} {name}: {why}", number)
