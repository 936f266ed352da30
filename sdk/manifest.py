# What is frozen into the firmware: asyncio, ssl, and the application where its source is present.
import os

include("$(MPY_DIR)/extmod/asyncio")
module("ssl.py", base_path="$(SDK_DIR)/frozen")
for name in ("contract", "camera_firmware"):
    if os.path.isdir(os.path.join(os.environ["DOORLENS_PYTHON"], name)):
        package(name, base_path=os.environ["DOORLENS_PYTHON"])
