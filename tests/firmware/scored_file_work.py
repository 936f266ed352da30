"""Scores pictures by a model file, as the camera's frame loop does. For the firmware.

As a script: scored_file_work.py FOLDER RESULTS EVERY. FOLDER holds model.safetensors and 0000.jpg, 0001.jpg, ...;
RESULTS receives, of each EVERYth picture, the network's input, the logits and one byte, the verdict's place among the
model's states and "unknown".
"""

import sys

import frame
import nn
import ujpeg

from camera_firmware.inference import Inference, Modules
from contract import model
from contract.decision import UNKNOWN

_LONGEST = 1 << 17


def main(folder, results, every):
    with open(folder + "/model.safetensors", "rb") as file:
        parsed = model.parse(file.read())
    network = model.build(parsed, nn)
    model.self_test(parsed, network)
    camera = Inference(parsed, network, "", Modules(frame, ujpeg), _LONGEST)
    verdicts, number = parsed.states + [UNKNOWN], 0
    with open(results, "wb") as out:
        while True:
            try:
                with open("%s/%04d.jpg" % (folder, number), "rb") as file:
                    jpeg = file.read()
            except OSError:
                return
            camera.look(jpeg, len(jpeg))
            out.write(camera.looker.small)
            out.write(bytes([value & 255 for value in camera.logits] + [verdicts.index(camera.verdict)]))
            number += int(every)


main(*sys.argv[1:])
