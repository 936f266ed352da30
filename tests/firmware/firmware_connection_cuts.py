"""The connection ends at every 64 KB of a firmware that is pushed to the real firmware."""

from connection_cuts import send
from camera_server import picture
from signed_camera import digest, signed
from signed_firmware import built, firmware
from supervised_camera import SupervisedCamera

from contract import api

STEP = 65536


def camera_at(folder):
    """A SupervisedCamera whose frames come from a folder."""
    (folder / "pictures").mkdir(parents=True)
    (folder / "pictures" / "0.jpg").write_bytes(picture(20))
    return SupervisedCamera(folder, {"source": {"type": "folder", "path": "pictures", "interval_ms": 20}, "log": {"level": "info"}})


def gone_on_with(camera, data):
    """One push whose connection is cut at every boundary, a byte before it and in the middle of every piece; (cuts, what was
    wrong).
    """
    cuts, broken = 0, []
    for at in range(0, len(data), STEP):
        for cut in (at, at + STEP // 2, at + STEP - 1):
            if cut >= len(data):
                break
            cuts += 1
            send(camera, data, at, min(at + STEP, len(data)), cut, "&kind=firmware")
            state = camera.firmware
            if camera.running["sequence"] is not None or state["have"] not in (0, at):
                broken.append(f"firmware cut at {cut}: {state}")
        answer = camera.put(data[at:at + STEP], at)
        if answer.status_code != 200:
            broken.append(f"firmware goes on at {at}: {answer.text}")
    return cuts, broken


def check(folder, pushes=5):
    """(connection cuts, [what was wrong]): one push that is cut again and again and completes, then some that are cut for
    good, each over the firmware of the one before, and repeated.
    """
    with camera_at(folder) as camera:
        camera.install(signed(1))
        data = firmware(2, built("x86_64", 2))
        cuts, broken = gone_on_with(camera, data)
        camera.firmware_ends_in(api.CONFIRMED, data)
        for sequence in range(3, 3 + pushes):
            data, before = firmware(sequence, built("x86_64", sequence)), camera.running["sequence"]
            cut = (sequence - 3) * len(data) // max(1, pushes - 1)
            for at in range(0, min(cut, len(data)), STEP):
                send(camera, data, at, min(at + STEP, len(data)), cut, "&kind=firmware")
            cuts += 1
            found = camera.firmware
            if found["state"] != api.TRIAL and camera.running["sequence"] != before:
                broken.append(f"firmware push cut at {cut}: {camera.running} runs")
            if found["state"] != api.TRIAL:
                camera.upload(data, begin=found["have"] if found["digest"] == digest(data) else 0)
            camera.firmware_ends_in(api.CONFIRMED, data)
            if camera.running["sequence"] != sequence:
                broken.append(f"firmware push cut at {cut}: {camera.running} runs after another push")
        if "Traceback" in camera.log:
            broken.append("the log has a traceback")
    return cuts, broken
