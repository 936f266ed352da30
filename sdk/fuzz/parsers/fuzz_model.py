"""A model file that may be anything: it is refused with a ModelError, or it runs and passes its own test.

Input: the file; or, behind a byte 1, the metadata's text, the rest of the header's, each ended by a 0, and the data.
"""

import json

import nn

from camera_firmware import updates
from contract.model import ModelError

_COMPOSED = 1
_MAX_MESSAGE = 300


def file_of(data):
    if not len(data) or data[0] != _COMPOSED:
        return bytearray(data)
    metadata, _, rest = bytes(data[1:]).partition(b"\0")
    tensors, _, content = rest.partition(b"\0")
    try:
        text = json.dumps(metadata.decode()).encode()
    except UnicodeError:
        text = b'""'
    header = b'{"__metadata__":{"doorlens":' + text + b"}" + tensors
    header += b" " * (-len(header) % 8)
    return bytearray(len(header).to_bytes(8, "little") + header + content)


def one(data):
    buffer = file_of(data)
    try:
        model, network = updates.check(buffer, nn)
    except ModelError as error:
        if "\n" in str(error) or len(str(error)) > _MAX_MESSAGE:
            raise AssertionError("not one sentence")
        return
    network.run(bytes(model.height * model.width * model.channels), bytearray(len(model.labels)))
