"""When a picture of a folder was taken: manifest, EXIF, file name, or the file's own time."""

import csv
import re
from datetime import datetime, timezone

from PIL import Image

from contract.clock import utc_ms

_DATE = re.compile(r"(20\d\d)-?(\d\d)-?(\d\d)[T_ -]?(\d\d)[:-]?(\d\d)[:-]?(\d\d)")
_UNIX = re.compile(r"(?<!\d)(1[0-9]{9})(\d{3})?(?!\d)")
_EXIF_TAKEN, _EXIF_IFD = 36867, 34665


def manifest_times(folder):
    """{relative path: time_ms} from manifest.csv (columns file and time or unix_time), empty without one."""
    path = folder / "manifest.csv"
    if not path.exists():
        return {}
    with open(path, newline="", encoding="utf-8") as file:
        rows = [(row.get("file"), _text_ms(row.get("time") or row.get("unix_time") or "")) for row in csv.DictReader(file)]
    return {name: time_ms for name, time_ms in rows if name and time_ms is not None}


def taken_ms(path):
    """Milliseconds since the epoch; falls back to the file's modification time."""
    for found in (_exif_ms(path), _name_ms(path.stem)):
        if found is not None:
            return found
    return int(path.stat().st_mtime * 1000)


def increasing(times):
    """The same times, each at least one second after the one before: order is by name, whatever the clocks say."""
    result = []
    for time_ms in times:
        result.append(time_ms if not result or time_ms > result[-1] else result[-1] + 1000)
    return result


def _text_ms(text):
    try:
        return int(float(text) * 1000)
    except ValueError:
        pass
    try:
        return utc_ms(text)
    except ValueError:
        return None


def _exif_ms(path):
    try:
        with Image.open(path) as picture:
            taken = picture.getexif().get_ifd(_EXIF_IFD).get(_EXIF_TAKEN)
        when = datetime.strptime(taken, "%Y:%m:%d %H:%M:%S") if taken else None
    except (OSError, ValueError, TypeError, SyntaxError):
        return None
    return int(when.replace(tzinfo=timezone.utc).timestamp() * 1000) if when else None


def _name_ms(stem):
    unix = _UNIX.search(stem)
    if unix:
        return int(unix[1]) * 1000 + int(unix[2] or 0)
    date = _DATE.search(stem)
    try:
        return int(datetime(*map(int, date.groups()), tzinfo=timezone.utc).timestamp() * 1000) if date else None
    except ValueError:
        return None
