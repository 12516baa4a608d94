"""No value of a property, no address and no token in a text, a log or a traceback, whatever goes wrong."""

import asyncio
import logging
import traceback
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from sandbox.faults import CALL_FAULTS
from sandbox.simulator import Simulator
from tandem import http
from tandem.errors import Failure
from tandem.hubspot.client import HubSpotClient
from tandem.model import NotWritten, Write
from tests.hubspot.account import Account, behind

ADDRESS = "canary.jane@example.com"
VALUES = {
    "email": ADDRESS,
    "firstname": "Canaryname",
    "lifecyclestage": "canary-stage",
    "hubspot_owner_id": "canary-owner",
    "createdate": "canary-day",
    "canary_unknown": "canary-value",
}
SECRETS = ("canary.jane", "Canaryname", "canary-", "pat-canary")


def clean(caplog: pytest.LogCaptureFixture, *told: object) -> None:
    text = "\n".join([caplog.text, *(str(one) for one in told)])
    assert text.strip(), "nothing was told, so nothing is proved"
    for secret in SECRETS:
        assert secret not in text


def account_with_canaries(conflicts: str = "409") -> Account:
    account = Account(secondary_email_conflict=conflicts, unique_conflict=conflicts)
    portal = account.hubspot.portal
    app = account.hubspot.app
    account.token = "pat-canary"
    portal.apps[account.token] = type(app)(app.app_id, account.token, app.client_secret, app.scopes)
    return account


def told_by(failure: BaseException) -> str:
    return "".join(traceback.format_exception(failure))


@pytest.mark.parametrize("fault", [*CALL_FAULTS, 400, 401, 403, 404, 409, 423, 429, 477, 500])
def test_failures_tell_no_secret(fault: str | int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    account = account_with_canaries()
    if isinstance(fault, int):
        account.fault("status", status=fault)
    else:
        account.fault(fault)
    calls = (
        account.client.upsert("contacts", [Write("acme:contact:1", VALUES)]),
        account.client.update("contacts", [Write("1", VALUES)]),
        account.client.read("contacts", [ADDRESS], ["email"], by="email"),
        account.client.search("contacts", [{"propertyName": "email", "operator": "EQ", "value": ADDRESS}], []),
        account.client.post("/crm/objects/2026-09/contacts", {"properties": VALUES}),
    )
    told = []
    for call in calls:
        try:
            answers = account.run(call)
        except Failure as failure:
            told.append(told_by(failure))
        else:
            if isinstance(answers, dict):
                told += [str(answer) for answer in answers.values() if isinstance(answer, NotWritten)]
    clean(caplog, *told)


@pytest.mark.parametrize("status", ["400", "409"])
def test_refusals_of_records_tell_no_secret(status: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    account = account_with_canaries(status)
    account.record("contacts", email="first@example.com", hs_additional_emails=ADDRESS)
    account.record("products", name="a", hs_sku="canary-sku")
    writes = [
        Write("acme:contact:1", {"email": ADDRESS}),
        Write("acme:contact:2", {"email": "canary-no-address", "firstname": "Canaryname", "lastname": "canary-x"}),
        Write("acme:contact:3", {**VALUES, "email": "canary.other@example.com"}),
    ]
    contacts = account.run(account.client.upsert("contacts", writes))
    products = account.run(account.client.upsert("products", [Write("acme:product:1", {"hs_sku": "canary-sku"})]))
    assert {type(answer).__name__ for answer in contacts.values()} == {"NotWritten", "Written"}
    clean(caplog, *contacts.values(), *products.values())


def test_two_contents_of_one_key_are_told_by_the_key(caplog: pytest.LogCaptureFixture) -> None:
    account = account_with_canaries()
    with pytest.raises(ValueError) as error:
        account.run(account.client.update("contacts", [Write("1", VALUES), Write("1", {"email": ADDRESS})]))
    clean(caplog, told_by(error.value))


def test_a_vendor_that_puts_values_where_names_belong_is_not_quoted(caplog: pytest.LogCaptureFixture) -> None:
    account, between = behind()
    error = {
        "status": "error",
        "message": f"Canaryname {ADDRESS}",
        "category": ADDRESS,
        "correlationId": ADDRESS,
        "subCategory": ADDRESS,
        "errors": [{"code": ADDRESS, "message": ADDRESS, "context": {"propertyName": [ADDRESS]}}],
        "context": {"existingId": [ADDRESS], "ids": [ADDRESS]},
    }
    headers = {"x-hubspot-correlation-id": ADDRESS}
    between.answers = [httpx.Response(400, json=error, headers=headers)]
    answer = account.run(account.client.upsert("contacts", [Write("acme:contact:1", VALUES)]))["acme:contact:1"]
    between.answers = [
        httpx.Response(403, json={**error, "errors": [{"context": {"requiredGranularScopes": [ADDRESS]}}]})
    ]
    with pytest.raises(Failure) as failure:
        account.run(account.client.get("/crm/owners/2026-09"))
    clean(caplog, answer, told_by(failure.value))


def test_over_a_socket_nothing_is_logged_either(
    serve: Callable[[Simulator], str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    account = account_with_canaries()
    url = serve(account.hubspot)

    class RealTime:
        def now(self) -> datetime:
            return datetime.now(UTC)

        async def sleep(self, seconds: float) -> None:
            """Not waited for."""

    async def nothing(_: float) -> None: ...

    async def calls() -> list[object]:
        async with http.client(url) as web:
            client = HubSpotClient(web, account.credential, nothing, nothing, RealTime())
            good = await client.upsert("contacts", [Write("acme:contact:1", {"email": ADDRESS})])
            found = await client.read("contacts", [ADDRESS], [], by="email")
            assert [one.id for one in found.values()] == [getattr(good["acme:contact:1"], "id", None)]
            told: list[object] = []
            for kind in ("refuse", "lose", "cut", "truncate"):
                account.fault(kind, times=1)
                try:
                    await client.update("contacts", [Write("1", VALUES)])
                except Failure as failure:
                    told.append(told_by(failure))
            return told

    told = asyncio.run(calls())
    assert len(told) >= 3
    clean(caplog, *told)
