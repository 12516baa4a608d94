"""The emulated account can never be mistaken for a real one."""

import pytest

from sandbox.cloud.account import NotLoopback, client, environment

HERE = "http://127.0.0.1:4566"


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://dynamodb.us-east-1.amazonaws.com",
        "http://127.0.0.1.example.com:4566",
        "http://127.0.0.1@example.com:4566",
        "http://10.0.0.7:4566",
        "",
    ],
)
def test_an_endpoint_elsewhere_is_refused(endpoint: str) -> None:
    with pytest.raises(NotLoopback):
        client("dynamodb", endpoint)
    with pytest.raises(NotLoopback):
        environment(endpoint)


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SQS"])
def test_an_endpoint_elsewhere_in_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "https://sqs.us-east-1.amazonaws.com")
    with pytest.raises(NotLoopback):
        environment(HERE)


def test_nothing_of_the_owners_account_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys, profiles, a proxy that would carry requests away."""
    monkeypatch.setenv("AWS_PROFILE", "work")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOFTHEOWNER")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of the owner")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com:3128")
    handed = environment(HERE)
    assert handed["AWS_ENDPOINT_URL"] == HERE
    assert handed["AWS_ACCESS_KEY_ID"] == handed["AWS_SECRET_ACCESS_KEY"] == "testing"
    assert handed["AWS_SHARED_CREDENTIALS_FILE"] == handed["AWS_CONFIG_FILE"] == "/dev/null"
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "HTTPS_PROXY"} & handed.keys()
