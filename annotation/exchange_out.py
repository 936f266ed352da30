"""Labels for elsewhere: a folder per label, CSV, COCO-style JSON, tasks for Label Studio. What is there stays there."""

import csv
import io
import json
import shutil
from pathlib import Path

from annotation.errors import ExchangeError
from contract import durable
from contract.clock import utc_text
from contract.preprocess import REGION_UNIT

FORMATS = ("folders", "csv", "coco", "label-studio")
UNLABELLED = "unlabelled"
_COLUMNS = ("path", "label", "detail", "annotator", "annotated", "source", "time", "camera", "note")


def export(index, kind, target, suggestions=None, region=(0, 0, REGION_UNIT, REGION_UNIT), unlabelled=False, prefix=""):
    """Writes the labels of an Index to `target`, a file, or for "folders" a folder that is new or empty.

    kind: of FORMATS; suggestions: {path: annotation.suggestions.Suggestion}, written by the last two; region: [x0, y0,
    x1, y1] in 1/10000; unlabelled: frames without a label too ("label-studio" always has those with a suggestion);
    prefix: before every path in "label-studio". Returns the number of frames. Raises ExchangeError.
    """
    if kind not in FORMATS:
        raise ExchangeError("no format %r; there are %s" % (kind, ", ".join(FORMATS)))
    known = suggestions or {}
    frames = {path: entry for path, entry in index.entries.items()
              if entry.label is not None or unlabelled or kind == "label-studio" and path in known}
    if not frames:
        raise ExchangeError("there is no label to export")
    target = Path(target)
    try:
        if kind == "folders":
            _folders(index, frames, target)
        else:
            make = {"csv": _csv, "coco": _coco, "label-studio": _label_studio}[kind]
            text = make(index, frames, known, region, prefix)
            target.parent.mkdir(parents=True, exist_ok=True)
            durable.write(target, text.encode())
    except OSError as error:
        raise ExchangeError("%s cannot be written: %s" % (error.filename or target, error.strerror or error)) from None
    return len(frames)


def flat_name(path):
    """A frame's name in a folder of its label: "frames/front/a/b.jpg" -> "front__a__b.jpg"; importing finds it again."""
    return path.removeprefix("frames/").replace("/", "__")


def _folders(index, frames, target):
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ExchangeError("%s is there already and not empty: choose another folder" % target)
    missing = [path for path in frames if not index.file(path).is_file()]
    if missing:
        raise ExchangeError("%d pictures are missing, first %s: put them back, or delete the frames with "
                            "`doorlens labels delete`" % (len(missing), missing[0]))
    for path, entry in frames.items():
        folder = target / _folder_name(entry)
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(index.file(path), folder / flat_name(path))


def _folder_name(entry):
    name = entry.label or UNLABELLED
    if "/" in name or name in (".", ".."):
        raise ExchangeError("the label %r cannot be the name of a folder" % name)
    return name


def _csv(index, frames, known, region, prefix):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for path, entry in frames.items():
        writer.writerow([path, entry.label, entry.detail, entry.annotator, _time(entry.annotated_ms), entry.source,
                         _time(entry.time_ms), entry.camera, entry.note])
    return text.getvalue()


def _time(time_ms):
    return "" if time_ms is None else utc_text(time_ms)


def _coco(index, frames, known, region, prefix):
    """A classification as COCO has it: one annotation a picture, its box the region that the network sees."""
    names = list(dict.fromkeys([*(index.labels or ()), *(entry.label for entry in frames.values() if entry.label)]))
    numbers = {name: number for number, name in enumerate(names, 1)}
    images, annotations, guesses = [], [], []
    for number, (path, entry) in enumerate(frames.items(), 1):
        width, height = _size(index.file(path))
        images.append({"id": number, "file_name": path, "width": width, "height": height,
                       "date_captured": _time(entry.time_ms), "camera": entry.camera})
        left, top, right, bottom = (side * edge / REGION_UNIT for side, edge in zip((width, height) * 2, region))
        box = [round(value, 2) for value in (left, top, right - left, bottom - top)]
        if entry.label is not None:
            annotations.append({"id": len(annotations) + 1, "image_id": number, "category_id": numbers[entry.label],
                                "bbox": box, "area": round(box[2] * box[3], 2), "iscrowd": 0, "detail": entry.detail,
                                "annotator": entry.annotator, "annotated": _time(entry.annotated_ms),
                                "source": entry.source, "note": entry.note})
        if path in known and known[path][0] in numbers:
            guesses.append({"image_id": number, "category_id": numbers[known[path][0]], "bbox": box,
                            "score": round(known[path][1], 4)})
    document = {"info": {"description": "Labels of a Doorlens project"}, "images": images, "annotations": annotations,
                "categories": [{"id": number, "name": name, "supercategory": "state"} for name, number in numbers.items()],
                "suggestions": guesses}
    return json.dumps(document, indent=1) + "\n"


def _size(file):
    """Width and height of a picture, of which only the header is read. Raises ExchangeError."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(file) as picture:
            return picture.size
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError, ValueError):
        raise ExchangeError("%s is missing or no picture: put it back, or delete the frame with `doorlens labels delete`"
                            % file) from None


def _label_studio(index, frames, known, region, prefix):
    """Tasks for <Choices name="state" toName="image"> on <Image name="image" value="$image"/>."""
    tasks = []
    for path, entry in frames.items():
        task = {"data": {"image": prefix + path, "path": path, "time": _time(entry.time_ms), "camera": entry.camera},
                "annotations": [], "predictions": []}
        if entry.label is not None:
            task["annotations"].append({"result": [_choice(entry.label, entry.note)], "created_at": _time(entry.annotated_ms),
                                        "was_cancelled": False, "meta": {"annotator": entry.annotator, "source": entry.source,
                                                                         "detail": entry.detail}})
        if path in known:
            label, score, *source = known[path]
            task["predictions"].append({"model_version": (source or [""])[0] or "doorlens", "score": round(score, 4),
                                        "result": [_choice(label)]})
        tasks.append(task)
    return json.dumps(tasks, indent=1) + "\n"


def _choice(label, note=None):
    result = {"from_name": "state", "to_name": "image", "type": "choices", "value": {"choices": [label]}}
    return {**result, "meta": {"text": [note]}} if note else result
