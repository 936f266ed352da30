"""Memory of a program under qemu-arm, without the emulator's own: the guest's 4 GiB are one range of the host's addresses."""

import re

_GUEST_BYTES = 1 << 32
_MAPPING = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) \S+ ([0-9a-f]+) \S+ \S+ *(.*)$")


def _mappings(pid):
    """(start, end, offset, path, resident bytes) of every mapping of the emulator."""
    with open(f"/proc/{pid}/smaps") as file:
        for line in file:
            found = _MAPPING.match(line)
            if found:
                start, end, offset = (int(text, 16) for text in found.groups()[:3])
                path = found.group(4)
            elif line.startswith("Rss:"):
                yield start, end, offset, path, int(line.split()[1]) * 1024


def resident(pid, executable, first_address=0x10000):
    """Bytes of the guest's pages that are in memory, its program and stack included.

    `first_address` is where the static executable's first segment lies; its host address gives the base of the range.
    """
    mappings = list(_mappings(pid))
    base = min(start for start, _, offset, path, _ in mappings if path == str(executable) and offset == 0) - first_address
    return sum(size for start, end, _, _, size in mappings if base <= start and end <= base + _GUEST_BYTES)
