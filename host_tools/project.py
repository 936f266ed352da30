"""The project folder: one door, its states, its region, its cameras."""

import hashlib
import os
import re
import tomllib
from pathlib import Path

import msgspec

from contract import durable
from contract.preprocess import REGION_UNIT, check_region
from contract.update import MAX_PRODUCT
from host_tools.errors import ProjectError

FILE_NAME = "doorlens.toml"
_PRIVATE = 0o600  # the file holds the cameras' secrets

_TEMPLATE = """\
# A Doorlens project: one door, seen by one camera or several that share the view.
name = {name}

# What the camera may report; it adds "unknown" by itself. Two states or more, for example
# ["closed", "open"] or ["closed", "ajar", "open"]. "unusable" is for blocked or blinded pictures
# and always there when labelling.
states = {states}

# The part of the picture that the network sees: left, top, right, bottom as fractions 0..1.
region = {region}

[training]
# A file of training/configs (default, quick, demo) or the path of your own TOML.
config = "default"

# One table a camera, written by `doorlens flash`, `doorlens cameras add` or by hand. `url` is an Axis camera's address,
# with `user` and `password` of an administrator, or the control API of another camera; `token` is the API's secret.
# Keep this file private. Commands choose cameras by name or by tag.
# [cameras.front]
# url = "https://192.168.1.20"
# user = "root"
# password = "..."
# token = "..."
# tags = ["north"]
"""

ALL = "all"  # of no camera's and no tag's name: the commands mean every camera by it
_WORD = re.compile(r"[A-Za-z0-9_-]{1,64}")  # as the camera's own setting `camera`


class CameraSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """url: of the control API; token: its secret; tags: words that name several cameras.

    user, password: of an Axis camera, whose web server is before the control API; then `url` is the web server's.
    """

    url: str
    token: str
    tags: tuple[str, ...] = ()
    user: str = ""
    password: str = ""


class TrainingSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    config: str = "default"


