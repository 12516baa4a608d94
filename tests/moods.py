"""What a vendor may answer that repeats all that it was sent: refusals in every shape."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx

Mood = Callable[[str, httpx.Request], tuple[int, Any]]


def _inputs(request: httpx.Request) -> list[str]:
    body = json.loads(request.content or b"{}")
    return [str(one.get("id") or one.get("from")) for one in body.get("inputs", [])]


def _refused(status: int, category: str) -> Mood:
    """A call as a whole."""

    def mood(said: str, request: httpx.Request) -> tuple[int, Any]:
        listed = json.dumps([{"name": "email", "error": said, "propertyValue": said, "message": said}])
        return status, {
            "status": "error",
            "category": category,
            "subCategory": said,
            "message": f"Property values were not valid: {listed}" if category == "VALIDATION_ERROR" else said,
            "correlationId": said,
            "policyName": said,
            "context": {"existingId": [said], "ids": _inputs(request), "propertyName": [said]},
            "errors": [{"message": said, "code": said, "context": {"propertyName": [said]}}],
        }

    return mood


def _in_part(category: str) -> Mood:
    """Each input for itself."""

    def mood(said: str, request: httpx.Request) -> tuple[int, Any]:
        errors = [
            {
                "status": "error",
                "category": category,
                "message": f"{said} Existing ID: {said}",
                "context": {"objectWriteTraceId": [key], "ids": [key], "propertyName": [said]},
            }
            for key in _inputs(request)
        ]
        return 207, {"status": "COMPLETE", "results": [], "numErrors": len(errors), "errors": errors}

    return mood


def _graphql(code: str) -> Mood:
    def mood(said: str, request: httpx.Request) -> tuple[int, Any]:
        error = {
            "message": said,
            "path": ["nodes", 0, "customer", "email"],
            "extensions": {"code": code, "value": said},
        }
        return 200, {"data": {"nodes": [{"id": said}]}, "errors": [error]}

    return mood


def _user_error(said: str, request: httpx.Request) -> tuple[int, Any]:
    return 200, {"data": {"nodes": None, "userErrors": [{"message": said, "field": [said], "code": said}]}}


HUBSPOT_MOODS: Mapping[str, Mood] = {
    **{f"{status}": _refused(status, "VALIDATION_ERROR") for status in (400, 401, 403, 404, 409, 423, 429, 477, 500)},
    "conflict": _refused(409, "CONFLICT"),
    "taken": _refused(400, "OBJECT_ALREADY_EXISTS"),
    "setup": lambda said, _: (400, {"message": f"non-unique {said}", "category": said}),
    "no JSON object": lambda said, _: (200, [said]),
    "strange results": lambda said, _: (200, {"results": [{"id": said, "properties": {"email": said}}]}),
    **{f"each: {word}": _in_part(word) for word in ("VALIDATION_ERROR", "CONFLICT", "OBJECT_NOT_FOUND", "ODD")},
}
SHOPIFY_MOODS: Mapping[str, Mood] = {
    **{
        code: _graphql(code) for code in ("INTERNAL_SERVER_ERROR", "THROTTLED", "ACCESS_DENIED", "SHOP_INACTIVE", "ODD")
    },
    **{f"{status}": _refused(status, "") for status in (400, 401, 402, 403, 404, 423, 429, 430, 500, 503)},
    "userErrors": _user_error,
}
