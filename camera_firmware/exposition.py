"""The Prometheus text exposition format, version 0.0.4: families of samples, each with its HELP and TYPE.

https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
"""

from camera_firmware.metrics import BUCKETS

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
COUNTER, GAUGE, HISTOGRAM = "counter", "gauge", "histogram"


def family(name, kind, meaning, *samples):
    """The text of a family; "" if it has no samples. Each is (value, label, its value, label, its value, ...).

    A value is a whole number, a text of a number, or None: then that sample is left out. `kind`: COUNTER or GAUGE.
    """
    lines = [_sample(name, one[0], one[1:]) for one in samples if one[0] is not None]
    return _head(name, kind, meaning) + "".join(lines) if lines else ""


def one_of(name, meaning, label, values, current):
    """A gauge for each of `values`: 1 for the current one, 0 for the others."""
    return family(name, GAUGE, meaning, *[(int(value == current), label, value) for value in values])


def histogram(name, meaning, *labelled):
    """Of metrics.Histogram in seconds, each as (histogram, label, its value, ...)."""
    lines = [_head(name, HISTOGRAM, meaning)]
    for one in labelled:
        of, labels, below = one[0], one[1:], 0
        for i in range(len(BUCKETS)):
            below += of.counts[i]
            lines.append(_sample(name + "_bucket", below, labels + ("le", BUCKETS[i][1])))
        below += of.counts[-1]
        lines.append(_sample(name + "_bucket", below, labels + ("le", "+Inf")))
        lines.append(_sample(name + "_sum", decimal(of.seconds * 1000000 + of.microseconds, 6), labels))
        lines.append(_sample(name + "_count", below, labels))
    return "".join(lines)


def decimal(number, digits):
    """A whole number as a decimal fraction with that many digits: decimal(-1500, 3) is "-1.500". None stays None."""
    if number is None:
        return None
    text = "%0*d" % (digits + 1, abs(number))
    return "%s%s.%s" % ("-" if number < 0 else "", text[:-digits], text[-digits:])


def _head(name, kind, meaning):
    return "# HELP %s %s.\n# TYPE %s %s\n" % (name, meaning.replace("\\", "\\\\").replace("\n", "\\n"), name, kind)


def _sample(name, value, labels):
    if not labels:
        return "%s %s\n" % (name, value)
    pairs = ['%s="%s"' % (labels[i], escaped(labels[i + 1])) for i in range(0, len(labels), 2)]
    return "%s{%s} %s\n" % (name, ",".join(pairs), value)


def escaped(text):
    """A label's value."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
