"""What Linux says about the machine and about this process. A file that is absent or odd is a reading that is None.

`root` is where /proc and /sys are, "" but for tests.
"""

import gc
import os

from camera_firmware.portable import const, names

_heap = []               # its size, once it is known
_SENSORS = const(16)     # that are told
_TICK_MS = const(10)     # Linux counts processor time for programs in hundredths of a second, on every architecture
_FILE_BYTES = const(4096)


def memory(root=""):
    """(all, available) of the machine in bytes, each may be None."""
    values = _kilobytes(root + "/proc/meminfo", ("MemTotal", "MemAvailable"))
    return values["MemTotal"], values["MemAvailable"]


def heap():
    """(used, free) bytes of the interpreter's heap, garbage included, or (None, None). Looks at every block once: the heap does
    not grow, so what is free need not be counted too."""
    if not hasattr(gc, "mem_alloc"):
        return None, None
    if not _heap:
        _heap.append(gc.mem_alloc() + gc.mem_free())
    used = gc.mem_alloc()
    return used, _heap[0] - used


def resident(root=""):
    """Bytes of this process in memory, or None."""
    return _kilobytes(root + "/proc/self/status", ("VmRSS",))["VmRSS"]


def load(root=""):
    """Texts of the load averages of 1, 5 and 15 minutes, or None."""
    parts = (_text(root + "/proc/loadavg") or "").split(" ")[:3]
    return parts if len(parts) == 3 and all(_is_number(part) for part in parts) else None


def processor_ms(root=""):
    """Milliseconds that this process has spent computing, in the kernel too; or None."""
    text = _text(root + "/proc/self/stat") or ""
    fields = text[text.rfind(")") + 2:].split(" ")  # the name before it may hold anything
    if len(fields) < 13 or not (fields[11].isdigit() and fields[12].isdigit()):
        return None
    return (int(fields[11]) + int(fields[12])) * _TICK_MS


def open_files(root=""):
    """How many descriptors this process has open, or None."""
    try:
        return sum(1 for _ in names(root + "/proc/self/fd")) - 1  # the folder itself is one while it is read
    except OSError:
        return None


def temperatures(root=""):
    """[(thousandths of a degree Celsius, sensor, what it is), ...]: thermal zones, or where there are none hwmon's sensors."""
    zones, found = root + "/sys/class/thermal/", []
    for zone in _listed(zones, "thermal_zone"):
        _add(found, zones + zone + "/temp", zone, zones + zone + "/type")
    if not found:
        chips = root + "/sys/class/hwmon/"
        for chip in _listed(chips, "hwmon"):
            for name in _listed(chips + chip, "temp"):
                if name.endswith("_input"):
                    _add(found, chips + chip + "/" + name, chip + "_" + name[:-len("_input")], chips + chip + "/name")
    return found


def disk(path):
    """(all, free for us) bytes of the file system that holds `path`, each may be None."""
    try:
        about = os.statvfs(path)
    except (OSError, AttributeError):
        return None, None
    return about[1] * about[2], about[1] * about[4]


def _add(found, path, sensor, kind):
    value = (_text(path) or "").strip()
    if value.lstrip("-").isdigit() and len(found) < _SENSORS:
        found.append((int(value), sensor, (_text(kind) or "").strip()))


def _listed(folder, prefix):
    try:
        return sorted([name for name in names(folder) if name.startswith(prefix)])
    except OSError:
        return []


def _text(path):
    """The file's beginning, or None."""
    try:
        with open(path, "rb") as file:
            return file.read(_FILE_BYTES).decode()
    except (OSError, UnicodeError):
        return None


def _kilobytes(path, wanted):
    """{name: bytes or None} of lines "name:  123 kB"."""
    values = {name: None for name in wanted}
    for line in (_text(path) or "").split("\n"):
        name, _, rest = line.partition(":")
        parts = rest.split()
        if name in values and parts and parts[0].isdigit():
            values[name] = 1024 * int(parts[0])
    return values


def _is_number(text):
    whole, _, fraction = text.partition(".")
    return whole.isdigit() and (not fraction or fraction.isdigit())
