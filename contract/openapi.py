"""OpenAPI description and tables of the control API, made from contract.api and contract.answers.

    python -m contract.openapi    writes docs/openapi.json and the tables in docs/api.md anew
"""

import json

from contract import answers, api

FILE = "docs/openapi.json"
PAGE = "docs/api.md"
ROUTES_TABLE, ERRORS_TABLE = "table of routes", "table of errors"
_JSON = "application/json"
_BYTES = "application/octet-stream"
_LIMIT = "x-max-bytes"  # the largest body in bytes, for which OpenAPI has no word


def codes(route):
    """The error codes that a route may answer, sorted."""
    return sorted(set(api.ANY_ERRORS + route.errors + (api.BODY_ERRORS if route.body else ())))


def description():
    """The OpenAPI 3.1 document as a dictionary."""
    paths = {}
    for route in api.ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Doorlens camera",
            "version": api.ROOT.rpartition("/v")[2],
            "description": "Behind the web server of an Axis camera every path begins with `%s`." % api.BEHIND,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "http://{camera}:{port}", "variables": {"camera": {"default": "127.0.0.1"}, "port": {"default": "8765"}}}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "responses": {code: _described([code]) for code in sorted(api.ANY_ERRORS + api.BODY_ERRORS + ("not_found",))},
            "schemas": answers.schemas(),
            "securitySchemes": {"token": {"type": "apiKey", "in": "header", "name": api.TOKEN_HEADER,
                                          "description": "control.token of the camera's settings"},
                                "bearer": {"type": "http", "scheme": "bearer", "description": "the same token"}},
        },
    }


def _operation(route):
    operation = {"operationId": route.handler, "summary": route.summary, "responses": _responses(route)}
    if route.path == api.PROMETHEUS:
        operation["security"] = [{"token": []}, {"bearer": []}]
    elif route.path in api.OPEN:
        operation["security"] = []
    if route.parameters:
        operation["parameters"] = [_parameter(name) for name in route.parameters]
    if route.body:
        operation["requestBody"] = {"required": True, "content": {_BYTES: {"schema": {"type": "string", "format": "binary"}}},
                                    _LIMIT: route.body}
    return operation


def _parameter(name):
    where, required, schema, meaning = api.PARAMETERS[name]
    return {"name": name, "in": where, "required": required, "description": meaning, "schema": schema}


def _responses(route):
    kind = route.answer if "/" in route.answer else _JSON
    schema = {"type": "string", "format": "binary"} if "/" in route.answer else {"$ref": "#/components/schemas/" + route.answer}
    responses = {"200": {"description": route.summary, "content": {kind: {"schema": schema}}}}
    by_status = {}
    for code in codes(route):
        by_status.setdefault(str(api.ERRORS[code]), []).append(code)
    for status in sorted(by_status):
        responses[status] = _error(by_status[status])
    return responses


def _error(of):
    """One status, which stands for the codes `of`; one that stands for one code is described once for all routes."""
    return {"$ref": "#/components/responses/" + of[0]} if len(of) == 1 else _described(of)


def _described(of):
    schema = {"allOf": [{"$ref": "#/components/schemas/Error"}, {"properties": {"error": {"enum": of}}}]}
    return {"description": "; ".join(answers.MEANINGS[code] for code in of), "content": {_JSON: {"schema": schema}}}


def text():
    """The content of docs/openapi.json."""
    return json.dumps(description(), indent=2) + "\n"


def routes_table():
    """The routes as a Markdown table."""
    lines = ["| request | answer | |", "|---|---|---|"]
    for route in api.ROUTES:
        names = [name for name in route.parameters if api.PARAMETERS[name][0] == "query"]
        query = "?" + "&".join("%s=" % name for name in names) if names else ""
        size = "; at most %d KiB" % (route.body // 1024) if route.body else ""
        lines.append("| `%s %s%s` | %s | %s%s |" % (route.method, route.path, query, route.answer, route.summary, size))
    return "\n".join(lines) + "\n"


def errors_table():
    """The error codes as a Markdown table."""
    lines = ["| status | `error` | |", "|---|---|---|"]
    for code in sorted(api.ERRORS, key=lambda code: (api.ERRORS[code], code)):
        lines.append("| %d | `%s` | %s |" % (api.ERRORS[code], code, answers.MEANINGS[code]))
    return "\n".join(lines) + "\n"


def page(old):
    """The text of docs/api.md with its tables made anew."""
    for name, make in ((ROUTES_TABLE, routes_table), (ERRORS_TABLE, errors_table)):
        begin, end = "<!-- begin of the %s -->\n" % name, "<!-- end of the %s -->\n" % name
        before, _, rest = old.partition(begin)
        old = before + begin + make() + end + rest.partition(end)[2]
    return old


def main():
    with open(PAGE) as file:
        old = file.read()
    with open(PAGE, "w") as file:
        file.write(page(old))
    with open(FILE, "w") as file:
        file.write(text())


if __name__ == "__main__":
    main()
