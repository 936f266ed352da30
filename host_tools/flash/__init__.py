"""Putting the firmware on a camera: over VAPIX (axis.py) or SSH (ssh.py)."""

from host_tools.flash.errors import FlashError

__all__ = ["FlashError"]
