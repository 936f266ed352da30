"""The policy and its strategies, one by one, over a Footage, as a camera's collector asks them."""

import random
from collections import deque

import numpy as np

from bench.sampling.days import PERIOD_MS
from contract.decision import best, verdict
from contract.events import NO_MODEL
from contract.sampling import Policy
from contract.sampling.budget import EVEN, Budget
from contract.sampling.look import Look
from contract.sampling.settings import SHARES, complete
from contract.smoother import Smoother
from host_tools.native.imgprep import mean_abs_diff, nearest

_BYTES = 30000  # of a frame, as the budget counts them


def looks(footage, model=None):
    """Yields a Look a frame, the same object filled again; `model` (contract.model.Model) gives the verdicts."""
    look, smoother = Look(None), None
    if model:
        rules = model.smoothing
        smoother = Smoother(rules["confirm_frames"], rules["unknown_frames"], int(rules["stale_s"] * 1000), NO_MODEL, 0)
    sums = footage.small.reshape(-1, 8, 4, 8, 4).sum((2, 4), dtype=np.uint16)
    tiny = ((sums + 8) // 16).astype(np.uint8)  # as imgprep.resize_area does
    for i, time_ms in enumerate(footage.times.tolist()):
        look.tiny = tiny[i].tobytes()
        look.small, look.hog, look.colour = (rows[i].tobytes() for rows in (footage.small, footage.hog, footage.colour))
        if model:
            logits = footage.logits[i].tobytes()
            look.verdict, look.lead = verdict(logits, model), best(logits, len(model.labels))[1]
            smoother.update(look.verdict, None, time_ms, time_ms)
            look.smoothed = smoother.state
        yield look


def policy(footage, settings=None, model=None, seed=1, advance=lambda: None):
    """[(frame, reason)] that the policy keeps, frames around transitions ("roll") among them, in the order of time."""
    made = Policy(settings or {}, mean_abs_diff, random.Random(seed).random, nearest)
    start, kept = int(footage.times[0]), []
    before, until = deque(maxlen=8), None
    for i, look in enumerate(looks(footage, model)):
        time_ms = int(footage.times[i])
        now_ms = time_ms - start
        choice = made.update(look, time_ms, now_ms, _BYTES)
        if choice:
            for j, then_ms in before if choice.roll else ():
                if now_ms - then_ms <= choice.roll and made.may_roll(_BYTES):
                    kept.append((j, "roll"))
                    made.kept(_BYTES, True)
            before.clear()
            kept.append((i, choice.reason))
            made.kept(_BYTES)
            until = now_ms + choice.roll if choice.roll else until
        elif until is not None and now_ms <= until and made.may_roll(_BYTES):
            kept.append((i, "roll"))
            made.kept(_BYTES, True)
        else:
            before.append((i, now_ms))
        advance()
    return kept


def alone(strategy, footage, model=None, advance=lambda: None):
    """[(frame, reason)] of one strategy under the policy's limits of a day and an hour, first come, first kept."""
    budget = Budget(complete({**dict.fromkeys(SHARES, 0), "even_percent": 100}))
    start, kept = int(footage.times[0]), []
    for i, look in enumerate(looks(footage, model)):
        now_ms = int(footage.times[i]) - start
        budget.pass_time(PERIOD_MS if i else 0)
        reason = strategy.update(look, now_ms)
        if reason and budget.may(EVEN, now_ms, _BYTES):
            budget.take(EVEN, now_ms)
            strategy.kept(look, now_ms)
            kept.append((i, reason))
        advance()
    return kept
