"""What goes through the SDK image: extra C modules, and memcheck as the documentation writes it."""

import os
import pathlib
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
IMAGES = "doorlens-test"
MEMCHECK = "valgrind --tool=memcheck --leak-check=full /usr/bin/micropython "

# Not part of Doorlens: greets, leaks and reads what was never written, each on request.
EXTRA_MODULE = r"""
#include <stdlib.h>
#include "py/runtime.h"

static mp_obj_t greeting_hello(void) {
    return mp_obj_new_str("hello", 5);
}
static MP_DEFINE_CONST_FUN_OBJ_0(greeting_hello_obj, greeting_hello);

// A block the compiler knows nothing about.
static char *block_of(size_t size) {
    char *block = malloc(size);
    __asm__ volatile ("" : "+r" (block));
    return block;
}

static mp_obj_t greeting_leak(void) {
    block_of(77)[0] = 1;
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_0(greeting_leak_obj, greeting_leak);

static mp_obj_t greeting_unwritten(void) {
    char *block = block_of(8);
    if (block[3]) {
        block_of(1);
    }
    free(block);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_0(greeting_unwritten_obj, greeting_unwritten);

static const mp_rom_map_elem_t globals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_greeting) },
    { MP_ROM_QSTR(MP_QSTR_hello), MP_ROM_PTR(&greeting_hello_obj) },
    { MP_ROM_QSTR(MP_QSTR_leak), MP_ROM_PTR(&greeting_leak_obj) },
    { MP_ROM_QSTR(MP_QSTR_unwritten), MP_ROM_PTR(&greeting_unwritten_obj) },
};
static MP_DEFINE_CONST_DICT(globals, globals_table);
const mp_obj_module_t greeting_module = { { &mp_type_module }, (mp_obj_dict_t *)&globals };
MP_REGISTER_MODULE(MP_QSTR_greeting, greeting_module);
"""


class Checkout:
    """A copy of what the image is built from, with a module of the test's; the real compiler cache."""

    def __init__(self, folder):
        self.folder = folder
        for name in ("Dockerfile", ".dockerignore"):
            shutil.copy2(ROOT / name, folder)
        for name in ("sdk", "cmodules", "contract", "camera_firmware"):
            shutil.copytree(ROOT / name, folder / name)
        (ROOT / ".cache" / "ccache").mkdir(parents=True, exist_ok=True)
        (folder / ".cache").mkdir()
        (folder / ".cache" / "ccache").symlink_to(ROOT / ".cache" / "ccache")
        module = folder / "cmodules" / "extra" / "modules" / "greeting"
        module.mkdir(parents=True)
        (module / "greeting.c").write_text(EXTRA_MODULE)
        (module / "micropython.mk").write_text("SRC_USERMOD_C += $(USERMOD_DIR)/greeting.c\n")

    def container(self, *arguments):
        command = [sys.executable, str(self.folder / "sdk" / "container.py"), "--name", IMAGES]
        return subprocess.run(command + list(arguments), capture_output=True, text=True, timeout=1500)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    if shutil.which("docker") is None and (os.geteuid() != 0 or shutil.which("apt-get") is None):
        pytest.skip("needs Docker, or root on Debian")
    yield Checkout(tmp_path_factory.mktemp("checkout"))
    engine = shutil.which("buildah") or shutil.which("docker")
    for tag in ("firmware", "sdk", "sdk-valgrind"):
        subprocess.run([engine, "rmi", f"{IMAGES}:{tag}"], capture_output=True)


def memcheck(checkout, script):
    return checkout.container("--base", "base-valgrind", "--extra-c-modules", "extra/modules", "run", "sdk",
                              "sh", "-c", MEMCHECK + script)


@pytest.mark.image
@pytest.mark.parametrize("extra", ["extra/modules", "extra/modules/greeting"])
def test_extra_c_module_is_compiled_in(checkout, extra, tmp_path):
    built = checkout.container("--out", str(tmp_path), "--extra-c-modules", extra, "firmware")
    assert built.returncode == 0, built.stdout + built.stderr
    for command in ([], ["qemu-arm"]):
        binary = tmp_path / ("armv7" if command else "x86_64") / "doorlens-camera"
        result = subprocess.run(command + [str(binary), "-c", "import greeting, nn; print(greeting.hello())"],
                                capture_output=True, text=True, timeout=60)
        assert result.stdout == "hello\n", result.stderr


@pytest.mark.image
def test_extra_c_modules_without_a_module_is_refused(checkout, tmp_path):
    built = checkout.container("--out", str(tmp_path), "--extra-c-modules", "extra", "firmware")
    assert built.returncode == 1
    assert "EXTRA_C_MODULES: no micropython.mk in extra" in built.stderr
    assert not (tmp_path / "firmware.stamp").exists()


@pytest.mark.image
@pytest.mark.parametrize("module", ["ujpeg", "imgprep", "nn"])
def test_memcheck_finds_nothing_in_a_module(checkout, module):
    result = memcheck(checkout, f"/cmodules/{module}/test.py")
    assert result.returncode == 0, result.stderr
    assert "ERROR SUMMARY: 0 errors" in result.stderr
    assert "no leaks are possible" in result.stderr or "definitely lost: 0 bytes" in result.stderr


@pytest.mark.image
def test_memcheck_would_find_a_leak(checkout):
    result = memcheck(checkout, "-c 'import greeting; greeting.leak()'")
    assert "definitely lost: 77 bytes in 1 blocks" in result.stderr
    assert "greeting_leak (greeting.c:" in result.stderr


@pytest.mark.image
def test_memcheck_would_find_a_read_of_unwritten_memory(checkout):
    result = memcheck(checkout, "-c 'import greeting; greeting.unwritten()'")
    assert "uninitialised value" in result.stderr
    assert "greeting_unwritten (greeting.c:" in result.stderr
