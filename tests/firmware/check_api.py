"""The control API explored by schemathesis for longer than the tests do; writes build/check-api.json.

    python tests/firmware/check_api.py [--examples 200] [--seed 1] [FILE]

Exit status 1 if an answer was not as docs/openapi.json describes it, or the camera complained.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "firmware"), str(ROOT / "tests"), str(ROOT)]

from api_exploration import explore  # noqa: E402  after the path

# name, whether it takes signed updates, architecture, share of the examples
CAMERAS = (("unsigned", False, "x86_64", 1), ("signed", True, "x86_64", 1), ("unsigned, ARMv7", False, "armv7", 0.1))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--examples", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("file", type=Path, nargs="?", default=ROOT / "build" / "check-api.json")
    options = parser.parse_args()
    report = {"seed": options.seed, "examples": options.examples, "requests": 0, "checks": 0, "failures": 0, "cameras": {}}
    for name, keyed, architecture, share in CAMERAS:
        with tempfile.TemporaryDirectory(prefix="doorlens-api-") as folder:
            examples = max(1, round(share * options.examples))
            found = explore(Path(folder) / "camera", keyed, architecture, options.seed, examples).report
        report["cameras"][name] = found
        for key in ("requests", "checks"):
            report[key] += found[key]
        report["failures"] += len(found["failures"])
        print(f"{name}: {found['requests']} requests, {found['checks']} checks, answers {found['statuses']}", flush=True)
        print("\n".join(found["failures"]))
    options.file.parent.mkdir(parents=True, exist_ok=True)
    options.file.write_text(json.dumps(report, indent=2) + "\n")
    print(f"{report['requests']} requests, {report['checks']} checks, {report['failures']} failures; {options.file}")
    return 1 if report["failures"] else 0


if __name__ == "__main__":
    sys.exit(main())
