"""The image helper builds what is asked, and nothing when nothing changed."""

import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "sdk"))

import container  # noqa: E402
import inputs  # noqa: E402
from errors import SdkError  # noqa: E402


class FakeEngine:
    name = "fake"

    def __init__(self):
        self.built, self.ran = [], []

    def build(self, stage, tag, arguments):
        self.built.append((stage, tag, arguments))

    def run(self, tag, command, mounts):
        self.ran.append((tag, command, [target for _, target in mounts]))

    def export(self, tag, folder):
        for name in container.BENCH_PRODUCTS if tag.endswith(":bench") else container.PRODUCTS:
            path = pathlib.Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(tag)


@pytest.fixture
def engine():
    return FakeEngine()


def call(engine, *arguments):
    return container.main([str(word) for word in arguments], choose=lambda context: engine)


def test_firmware_is_built_once_for_the_same_inputs(engine, tmp_path):
    assert call(engine, "--out", tmp_path, "firmware") == 0
    assert call(engine, "--out", tmp_path, "firmware") == 0
    assert [stage for stage, _, _ in engine.built] == ["sdk", "firmware"]
    assert (tmp_path / "armv7" / "doorlens-camera").read_text() == "doorlens:firmware"


def test_benchmarks_are_built_once_beside_the_firmware(engine, tmp_path):
    assert call(engine, "--out", tmp_path, "bench") == 0
    assert call(engine, "--out", tmp_path, "bench") == 0
    assert [stage for stage, _, _ in engine.built] == ["bench-sdk", "bench"]
    assert (tmp_path / "bench" / "counter.so").read_text() == "doorlens:bench"


def test_firmware_is_built_again_when_a_product_is_missing(engine, tmp_path):
    call(engine, "--out", tmp_path, "firmware")
    (tmp_path / "x86_64" / "libdoorlens.so").unlink()
    call(engine, "--out", tmp_path, "firmware")
    assert len(engine.built) == 4


def test_firmware_is_built_again_with_other_extra_modules(engine, tmp_path):
    call(engine, "--out", tmp_path, "firmware")
    call(engine, "--out", tmp_path, "--extra-c-modules", "extra/ulab", "firmware")
    assert [arguments["EXTRA_C_MODULES"] for _, _, arguments in engine.built] == [""] * 2 + ["extra/ulab"] * 2


def test_nothing_but_the_firmware_is_left_in_the_folder(engine, tmp_path):
    call(engine, "--out", tmp_path, "firmware")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["armv7", "firmware.stamp", "x86_64"]


def test_live_sources_are_mounted_in_a_base_only(engine):
    call(engine, "run", "base", "make")
    call(engine, "--base", "base-valgrind", "run", "sdk", "make")
    assert engine.ran == [("doorlens:base", ["make"], ["/cmodules", "/ccache"]),
                          ("doorlens:sdk-valgrind", ["make"], [])]


def test_failure_is_one_line_that_says_what_to_do(tmp_path, capsys):
    def choose(context):
        raise SdkError("Install Docker.")
    assert container.main(["--out", str(tmp_path), "firmware"], choose=choose) == 1
    assert capsys.readouterr().err == "sdk: Install Docker.\n"


def test_digest_follows_names_and_contents(tmp_path):
    (tmp_path / "cmodules").mkdir()
    (tmp_path / "cmodules" / "a.c").write_text("int a;")
    first = inputs.digest(tmp_path, "")
    (tmp_path / "cmodules" / "a.c").write_text("int b;")
    second = inputs.digest(tmp_path, "")
    (tmp_path / "cmodules" / "a.c").rename(tmp_path / "cmodules" / "b.c")
    assert len({first, second, inputs.digest(tmp_path, "")}) == 3


def test_digest_ignores_compiled_python(tmp_path):
    (tmp_path / "contract" / "__pycache__").mkdir(parents=True)
    before = inputs.digest(tmp_path, "")
    (tmp_path / "contract" / "__pycache__" / "model.pyc").write_bytes(b"x")
    assert inputs.digest(tmp_path, "") == before
