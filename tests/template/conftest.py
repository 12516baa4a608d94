"""The template as CloudFormation gets it: SAM's own translator has made resources of it."""

from typing import Any

import pytest
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from tests.template.reading import ROOT, Resources


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    """Transformed. Nothing is resolved: conditions and references stand as written."""
    source = yaml_parse((ROOT / "template.yaml").read_text())
    for resource in source["Resources"].values():
        for name in ("CodeUri", "ContentUri"):
            if name in resource.get("Properties", {}):
                resource["Properties"][name] = "s3://bucket/key"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        transformed: dict[str, Any] = Translator({}, Parser()).translate(source, {})
    return transformed


@pytest.fixture(scope="session")
def resources(template: dict[str, Any]) -> Resources:
    found: Resources = template["Resources"]
    return found
