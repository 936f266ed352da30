"""Runs an ARMv7 program under qemu-arm with the instruction counter of sdk/counter."""

import json
import pathlib
import subprocess
import tempfile

from bench.errors import BenchError

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILT = ROOT / "build" / "bench"
_SECONDS = 1800


def count(command, cpu="cortex-a9", root=None, pages=False, environment=(), single_step=False, built=BUILT):
    """(counts by slot, None for the whole program's; lines of stdout).

    `command`: program and arguments; `root`: where the program's libraries and /proc lie; `environment`: NAME=VALUE
    strings; `single_step`: blocks of one instruction, where only `instructions` can be told. Counts of a slot are a
    dict with calls, fewest, most, instructions, simd_load_bytes, simd_store_bytes, long_multiplies, neon_multiplies,
    with `pages` also pages, pages_fetched, pages_loaded, pages_stored. Raises BenchError if the program fails or a mark
    lacks its counterpart.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder, "counts")
        words = [built / "qemu" / "qemu-arm", "-cpu", cpu]
        words += ["-plugin", f"{built / 'counter.so'},out={out}" + (",pages=on" if pages else "")]
        words += ["-singlestep"] if single_step else []
        words += ["-L", root] if root else []
        words += [part for entry in environment for part in ("-E", entry)]
        text = _run([str(word) for word in [*words, *command]])
        slots = {entry.pop("slot"): entry for entry in map(json.loads, out.read_text().splitlines())}
    if any(entry.get("unbalanced") for entry in slots.values()):
        raise BenchError(f"{command[0]}: a counter was started and not stopped, or the other way round")
    return slots, text.splitlines()


def _run(words):
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=_SECONDS)
    except FileNotFoundError:
        raise BenchError(f"{words[0]} is missing: run `make bench-programs`") from None
    except subprocess.TimeoutExpired:
        raise BenchError(f"{words[0]} did not end within {_SECONDS} s") from None
    if done.returncode:
        raise BenchError(f"`{' '.join(words)}` ended with status {done.returncode}: {done.stderr.strip()}")
    return done.stdout
