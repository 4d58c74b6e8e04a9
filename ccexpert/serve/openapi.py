"""The OpenAPI document (3.1) of the API: made from the table of endpoints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from pydantic import TypeAdapter

from ccexpert.serve.call import Endpoint, Parameter
from ccexpert.serve.forms import Problem
from ccexpert.version import __version__

_REF = "#/components/schemas/{model}"
_PROBLEM = "application/problem+json"

#: What any request may meet.
_ALWAYS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
#: What a request with a body may meet.
_WITH_BODY = (
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
)

Schema = dict[str, Any]


def openapi(endpoints: Iterable[Endpoint], *, token: bool = False) -> Schema:
    """The document for these endpoints; ``token``: whether a client must have one."""
    schemas = _Schemas()
    problem = schemas.of(Problem, "serialization")
    paths: dict[str, Schema] = {}
    for endpoint in endpoints:
        operation = _operation(endpoint, schemas, problem)
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = operation
    found: Schema = {
        "openapi": "3.1.0",
        "info": {
            "title": "ccexpert",
            "version": __version__,
            "description": "Diagnoses Adobe Campaign Classic v7 servers.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"schemas": schemas.all},
    }
    if token:
        found["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
        found["security"] = [{"token": []}]
    return found


class _Schemas:
    """The schemas of all types, each once."""

    def __init__(self) -> None:
        self.all: dict[str, Schema] = {}

    def of(self, form: Any, mode: Any) -> Schema:
        """The schema of a type, which refers to those it holds."""
        if isinstance(form, dict):
            return form
        found = TypeAdapter(form).json_schema(mode=mode, ref_template=_REF)
        self.all |= found.pop("$defs", {})
        if "title" not in found or "properties" not in found:
            return found
        self.all[found["title"]] = found
        return {"$ref": _REF.format(model=found["title"])}


def _operation(endpoint: Endpoint, schemas: _Schemas, problem: Schema) -> Schema:
    name = endpoint.path.removeprefix("/v1/").split("/{")[0].replace("/", "_")
    shape = f"{name}_one" if "{number}" in endpoint.path else name
    statuses = (*_ALWAYS, *(_WITH_BODY if endpoint.takes else ()), *endpoint.fails)
    answers = {
        str(int(status)): {"description": status.phrase, "content": {_PROBLEM: {"schema": problem}}}
        for status in sorted(statuses)
    }
    found: Schema = {
        "operationId": shape,
        "summary": endpoint.about,
        "parameters": [_parameter(one) for one in endpoint.parameters],
        "responses": {
            "200": {
                "description": "OK",
                "content": _content(endpoint.gives, schemas, "serialization"),
            },
            **answers,
        },
    }
    if endpoint.takes:
        content = _content(endpoint.takes, schemas, "validation")
        found["requestBody"] = {"required": True, "content": content}
    return found


def _content(types: Mapping[str, Any], schemas: _Schemas, mode: str) -> Schema:
    return {media: {"schema": schemas.of(form, mode)} for media, form in types.items()}


def _parameter(one: Parameter) -> Schema:
    return {
        "name": one.name,
        "in": one.place,
        "required": one.required,
        "description": one.about,
        "schema": {"type": "string", **one.schema},
    }
