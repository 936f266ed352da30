"""What kind of file the firmware is, and that the interpreter in it has what the application needs."""

import struct
import subprocess

import pytest

MAX_ARMV7_BYTES = 2_200_000
EM_ARM, EM_X86_64 = 40, 62
EABI5_HARD_FLOAT = 0x05000400
PT_INTERP, PT_DYNAMIC = 3, 2

APPLICATION_NEEDS = """
import array, asyncio, binascii, collections, errno, gc, hashlib, io, json, micropython, os, random, select
import socket, ssl, storage, struct, sys, time
import ujpeg, imgprep, nn, frame
assert binascii.hexlify(hashlib.md5(b"abc").digest()) == b"900150983cd24fb0d6963f7d28e17f72"
assert binascii.hexlify(hashlib.sha256(b"abc").digest())[:16] == b"ba7816bf8f01cfea"
assert 1.0 + 2.0 ** -52 != 1.0
assert 2 ** 70 == 1180591620717411303424
assert time.gmtime(4102444800)[:3] == (2100, 1, 1)
assert time.time_ns() > 1_700_000_000_000_000_000
print("ok")
"""


def run(camera, *arguments, **options):
    return subprocess.run(camera.command + list(arguments), capture_output=True, text=True, timeout=60, **options)


def elf(path):
    """(bits, machine, flags, types of the program headers) of a little-endian ELF file."""
    data = path.read_bytes()
    assert data[:4] == b"\x7fELF" and data[5] == 1
    bits = {1: 32, 2: 64}[data[4]]
    layout = "<HHIIIIIHHHHHH" if bits == 32 else "<HHIQQQIHHHHHH"
    _, machine, _, _, start, _, flags, _, size, count, _, _, _ = struct.unpack_from(layout, data, 16)
    types = [struct.unpack_from("<I", data, start + index * size)[0] for index in range(count)]
    return bits, machine, flags, types


def test_executable_is_static_for_its_architecture(camera):
    bits, machine, flags, types = elf(camera.path)
    assert PT_INTERP not in types and PT_DYNAMIC not in types
    if camera.architecture == "armv7":
        assert (bits, machine, flags) == (32, EM_ARM, EABI5_HARD_FLOAT)
    else:
        assert (bits, machine) == (64, EM_X86_64)


def test_executable_is_stripped_and_the_unstripped_one_lies_beside_it(camera):
    unstripped = camera.path.with_name("doorlens-camera.unstripped").read_bytes()
    assert b".debug_info\0" in unstripped
    assert b".symtab\0" not in camera.path.read_bytes()


def test_armv7_executable_fits_the_camera(camera):
    if camera.architecture == "armv7":
        assert camera.path.stat().st_size <= MAX_ARMV7_BYTES


def test_interpreter_has_what_the_application_imports(camera):
    result = run(camera, "-c", APPLICATION_NEEDS)
    assert (result.returncode, result.stdout, result.stderr) == (0, "ok\n", "")


def test_issue_command_imports_the_c_modules(camera):
    assert run(camera, "-c", "import ujpeg, imgprep, nn").returncode == 0


def test_application_is_frozen(camera, tmp_path):
    code = "import contract.model, camera_firmware.main, sys; print(sys.path)"
    result = run(camera, "-c", code, cwd=tmp_path, env={})
    assert result.returncode == 0, result.stderr
    assert result.stdout == "['', '.frozen']\n"


@pytest.mark.parametrize("options, least", [([], 4_000_000), (["-X", "heapsize=12M"], 12_000_000)])
def test_heap_is_at_least_four_megabytes_or_as_asked(camera, options, least):
    result = run(camera, *options, "-c", "import gc; print(gc.mem_free() + gc.mem_alloc())")
    assert least <= int(result.stdout) <= 4 * least


def test_fsync_takes_descriptor_file_and_folder(camera, tmp_path):
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool" / "sample.jpg").write_bytes(b"jpeg")
    code = "import storage; [storage.fsync(x) for x in ('spool', 'spool/sample.jpg', 3)]; print('ok')"
    with open(tmp_path / "spool" / "sample.jpg") as file:
        result = run(camera, "-c", code.replace("3", str(file.fileno())), cwd=tmp_path, pass_fds=[file.fileno()])
    assert (result.returncode, result.stdout) == (0, "ok\n"), result.stderr


@pytest.mark.parametrize("target, error", [("'missing'", "ENOENT"), ("999", "EBADF"), ("None", "TypeError")])
def test_fsync_raises_on_what_it_cannot_sync(camera, tmp_path, target, error):
    result = run(camera, "-c", f"import storage; storage.fsync({target})", cwd=tmp_path)
    assert result.returncode == 1
    assert error in result.stderr
