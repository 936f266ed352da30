"""Inside the firmware: reads settings files and prints, for each, what became of it as a line of JSON.

    doorlens-camera settings_work.py FOLDER     # FOLDER/0.json, FOLDER/1.json, ... until one is missing
"""

import json
import os
import sys

from camera_firmware.settings import SettingsError, load


def main(folder):
    number = 0
    while True:
        path = "%s/%d.json" % (folder, number)
        try:
            os.stat(path)
        except OSError:
            return
        try:
            load(path)
            verdict = None
        except SettingsError as error:
            verdict = str(error).replace(path, "FILE")
        except Exception as error:
            verdict = "CRASH " + repr(error)
        print(json.dumps(verdict))
        number += 1


main(sys.argv[1])
