"""Finding and loading the host library, and passing Python objects to it."""

import ctypes
import functools
import operator
import os
import pathlib

import numpy

_ENVIRONMENT = "DOORLENS_LIBRARY"
_DEFAULT = pathlib.Path(__file__).resolve().parents[2] / "build" / "x86_64" / "libdoorlens.so"

_PROTOTYPES = {
    "ujpeg_sentence": (ctypes.c_char_p, "i"),
    "ujpeg_info": (ctypes.c_int, "psp"),
    "ujpeg_decode": (ctypes.c_int, "psipbpsp"),
    "ujpeg_encode": (ctypes.c_int, "psiiiipsp"),
    "ujpeg_stream_size": (ctypes.c_size_t, ""),
    "ujpeg_stream_init": (None, "p"),
    "ujpeg_stream_scratch_size": (ctypes.c_size_t, "s"),
    "ujpeg_stream_decode": (ctypes.c_int, "ppspsipbpsp"),
    "ujpeg_stream_was_fast": (ctypes.c_bool, "p"),
    "ujpeg_stream_set_motion": (None, "pps"),
    "ujpeg_stream_motion": (ctypes.c_uint32, "p"),
    "imgprep_sentence": (ctypes.c_char_p, "i"),
    "imgprep_resize_area": (ctypes.c_int, "psiiippsii"),
    "imgprep_mean_abs_diff": (ctypes.c_int, "pspsp"),
    "imgprep_colour_histogram": (ctypes.c_int, "psips"),
    "imgprep_colour_shares": (ctypes.c_int, "psips"),
    "imgprep_nearest": (ctypes.c_int, "pspsspsp"),
    "imgprep_luma_statistics": (ctypes.c_int, "psps"),
    "imgprep_sharpness": (ctypes.c_int, "psiip"),
    "imgprep_hog_size": (ctypes.c_size_t, "ii"),
    "imgprep_hog_scratch_size": (ctypes.c_size_t, "ii"),
    "imgprep_hog": (ctypes.c_int, "psiipsps"),
    "imgprep_phase_shift_scratch_size": (ctypes.c_size_t, "i"),
    "imgprep_phase_shift": (ctypes.c_int, "pspsipsps"),
    "imgprep_edges": (ctypes.c_int, "psippsp"),
    "nn_sentence": (ctypes.c_char_p, "i"),
    "nn_net_size": (ctypes.c_size_t, ""),
    "nn_net_init": (ctypes.c_int, "piii"),
    "nn_net_add": (ctypes.c_int, "piiiiiiipspspsps"),
    "nn_net_add_residual": (ctypes.c_int, "piiiiiiii"),
    "nn_net_plan": (ctypes.c_int, "ppp"),
    "nn_net_pack": (ctypes.c_int, "pps"),
    "nn_net_outputs": (ctypes.c_uint32, "p"),
    "nn_net_run": (ctypes.c_int, "ppspsps"),
    "frame_sentence": (ctypes.c_char_p, "i"),
    "frame_area": (ctypes.c_char_p, "i"),
    "frame_plan_size": (ctypes.c_size_t, ""),
    "frame_plan_init": (ctypes.c_int, "piiipiiii"),
    "frame_input_size": (ctypes.c_size_t, "p"),
    "frame_scratch_size": (ctypes.c_size_t, "p"),
    "frame_fits": (ctypes.c_int, "pp"),
    "frame_start": (ctypes.c_int, "pps"),
    "frame_run": (ctypes.c_int, "pppspspspsp"),
}
_TYPES = {"p": ctypes.c_void_p, "s": ctypes.c_size_t, "i": ctypes.c_int32, "b": ctypes.c_bool}


class LibraryMissing(RuntimeError):
    """The host library has not been built, or cannot be loaded; the message is one line that says what to do."""


@functools.cache
def library():
    """The loaded library with all prototypes declared. Raises LibraryMissing."""
    path = pathlib.Path(os.environ.get(_ENVIRONMENT) or _DEFAULT)
    if not path.exists():
        raise LibraryMissing(f"{path} does not exist: run `make firmware`")
    try:
        loaded = ctypes.CDLL(str(path))
        for name, (result, arguments) in _PROTOTYPES.items():
            function = getattr(loaded, name)
            function.restype = result
            function.argtypes = [_TYPES[letter] for letter in arguments]
    except (OSError, AttributeError) as error:
        raise LibraryMissing(f"{path} cannot be loaded ({error}): run `make firmware`") from error
    return loaded


def check(area, status):
    """Raises ValueError("<area>: <sentence>") unless status is 0."""
    if status:
        sentence = getattr(library(), area + "_sentence")(status).decode()
        raise ValueError(f"{area}: {sentence}")


def integer(area, value):
    """An int that fits int32. TypeError for anything but an integer, ValueError if it is too large."""
    value = operator.index(value)
    if not -(1 << 31) <= value < 1 << 31:
        raise ValueError(f"{area}: an integer argument does not fit 32 bits")
    return value


def region_argument(area, region):
    """None, or (x, y, w, h) as a C array."""
    if region is None:
        return None
    if not isinstance(region, (tuple, list)):
        raise TypeError(f"{area}: region must be None or a tuple of four integers")
    if len(region) != 4:
        raise ValueError(f"{area}: region must have four integers")
    return (ctypes.c_int32 * 4)(*(integer(area, value) for value in region))


class Buffer:
    """The address and length in bytes of a contiguous bytes-like object, which it keeps alive."""

    def __init__(self, source, writable=False):
        view = memoryview(source)
        if writable and view.readonly:
            raise TypeError("a writable buffer is required")
        if not view.c_contiguous:
            raise TypeError("a contiguous buffer is required")
        self.size = view.nbytes
        self._array = numpy.frombuffer(view, numpy.uint8) if view.nbytes else None
        self.address = self._array.ctypes.data if view.nbytes else None
