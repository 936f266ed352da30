"""The signing key on disk, and what it signs."""

import json
import os
import stat

import pytest
from click.testing import CliRunner

from camera_firmware import settings
from contract import update
from host_tools import keys
from host_tools.errors import SigningError
from host_tools.main import cli
from host_tools.project import Project

PASSWORD = "a password of the tests"


def test_key_survives_the_disk_encrypted_and_for_its_owner_only(tmp_path):
    made = keys.create(tmp_path, PASSWORD)
    path = tmp_path / keys.PRIVATE
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600 and path.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY")
    assert keys.load(tmp_path, PASSWORD).public == made.public
    assert keys.public_hex(tmp_path) == made.public_hex and len(made.public) == update.KEY_BYTES


def test_key_is_never_replaced(tmp_path):
    keys.create(tmp_path, PASSWORD)
    before = (tmp_path / keys.PRIVATE).read_bytes()
    with pytest.raises(SigningError, match="exists"):
        keys.create(tmp_path, PASSWORD)
    assert (tmp_path / keys.PRIVATE).read_bytes() == before


def test_creation_that_was_cut_short_is_simply_repeated(tmp_path, monkeypatch):
    class Cut(BaseException):
        pass

    rename = keys.durable.rename

    def cut(source, target):
        if target == str(tmp_path / keys.PRIVATE):
            raise Cut
        rename(source, target)

    monkeypatch.setattr(keys.durable, "rename", cut)
    with pytest.raises(Cut):
        keys.create(tmp_path, PASSWORD)
    monkeypatch.undo()
    assert not (tmp_path / keys.PRIVATE).exists() and (tmp_path / keys.PUBLIC).exists()
    made = keys.create(tmp_path, PASSWORD)
    assert keys.load(tmp_path, PASSWORD).public == made.public and keys.public_hex(tmp_path) == made.public_hex


def test_what_is_no_key_is_refused_in_one_line_without_the_password(tmp_path):
    with pytest.raises(SigningError, match="doorlens keys create"):
        keys.load(tmp_path, PASSWORD)
    with pytest.raises(SigningError, match="doorlens keys create"):
        keys.public_hex(tmp_path)
    with pytest.raises(SigningError, match="at least 8"):
        keys.create(tmp_path, "short")
    keys.create(tmp_path, PASSWORD)
    wrong = "not that password"
    with pytest.raises(SigningError) as refused:
        keys.load(tmp_path, wrong)
    assert wrong not in str(refused.value) and "\n" not in str(refused.value)
    (tmp_path / keys.PRIVATE).write_bytes(b"nonsense")
    with pytest.raises(SigningError, match="cannot be opened"):
        keys.load(tmp_path, PASSWORD)
    (tmp_path / keys.PUBLIC).write_text("04" * 65)
    with pytest.raises(SigningError, match="not a public key"):
        keys.public_hex(tmp_path)


def test_signed_update_passes_the_cameras_check_and_is_the_same_every_time():
    key, content = keys.generate(), bytes(1000)
    data = keys.sign(content, update.MODEL, 3, "front-door", key)
    assert data == keys.sign(content, update.MODEL, 3, "front-door", key), "an upload is resumed by another process"
    header = update.check(data, update.MODEL, "front-door", [key.public], 1, 1 << 20, keys.verify)
    update.check_content(header, data[update.HEADER_BYTES:])
    with pytest.raises(update.UpdateError) as refused:
        update.check(data, update.MODEL, "front-door", [keys.generate().public], 1, 1 << 20, keys.verify)
    assert refused.value.code == "update_key"


def test_signature_of_another_key_or_of_other_bytes_is_wrong():
    one, other = keys.generate(), keys.generate()
    digest = update.Header(keys.sign(b"x", update.MODEL, 1, "door", one)).signed
    signature = update.Header(keys.sign(b"x", update.MODEL, 1, "door", one)).signature
    assert keys.verify(one.public, digest, signature)
    assert not keys.verify(other.public, digest, signature)
    assert not keys.verify(one.public, bytes(32), signature)
    assert not keys.verify(one.public, digest, bytes(64))
    assert not keys.verify(bytes(65), digest, signature)


def test_password_comes_from_the_variable_or_is_asked_for(monkeypatch):
    monkeypatch.setenv(keys.PASSWORD_VARIABLE, "from outside")
    assert keys.password(lambda: "asked") == "from outside"
    monkeypatch.delenv(keys.PASSWORD_VARIABLE)
    assert keys.password(lambda: "asked") == "asked"


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv(keys.PASSWORD_VARIABLE, PASSWORD)
    assert CliRunner().invoke(cli, ["init", str(tmp_path / "Front door")]).exit_code == 0
    return tmp_path / "Front door"


def doorlens(*arguments):
    return CliRunner().invoke(cli, ["keys", *map(str, arguments)])


def test_command_makes_a_key_and_shows_its_public_half(project):
    made = doorlens("create", "--project", project)
    assert made.exit_code == 0 and keys.public_hex(project) in made.output and PASSWORD not in made.output
    assert doorlens("show", "--project", project).output.strip() == keys.public_hex(project)
    assert isinstance(doorlens("create", "--project", project).exception, SigningError)


def test_command_asks_for_a_password_twice(project, monkeypatch):
    monkeypatch.delenv(keys.PASSWORD_VARIABLE)
    made = CliRunner().invoke(cli, ["keys", "create", "--project", str(project)], input=f"{PASSWORD}\n{PASSWORD}\n")
    assert made.exit_code == 0 and PASSWORD not in made.output
    assert keys.load(project, PASSWORD).public_hex == keys.public_hex(project)


def test_command_writes_the_public_half_into_a_cameras_settings(project, tmp_path):
    doorlens("create", "--project", project)
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"camera": "door", "source": {"type": "stdin"}, "update": {"trial_frames": 5}}))
    assert doorlens("trust", path, "--project", project).exit_code == 0
    found = settings.load(str(path))["update"]
    assert (found["key"], found["product"], found["trial_frames"]) == (keys.public_hex(project), Project.open(project).product, 5)
    assert doorlens("trust", path, "--product", "gate.7", "--project", project).exit_code == 0
    assert settings.load(str(path))["update"]["product"] == "gate.7"


@pytest.mark.parametrize(("arguments", "text", "words"), [
    (["--product", "Not A Product"], "{}", "a product is"),
    ([], "[]", "not a camera's settings"),
    ([], "{", "not a camera's settings"),
])
def test_command_leaves_settings_alone_that_it_does_not_understand(project, tmp_path, arguments, text, words):
    doorlens("create", "--project", project)
    path = tmp_path / "settings.json"
    path.write_text(text)
    refused = doorlens("trust", path, *arguments, "--project", project).exception
    assert isinstance(refused, SigningError) and words in str(refused) and path.read_text() == text
