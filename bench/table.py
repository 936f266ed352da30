"""The table of results, on a terminal and in README.md."""

from bench.errors import BenchError

BEGIN, END = "<!-- make bench -->", "<!-- /make bench -->"
_ABOUT = "about"


def rows(results):
    """(title, ours, ours in C, peer, peer's name, ours / peer, must, reach) of every benchmark."""
    for name, one in results.items():
        if name != _ABOUT:
            yield (one["title"], one["ours"], one["ours_c"], one["peer"], one["peer_name"], one["ours"] / one["peer"],
                   one["must"], one["reach"])


def _number(value):
    return "-" if value is None else f"{value:,}"


def _verdict(ours, must, reach):
    if ours <= (reach or must):
        return "reached"
    return "met" if ours <= must else f"missed by {ours / must - 1:.1%}"


def terminal(results):
    """Text with a line per benchmark."""
    lines = [f"{'instructions per call, cortex-a9':44}{'ours':>12}{'portable C':>13}{'peer':>12}  {'ratio':>5}"
             f"{'must':>12}{'reach':>11}"]
    for title, ours, portable, peer, name, ratio, must, reach in rows(results):
        lines.append(f"{title:44}{ours:12,}{portable:13,}{peer:12,}  {ratio:5.2f}{must:12,}"
                     f"{_number(reach):>11}  {_verdict(ours, must, reach)}  ({name})")
    uniform = results[_ABOUT]["door_int8_uniform_weights"]
    return "\n".join(lines + [f"{'door network with uniformly random weights':44}{uniform:12,}"])


def markdown(results):
    """The block that README.md carries."""
    lines = ["| instructions per call | Doorlens | without NEON | best peer | ratio |", "|---|---|---|---|---|"]
    for title, ours, portable, peer, name, ratio, _, _ in rows(results):
        lines.append(f"| {title} | {ours:,} | {portable:,} | {peer:,} ({name}) | {ratio:.2f} |")
    return "\n".join(lines)


def block(text):
    """What README text holds between the marks, None without them."""
    if BEGIN not in text or END not in text:
        return None
    return text.split(BEGIN, 1)[1].split(END, 1)[0].strip("\n")


def rewrite(path, results):
    """Put the table between the marks of a Markdown file."""
    text = path.read_text()
    if block(text) is None:
        raise BenchError(f"{path.name} lacks the lines {BEGIN} and {END}")
    before, rest = text.split(BEGIN, 1)
    path.write_text(f"{before}{BEGIN}\n{markdown(results)}\n{END}{rest.split(END, 1)[1]}")
