"""What a start that did not last is answered with: the model before, then the safe mode.

A start that ends within `settle_s` is a short one. A trial that was restarted three times is given up; after three short
starts in a row the model that was in use before returns; after six the safe mode begins.
"""

from camera_firmware.portable import const

_SHORT = const(3)
_SAFE = const(6)


def count(slots, settle_s, log):
    """Counts this start. The sentence why it is one in safe mode, or None. Raises OSError."""
    boots = slots["boots"] + 1
    if slots["trial"] and slots["trial_boots"] >= _SHORT:
        why = "the camera was restarted %d times during its trial" % _SHORT
        log.error("update", "number %d is given up: %s" % (slots[slots["trial"]]["sequence"], why))
        slots.give_up_trial(why)
        boots = 1
    slots.save(boots=boots, trial_boots=slots["trial_boots"] + 1 if slots["trial"] else 0)
    if boots == _SHORT + 1 and slots.fallback():
        why = "%d starts in a row lasted less than %d s" % (_SHORT, settle_s)
        log.error("update", "number %d is given up for the model before: %s" % (slots[slots["good"]]["sequence"], why))
        slots.give_up_good(why)
    if boots > _SAFE:
        return "%d starts in a row lasted less than %d s" % (boots - 1, settle_s)
    return None


def settled(slots):
    """This start has lasted, or ended in order. Raises OSError."""
    if slots["boots"]:
        slots.save(boots=0)


def once_more(slots):
    """The next start is not in safe mode, but the one after it is if that does not last. Raises OSError."""
    slots.save(boots=_SAFE - 1)
