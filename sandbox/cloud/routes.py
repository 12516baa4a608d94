"""Gives an HTTP API the routes that its template describes and MiniStack 1.5 leaves out.

SAM writes the routes of HttpApi events as an OpenAPI document into the API's `Body`, and the emulator does not read it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

Resources = Mapping[str, Mapping[str, Any]]


def described(resources: Resources) -> Iterator[tuple[str, str, str]]:
    """Logical id of the API, route key, logical id of the function behind it; of a transformed template."""
    for api, resource in resources.items():
        if resource["Type"] != "AWS::ApiGatewayV2::Api":
            continue
        for path, methods in resource["Properties"].get("Body", {}).get("paths", {}).items():
            for method, operation in methods.items():
                uri = json.dumps(operation["x-amazon-apigateway-integration"]["uri"])
                function = re.search(r"\$\{(\w+)\.Arn\}", uri)
                assert function, f"{method} {path} leads to no function"
                yield api, f"{method.upper()} {path}", function[1]


def add_missing(resources: Resources, physical: Mapping[str, str], gateway: Any, functions: Any) -> list[str]:
    """Make the routes that are not there; their keys."""
    added = []
    for api, key, function in described(resources):
        there = gateway.get_routes(ApiId=physical[api])["Items"]
        if key in (route["RouteKey"] for route in there):
            continue
        arn = functions.get_function(FunctionName=physical[function])["Configuration"]["FunctionArn"]
        integration = gateway.create_integration(
            ApiId=physical[api], IntegrationType="AWS_PROXY", IntegrationUri=arn, PayloadFormatVersion="2.0"
        )
        target = f"integrations/{integration['IntegrationId']}"
        gateway.create_route(ApiId=physical[api], RouteKey=key, Target=target)
        added.append(key)
    return added
