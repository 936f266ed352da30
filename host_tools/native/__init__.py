"""The camera's C modules on the host: the same functions, arguments and errors, called through ctypes.

`ujpeg`, `imgprep`, `nn` and `frame` mirror the MicroPython modules of the firmware, so that host code reads like camera code
and a frame gives the same pixels and the same logits in both places. The library is loaded on the first call;
`LibraryMissing` then says how to build it.
"""

from . import frame, imgprep, nn, ujpeg
from .library import LibraryMissing

__all__ = ["LibraryMissing", "frame", "imgprep", "nn", "ujpeg"]
