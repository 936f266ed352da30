"""An Axis camera from outside: VAPIX over HTTP or HTTPS. Written after Axis's public documentation of the application API."""

from host_tools.vapix.answers import Application, DeviceInfo
from host_tools.vapix.camera import AxisCamera
from host_tools.vapix.errors import ApplicationError, PinError, VapixError
from host_tools.vapix.pins import Pins, default_pins

__all__ = ["Application", "ApplicationError", "AxisCamera", "DeviceInfo", "PinError", "Pins", "VapixError", "default_pins"]
