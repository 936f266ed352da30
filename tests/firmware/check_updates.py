"""Every cut of the connection and of the power during an update; writes build/check-updates.json.

    python tests/firmware/check_updates.py [FILE]

Exit status 1 if any of them left the camera without a verified model or firmware, or kept a repeated push from completing.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "firmware"), str(ROOT)]

import connection_cuts  # noqa: E402  after the path
import firmware_connection_cuts  # noqa: E402
from firmware_cuts import FIRMWARE  # noqa: E402
from update_cuts import MODELS  # noqa: E402

from contract import api  # noqa: E402

_PIECES = (api.MAX_PIECE_BYTES, connection_cuts.STEP)


def power(place):
    """(cuts, {situation: {"operations", "cuts"}}, [what was wrong])."""
    total, table, broken = 0, {}, []
    for of in (MODELS, FIRMWARE):
        for name in of.situations:
            cuts, operations, wrong = of.check(name, place / "power")
            print(f"power: {name}: {operations} disk operations, {cuts} cuts, {len(wrong)} broken", flush=True)
            total, table[name], broken = total + cuts, {"operations": operations, "cuts": cuts}, broken + wrong
    return total, table, broken


def connection(place):
    """(cuts, [what was wrong])."""
    total, broken = 0, []
    for piece in _PIECES:
        cuts, wrong = connection_cuts.check(place / f"camera-{piece}", piece)
        print(f"connection: pieces of {piece} bytes: {cuts} cuts, {len(wrong)} broken", flush=True)
        total, broken = total + cuts, broken + wrong
    cuts, wrong = firmware_connection_cuts.check(place / "firmware" / "camera")
    print(f"connection: firmware: {cuts} cuts, {len(wrong)} broken", flush=True)
    return total + cuts, broken + wrong


def main(path):
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory, prefix="doorlens-updates-") as folder:
        power_cuts, situations, broken = power(Path(folder))
        connection_cuts_, also = connection(Path(folder))
    broken += also
    report = {"connection_cuts": connection_cuts_, "power_cuts": power_cuts, "broken": len(broken),
              "situations": situations, "what": broken}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=2) + "\n")
    print("\n".join(broken + [f"{connection_cuts_} connection cuts, {power_cuts} power cuts, {len(broken)} broken; {path}"]))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "check-updates.json"))
