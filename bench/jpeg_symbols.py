"""Counts the Huffman symbols of a baseline JPEG with one interleaved scan: what its entropy decoder has to resolve."""


def symbols(data):
    """Number of symbols (DC and AC together, end-of-block included) in the scan."""
    segments, scan = _segments(data)
    tables = _tables(segments)
    blocks, units = _layout(segments)
    bits = _Bits(scan)
    count = 0
    for _ in range(units):
        for dc, ac in blocks:
            count += _block(bits, tables[dc], tables[16 + ac])
    return count


def _segments(data):
    """({marker: [contents]}, entropy-coded bytes without stuffing)."""
    found, position = {}, 2
    while True:
        marker, length = data[position + 1], int.from_bytes(data[position + 2:position + 4], "big")
        found.setdefault(marker, []).append(data[position + 4:position + 2 + length])
        position += 2 + length
        if marker == 0xDA:
            return found, data[position:data.rindex(b"\xff\xd9")].replace(b"\xff\x00", b"\xff")


def _tables(segments):
    """{class * 16 + number: list over 16 bits of (symbol, length)}."""
    tables = {}
    for content in segments[0xC4]:
        while content:
            number, counts = content[0], content[1:17]
            lookup, code, at = [None] * 65536, 0, 17
            for length, count in enumerate(counts, 1):
                for symbol in content[at:at + count]:
                    first = code << (16 - length)
                    lookup[first:first + (1 << (16 - length))] = [(symbol, length)] * (1 << (16 - length))
                    code += 1
                at += count
                code <<= 1
            tables[number], content = lookup, content[at:]
    return tables


def _layout(segments):
    """([(dc table, ac table) of each block of a unit], units of the picture)."""
    frame, scan = segments[0xC0][0], segments[0xDA][0]
    height, width = int.from_bytes(frame[1:3], "big"), int.from_bytes(frame[3:5], "big")
    sampling = [(frame[7 + 3 * i] >> 4, frame[7 + 3 * i] & 15) for i in range(frame[5])]
    wide, high = 8 * max(h for h, _ in sampling), 8 * max(v for _, v in sampling)
    blocks = [(scan[2 + 2 * i] >> 4, scan[2 + 2 * i] & 15) for i, (h, v) in enumerate(sampling) for _ in range(h * v)]
    return blocks, -(-width // wide) * -(-height // high)


class _Bits:
    def __init__(self, data):
        self.data, self.position = data + bytes(8), 0

    def peek(self):
        at = self.position >> 3
        return int.from_bytes(self.data[at:at + 3], "big") >> (8 - (self.position & 7)) & 0xFFFF


def _block(bits, dc, ac):
    size, length = dc[bits.peek()]
    bits.position += size + length
    count, k = 1, 1
    while k < 64:
        symbol, length = ac[bits.peek()]
        bits.position += length + (symbol & 15)
        count += 1
        if symbol == 0:
            break
        k += (symbol >> 4) + 1
    return count