class ProjectSettings(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    name: str
    states: list[str]
    region: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    training: TrainingSettings = TrainingSettings()
    cameras: dict[str, CameraSettings] = {}


class Project:
    """An opened project.

    path: the folder (Path); name; states: list of str; region: [x0, y0, x1, y1] in 1/10000;
    cameras: name -> CameraSettings; training: TrainingSettings.
    """

    def __init__(self, path, settings):
        self.path = path
        self.name = settings.name
        self.states = settings.states
        self.region = [round(value * REGION_UNIT) for value in settings.region]
        self.cameras = settings.cameras
        self.training = settings.training

    @classmethod
    def open(cls, path="."):
        """Open the project in folder `path`. Raises ProjectError in one sentence."""
        folder = Path(path)
        file = folder / FILE_NAME
        try:
            text = file.read_text("utf-8")
        except FileNotFoundError:
            raise ProjectError(f"{file} is missing: create a project with `doorlens init {folder}`") from None
        except (OSError, UnicodeDecodeError) as error:
            raise ProjectError(f"{file} cannot be read: {error}") from None
        return cls.parse(folder, text)

    @classmethod
    def parse(cls, folder, text):
        """The project that `text`, a doorlens.toml, makes of the folder (Path). Raises ProjectError in one sentence."""
        file = folder / FILE_NAME
        try:
            settings = msgspec.convert(tomllib.loads(text), ProjectSettings)
        except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
            raise ProjectError(f"{file}: {error}") from None
        project = cls(folder, settings)
        project._check(file)
        return project

    def _check(self, file):
        try:
            check_region(self.region)
        except ValueError:
            raise ProjectError(f"{file}: region must be left, top, right, bottom with 0 <= left < right <= 1 "
                               "and 0 <= top < bottom <= 1") from None
        reserved = {"unusable", "unknown"} & set(self.states)
        if reserved:
            raise ProjectError(f"{file}: \"{reserved.pop()}\" is always there and cannot be one of the states")
        if len(set(self.states)) < 2 or len(set(self.states)) != len(self.states) or not all(self.states):
            raise ProjectError(f"{file}: states must be two or more different names")
        for word in (*self.cameras, *self.tags):
            check_word(word, str(file))

    @property
    def tags(self):
        """Every camera's tags, each once, in the file's order."""
        return list(dict.fromkeys(tag for camera in self.cameras.values() for tag in camera.tags))

    @property
    def product(self):
        """See `product_of`."""
        return product_of(self.name)

    @property
    def frames_path(self):
        return self.path / "frames"

    @property
    def runs_path(self):
        return self.path / "runs"

    def camera(self, name=None):
        """(name, CameraSettings) of the named camera, or of the only one."""
        if name is None and len(self.cameras) == 1:
            name = next(iter(self.cameras))
        if name not in self.cameras:
            known = ", ".join(self.cameras) or "none yet"
            raise ProjectError(f"{self.path / FILE_NAME} has no camera {name or 'to choose'} (it has: {known}); "
                               "add one with `doorlens cameras add NAME URL`")
        return name, self.cameras[name]

    def chosen(self, words=(), tags=()):
        """Names of the cameras that `words` (names, or "all") and `tags` mean together, each once, in their order.

        Nothing given means the only camera. Raises ProjectError for an unknown name or tag, and where nothing is meant.
        """
        if not words and not tags:
            if len(self.cameras) > 1:
                raise ProjectError(f"{self.path / FILE_NAME} has {len(self.cameras)} cameras: name those that are meant, "
                                   f"choose with --tag, or say {ALL}")
            return [self.camera()[0]]
        found = {}
        for word in words:
            found.update(dict.fromkeys(self.cameras if word == ALL else [self.camera(word)[0]]))
        for tag in tags:
            if tag not in self.tags:
                raise ProjectError(f"no camera has the tag {tag} (there are: {', '.join(self.tags) or 'none'}); "
                                   f"give it with `doorlens cameras tag CAMERA {tag}`")
            found.update(dict.fromkeys(name for name, camera in self.cameras.items() if tag in camera.tags))
        if not found:
            raise ProjectError(f"{self.path / FILE_NAME} has no camera yet: add one with `doorlens cameras add NAME URL`")
        return list(found)

    def latest_model(self):
        """The newest run's model file. Raises ProjectError if nothing has been trained."""
        models = sorted(self.runs_path.glob("*/model.safetensors"), key=lambda path: path.stat().st_mtime)
        if not models:
            raise ProjectError(f"no model in {self.runs_path}: train one with `doorlens train`")
        return models[-1]


def product_of(name):
    """What signed models of the door `name` are for, and what its cameras' setting `update.product` says: 1 to 32 of
    a-z 0-9 . _ -; a name without any of these, in another alphabet, becomes a digest.
    """
    word = re.sub("[^a-z0-9._]+", "-", name.lower())[:MAX_PRODUCT].strip("-")
    return word or "door-" + hashlib.sha256(name.encode()).hexdigest()[:8]


def check_word(word, where):
    """Raises ProjectError unless `word` can name a camera or a tag."""
    if not _WORD.fullmatch(word) or word == ALL:
        raise ProjectError(f"{where}: {word!r} cannot name a camera or a tag; use up to 64 letters, digits, - and _, "
                           f"and not \"{ALL}\"")


def create(path, name, states, region=(0.0, 0.0, 1.0, 1.0), cameras=None):
    """Make the folder with a commented doorlens.toml; refuses to touch an existing one. Returns Project."""
    folder = Path(path)
    file = folder / FILE_NAME
    if file.exists():
        raise ProjectError(f"{file} is there already: edit it, or choose another folder")
    text = _TEMPLATE.format(name=_toml(name), states=_toml(list(states)), region=_toml([float(v) for v in region]))
    for camera, settings in (cameras or {}).items():
        text += f"\n[cameras.{camera}]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in table_of(settings).items())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write(file, text.encode())
    except OSError as error:
        raise ProjectError(f"{file} cannot be written: {error.strerror}") from None
    try:
        return Project.open(folder)
    except ProjectError:
        file.unlink()
        raise


def write(file, data):
    """As durable.write, but at no instant can anybody read the new file who could not read the old one, if there was one."""
    part = str(file) + durable.PART
    mode = os.stat(file).st_mode & 0o777 if file.exists() else _PRIVATE
    os.close(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, _PRIVATE))
    os.chmod(part, mode)
    durable.write(file, data)


def table_of(camera):
    """{key: value} of a CameraSettings as doorlens.toml has it: what says nothing is left out."""
    return {"url": camera.url} | ({"user": camera.user, "password": camera.password} if camera.user else {}) | {
        "token": camera.token} | ({"tags": list(camera.tags)} if camera.tags else {})


def _toml(value):
    """A string, or a list of strings or floats, as TOML (JSON's syntax is TOML's here)."""
    return msgspec.json.encode(value).decode()
