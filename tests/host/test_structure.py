"""Dependencies point inward, to contract/; what runs on the camera uses only what MicroPython has."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = {"contract", "camera_firmware", "host_tools", "annotation", "training"}
# Modules of the firmware's MicroPython, and `machine`-specific ones asked for by feature.
MICROPYTHON = {"array", "asyncio", "binascii", "collections", "errno", "gc", "hashlib", "io", "json", "math", "micropython",
               "os", "random", "select", "socket", "ssl", "struct", "sys", "time",
               "ujpeg", "imgprep", "nn", "frame", "storage", "descriptor", "termination", "sign", "watchdog", "execute"}
MAY_IMPORT = {
    "contract": set(),
    "camera_firmware": {"contract"},
    "annotation": {"contract", "host_tools.native"},
    "training": {"contract", "host_tools.native", "annotation.index"},
}


def optional(tree):
    """Import nodes inside `try: ... except ImportError`: portability by feature."""
    return {id(node) for attempt in ast.walk(tree) if isinstance(attempt, ast.Try)
            and any(getattr(handler.type, "id", "") == "ImportError" for handler in attempt.handlers)
            for part in (attempt.body, attempt.handlers) for item in part for node in ast.walk(item)}


def imports(folder, also_optional=True):
    for path in sorted((ROOT / folder).rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        left_out = set() if also_optional else optional(tree)
        for node in ast.walk(tree):
            if id(node) in left_out:
                continue
            if isinstance(node, ast.Import):
                yield from ((path, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path}: relative import"
                yield from ((path, f"{node.module}.{alias.name}") for alias in node.names)


def allowed(folder, name):
    top = name.split(".")[0]
    if top not in OURS or top == folder:
        return True
    return any(name == entry or name.startswith(entry + ".") for entry in MAY_IMPORT[folder])


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_dependencies_point_inward(folder):
    # training.trial and training.search are commands of their own that play scenes to the trainer.
    wrong = [f"{path.relative_to(ROOT)}: {name}" for path, name in imports(folder)
             if not allowed(folder, name) and path.name not in ("trial.py", "search_data.py")]
    assert not wrong


@pytest.mark.parametrize("folder", ["contract", "camera_firmware"])
def test_camera_code_uses_only_what_micropython_has(folder):
    wrong = [f"{path.relative_to(ROOT)}: {name}" for path, name in imports(folder, also_optional=False)
             if name.split(".")[0] not in MICROPYTHON | OURS]
    assert not wrong
