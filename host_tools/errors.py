"""Errors of the workbench; the command line prints each as one line and exits with status 1.

    contract.errors.DoorlensError
    +-- ProjectError     doorlens.toml or the project folder
    +-- CameraError      the camera did not do what it was asked; .code as in contract.api
    +-- DemoError        a part of the demonstration is missing
    +-- SigningError     the key that signs updates: missing, not to be opened, or in the way
"""

from contract.errors import DoorlensError


class ProjectError(DoorlensError):
    pass


class CameraError(DoorlensError):
    def __init__(self, message, code=None):
        super().__init__(message)
        self.code = code


class DemoError(DoorlensError):
    pass


class SigningError(DoorlensError):
    pass
