"""The control API's description: made from contract.api, good OpenAPI to an independent reader, and what the camera serves."""

import json
from pathlib import Path

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from camera_firmware.control import Control
from camera_firmware.http_response import _WORDS
from contract import answers, api, openapi

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def description():
    return json.loads((ROOT / openapi.FILE).read_text())


def test_generated_files_are_those_of_the_contract():
    hint = "run `python -m contract.openapi`"
    assert (ROOT / openapi.FILE).read_text() == openapi.text(), hint
    page = (ROOT / openapi.PAGE).read_text()
    assert openapi.page(page) == page, hint


def test_independent_reader_takes_the_description(description):
    OpenAPIV31SpecValidator(description).validate()


def test_every_route_is_described_and_every_described_one_is_served(description):
    described = {(method.upper(), path, operation["operationId"])
                 for path, methods in description["paths"].items() for method, operation in methods.items()}
    assert described == {(route.method, route.path, route.handler) for route in api.ROUTES}
    assert len(described) == len(api.ROUTES), "a route is there twice"
    served = Control(None, "token", None, None)._routes
    assert {(method, path, handler.__name__[1:]) for path, methods in served.items() for method, handler in methods.items()} == described


@pytest.mark.parametrize("route", api.ROUTES, ids=[route.handler for route in api.ROUTES])
def test_every_answer_of_a_route_has_a_schema(description, route):
    operation = description["paths"][route.path][route.method.lower()]
    assert {parameter["name"] for parameter in operation.get("parameters", [])} == set(route.parameters)
    assert ("requestBody" in operation) == bool(route.body)
    assert set(operation["responses"]) == {"200"} | {str(api.ERRORS[code]) for code in openapi.codes(route)}
    assert "/" in route.answer or route.answer in description["components"]["schemas"]


def test_every_error_has_a_meaning_and_a_status_with_words():
    assert set(answers.MEANINGS) == set(api.ERRORS)
    assert set(api.ERRORS.values()) <= set(_WORDS)
    assert {code for route in api.ROUTES for code in openapi.codes(route)} | {"method_not_allowed"} == set(api.ERRORS)
