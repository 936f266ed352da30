"""Situations of a model's update in which the power goes."""

from power_cuts import Enumeration, Situation
from update_lives import Life, again, installed, number, short, worse


def _trial_began(folder):
    installed(folder, 1)
    Life(folder).push(number(2), 65536)


def _half_received(folder):
    installed(folder, 1)
    data = number(2)
    Life(folder).updates.put(0, data[:65536])
    life = Life(folder)
    life.updates.settled()
    life.updates.put(0, data[:65536])
    life.updates.put(65536, data[65536:70000])


def _crash_loop(times):
    def before(folder):
        installed(folder, 1, 2)
        short(folder, times)
    return before


SITUATIONS = {
    "first model": Situation(lambda folder: installed(folder), number(1), (None, 1), 1, 16384),
    "second model": Situation(lambda folder: installed(folder, 1), number(2), (1, 2), 2, 16384),
    "third model": Situation(lambda folder: installed(folder, 1, 2), number(3), (2, 3), 3, 4096),
    "large pieces": Situation(lambda folder: installed(folder, 1, 2), number(3), (2, 3), 3, 65536),
    "odd pieces": Situation(lambda folder: installed(folder, 1, 2), number(3), (2, 3), 3, 5001),
    "upload goes on": Situation(_half_received, number(2), (1, 2), 2, 16384),
    "trial goes on": Situation(_trial_began, number(2), (1, 2), 2, 16384),
    "worse model": Situation(lambda folder: installed(folder, 1, 2), number(3, worse), (2,), None, 16384),
    "crash loop": Situation(_crash_loop(3), number(3), (2, 1, 3), 3, 16384),
    "safe mode": Situation(_crash_loop(6), number(3), (None, 1, 3), 3, 16384),
}


def push(situation, folder):
    """One undisturbed update, as `again` but with the situation's pieces."""
    life = Life(folder)
    life.update(situation.data, situation.piece)
    if life.safe_mode:
        Life(folder).update(situation.data, situation.piece)


def wrong(situation, left):
    """See power_cuts."""
    final = situation.after or situation.allowed[0]
    life = Life(left)
    if life.use not in situation.allowed:
        return f"model {life.use} is in use, not one of {situation.allowed}: {life.log.said}"
    life = again(left, situation.data)
    if life.use != final:
        return f"after another push model {life.use} is in use: {life.log.said} {life.updates.state()}"
    life = Life(left)
    if life.use != final:
        return f"after another start model {life.use} is in use: {life.log.said}"
    if situation.after and situation.data not in [path.read_bytes() for path in left.glob("slot-*.dlu")]:
        return "no slot holds what was pushed"
    return None


MODELS = Enumeration(SITUATIONS, push, wrong)
