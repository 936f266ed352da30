"""The application that runs on the camera. MicroPython's libraries only."""

__version__ = "0.1.0"
