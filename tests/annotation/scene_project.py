"""A project of a procedural day, for pictures of the window: an index of the whole day, pictures around one moment."""

from PIL import Image

from annotation.index import Index
from host_tools.scene.scene import Scene

DAY_MS = 1772323200000  # 2026-03-01T00:00Z
STATES = ["closed", "open"]
_STEP_MS = 180000
_OUTAGE = (6 * 3600000, 7 * 3600000 + 1800000)  # the camera was away
SIZE = (1280, 720)


def make_day(folder, moment_ms, labelled_until_ms, installation="lobby", around=5):
    """moment_ms, labelled_until_ms: of the day. Returns (scene, position of the frame at the moment).

    There are pictures of that frame and of those around it.
    """
    scene = Scene(installation, 7, SIZE)
    index = Index.open(folder, STATES)
    paths = []
    for time in range(0, 86400000, _STEP_MS):
        if not _OUTAGE[0] <= time < _OUTAGE[1]:
            paths.append("frames/%s/2026-03-01/0badcafe-%08d.jpg" % (installation, len(paths)))
            index.add(paths[-1], DAY_MS + time, installation)
    times = [index.entries[path].time_ms for path in paths]
    position = min(range(len(times)), key=lambda i: abs(times[i] - DAY_MS - moment_ms))
    for number, (path, time) in enumerate(zip(paths, times)):
        truth = scene.truth(time)
        if time < DAY_MS + labelled_until_ms:
            index.label(path, "unusable" if truth.blocked else truth.state, "ada", annotated_ms=DAY_MS + 2 * 86400000 + number)
        if abs(number - position) <= around:
            file = index.file(path)
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(scene.render(time)).save(file, quality=92)
    index.save()
    return scene, position
