"""build/bench-sampling.json: what every strategy kept, measured."""

import hashlib
import json
from collections import Counter
from pathlib import Path
from statistics import mean

import numpy as np

from bench.count import ROOT
from bench.sampling import measures
from bench.sampling.days import DAY_MS, long_openings
from contract import durable

PATH = ROOT / "build" / "bench-sampling.json"
FIGURES = ("openings_covered", "near_duplicates", "covering_radius", "both_states_share", "hours_present", "kept_a_day")
_SOURCES = ("contract/sampling", "bench/sampling")


def digest():
    """Text that changes with the source of the policy and of this bench."""
    made = hashlib.sha256()
    for folder in _SOURCES:
        for path in sorted((ROOT / folder).glob("*.py")):
            made.update(path.read_bytes())
    return made.hexdigest()[:16]


def figures(scene, span, footage, kept):
    """FIGURES and more of [(frame, reason)], for JSON.

    near_duplicates does not count the random slice for evaluation, which may not be chosen by content;
    near_duplicates_all does. both_states_share is that of the rarer state.
    """
    reasons = dict(kept)
    frames = np.array(sorted(reasons), np.int64)
    to_learn = [i for i in frames.tolist() if reasons[i] != "random" or len(set(reasons.values())) == 1]
    far = measures.distances(footage, frames)
    seen = ~footage.blocked[frames]
    count = max(1, len(frames))
    shares = [int((state[frames] & seen).sum()) / count for state in (footage.opened, ~footage.opened)]
    openings = long_openings(scene, span)
    return {
        "openings_covered": measures.covered(footage, frames, openings), "openings": len(openings),
        "near_duplicates": measures.duplicates(footage, to_learn),
        "near_duplicates_all": measures.duplicates(footage, frames),
        "covering_radius": float(far.max()), "covering_radius_p999": float(sorted(far)[int(0.999 * len(far))]),
        "both_states_share": min(shares), "open_share": shares[0],
        "hours_present": measures.hours(footage, frames), "kept": len(frames),
        "kept_a_day": len(frames) * DAY_MS / (span.end_ms - span.start_ms), "reasons": dict(Counter(reasons.values()))}


def together(installations, about):
    """{"about", strategy: {figure: mean over the installations, "installations": {name: figures}}}; the worst of
    hours_present. installations: {name: {strategy: figures}}."""
    found = {"about": about}
    for strategy in sorted({one for entry in installations.values() for one in entry}):
        own = {name: entry[strategy] for name, entry in sorted(installations.items()) if strategy in entry}
        found[strategy] = {figure: mean(one[figure] for one in own.values()) for figure in FIGURES}
        found[strategy]["hours_present"] = min(one["hours_present"] for one in own.values())
        found[strategy]["installations"] = own
    return found


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    durable.write(path, (json.dumps(content, indent=1) + "\n").encode())


def read(path):
    """What was written, or None."""
    try:
        return json.loads(Path(path).read_bytes())
    except (OSError, ValueError):
        return None
