"""What a policy remembers over a restart, as values for JSON."""

VERSION = 2


def dump(time_ms, now_ms, budget, rarity, shape, colour):
    """`time_ms`: UTC or None; `now_ms`: of the budget's times; `shape`, `colour`: Centres."""
    return {
        "version": VERSION,
        "time_ms": time_ms,
        "budget": budget.dump(now_ms),
        "states": rarity.dump(),
        "shape": shape.dump(),
        "colour": colour.dump(),
    }


def restore(dumped, budget, rarity, shape, colour):
    """What dump() gave, to a new Budget and Rarity and to Centres. False, and these empty, if it cannot be used."""
    try:
        if dumped["version"] != VERSION or not isinstance(dumped["time_ms"], (int, type(None))):
            return False
        budget.restore(dumped["budget"])
        rarity.restore(dumped["states"])
        shape.restore(dumped["shape"])
        colour.restore(dumped["colour"])
    except (KeyError, TypeError, ValueError, IndexError, OverflowError):
        shape.clear()
        colour.clear()
        return False
    return True
