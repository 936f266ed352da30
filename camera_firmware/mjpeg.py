"""Where one picture ends and the next begins: multipart boundaries, and bare concatenated JPEGs."""


def boundary_of(content_type):
    """b"--mark" from 'multipart/x-mixed-replace; boundary="mark"', however it is written.

    Raises ValueError if the type is not multipart or names no boundary.
    """
    kind, _, parameters = content_type.partition(";")
    if not kind.strip().lower().startswith("multipart/"):
        raise ValueError("the camera sends %s, not a multipart stream" % (kind.strip() or "no type"))
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "boundary":
            value = value.strip().strip('"')
            while value.startswith("-"):  # some servers name it with the dashes, some without
                value = value[1:]
            if value:
                return b"--" + value.encode()
    raise ValueError("the camera's stream names no boundary")


def header_time_ms(text):
    """X-Timestamp "1772360430.500" -> 1772360430500; None where there is none or it is not a number."""
    whole, _, fraction = (text or "").strip().partition(".")
    if not whole.isdigit() or (fraction and not fraction.isdigit()):
        return None
    return int(whole) * 1000 + int((fraction + "000")[:3])


class JpegEnd:
    """Finds the end of the JPEG that starts at the buffer's first byte, as its bytes arrive.

    Segments are skipped by their length, so a thumbnail inside one does not end the picture.
    """

    def __init__(self, buffer):
        self._buffer = buffer
        self.reset()

    def reset(self):
        self._at = 2  # behind SOI
        self._in_scan = False

    def find(self, end):
        """Length of the picture if the first `end` bytes hold all of it, else 0.

        Raises ValueError where the bytes are not a JPEG's.
        """
        while self._at + 4 <= end or (self._in_scan and self._at + 2 <= end):
            length = self._scan(end) if self._in_scan else self._segment()
            if length is not None:
                return length
        return self._at + 2 if self._ends_here(end) else 0

    def _ends_here(self, end):
        buffer, at = self._buffer, self._at
        return not self._in_scan and at + 2 <= end and buffer[at] == 0xFF and buffer[at + 1] == 0xD9

    def _segment(self):
        """Steps over one marker segment; returns the length at EOI."""
        buffer, at = self._buffer, self._at
        marker = buffer[at + 1]
        if buffer[at] != 0xFF:
            raise ValueError("not a JPEG: no marker where one must be")
        if marker == 0xD9:
            return at + 2
        if marker == 0xFF:  # fill byte
            self._at += 1
        elif marker == 0x01 or 0xD0 <= marker <= 0xD8:
            self._at += 2
        else:
            size = buffer[at + 2] << 8 | buffer[at + 3]
            if size < 2:
                raise ValueError("not a JPEG: a segment shorter than its length field")
            self._at += 2 + size
            self._in_scan = marker == 0xDA

    def _scan(self, end):
        """Steps through entropy-coded data to the next real marker; 0 if `end` comes first."""
        buffer, at = self._buffer, self._at
        while True:
            at = buffer.find(b"\xff", at, end)
            if at < 0:
                self._at = end
                return 0
            if at + 1 >= end:
                self._at = at
                return 0
            marker = buffer[at + 1]
            if marker and not 0xD0 <= marker <= 0xD7 and marker != 0xFF:
                self._at = at
                self._in_scan = False
                return None
            at += 1 if marker == 0xFF else 2
