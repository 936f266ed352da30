"""Asserting that a call raises, without pytest."""


def raises(kinds, function, *arguments, **keywords):
    """The exception that the call raised; an AssertionError if it raised none of kinds."""
    try:
        function(*arguments, **keywords)
    except kinds as error:
        return error
    raise AssertionError("nothing raised")


def refused(area, function, *arguments, **keywords):
    """The sentence of ValueError("<area>: <sentence>"), which must be one line."""
    text = str(raises(ValueError, function, *arguments, **keywords))
    assert text.startswith(area + ": "), text
    assert "\n" not in text
    return text[len(area) + 2 :]
