"""JSON Schema and table of the event payload, made from contract.events.FIELDS.

    python -m contract.event_schema    writes docs/event.schema.json and the table in docs/events.md anew
"""

import json
from collections import OrderedDict

from contract.events import FIELDS, SCHEMA

SCHEMA_FILE = "docs/event.schema.json"
PAGE = "docs/events.md"
BEGIN, END = "<!-- begin of the table -->\n", "<!-- end of the table -->\n"


def json_schema():
    """The schema (draft 2020-12) as a dictionary. Fields that it does not name are allowed: later cameras may have more."""
    properties = OrderedDict()
    for name, nullable, kind, words, meaning in FIELDS:
        rules = OrderedDict((("description", meaning), ("type", [kind, "null"] if nullable else kind)))
        for word in sorted(words):
            rules[word] = list(words[word]) if isinstance(words[word], tuple) else words[word]
        properties[name] = rules
    return OrderedDict((
        ("$schema", "https://json-schema.org/draft/2020-12/schema"),
        ("title", "Doorlens event, version %d" % SCHEMA),
        ("type", "object"),
        ("properties", properties),
        ("required", list(properties)),
    ))


def text():
    """The content of docs/event.schema.json."""
    return json.dumps(json_schema(), indent=2) + "\n"


def table():
    """The fields as a Markdown table."""
    lines = ["| field | type | meaning |", "|---|---|---|"]
    for name, nullable, kind, words, meaning in FIELDS:
        choices = ": " + ", ".join("`%s`" % choice for choice in words["enum"]) if "enum" in words else ""
        lines.append("| `%s` | %s | %s |" % (name, kind + (" or null" if nullable else ""), meaning + choices))
    return "\n".join(lines) + "\n"


def page(old):
    """The text of docs/events.md with its table made anew."""
    before, _, rest = old.partition(BEGIN)
    after = rest.partition(END)[2]
    return before + BEGIN + table() + END + after


def main():
    with open(PAGE) as file:
        old = file.read()
    with open(PAGE, "w") as file:
        file.write(page(old))
    with open(SCHEMA_FILE, "w") as file:
        file.write(text())


if __name__ == "__main__":
    main()
