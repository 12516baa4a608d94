"""Contacts deleted for good, and addresses that are barred from then on."""

import pytest

from sandbox.hubspot.model import Change
from tests.sandbox.hubspot.account import Account

CONTACTS = "/crm/objects/2026-09/contacts"
DELETE = f"{CONTACTS}/gdpr-delete"


@pytest.mark.parametrize("by", ["id", "email", "additional"])
def test_a_contact_is_gone_without_a_trace(by: str) -> None:
    account = Account()
    told: list[Change] = []
    account.portal.listeners.append(told.append)
    id_ = account.record("contacts", email="jane@example.com", hs_additional_emails="j@example.com")
    order = account.record("orders", hs_order_name="#1")
    account.put(f"/crm/objects/2026-09/orders/{order}/associations/default/contacts/{id_}")
    body = {
        "id": {"objectId": id_},
        "email": {"objectId": "Jane@example.com", "idProperty": "email"},
        "additional": {"objectId": "j@example.com", "idProperty": "email"},
    }[by]
    account.post(DELETE, body, status=204)
    account.get(f"{CONTACTS}/{id_}", status=404)
    assert account.get(f"{CONTACTS}?archived=true")["results"] == []
    assert "associations" not in account.get(f"/crm/objects/2026-09/orders/{order}?associations=contacts")
    assert [change.what for change in told if change.record.id == id_][-2:] == ["privacyDeletion", "deletion"]


def test_an_unknown_address_is_barred_for_good() -> None:
    account = Account()
    account.post(DELETE, {"objectId": "Ghost@example.com", "idProperty": "email"}, status=204)
    refused = account.post(CONTACTS, {"properties": {"email": "ghost@example.com"}}, status=400)
    assert refused["errors"][0]["message"] == "email has been GDPR blacklisted"
    account.post(
        CONTACTS, {"properties": {"firstname": "Jane", "hs_additional_emails": "ghost@example.com"}}, status=400
    )


@pytest.mark.parametrize(("setting", "status"), [("unknown", 201), ("all", 400)])
def test_whether_the_address_of_a_deleted_contact_is_barred(setting: str, status: int) -> None:
    account = Account(gdpr_blocklist=setting)
    id_ = account.record("contacts", email="jane@example.com")
    account.post(DELETE, {"objectId": id_}, status=204)
    account.post(CONTACTS, {"properties": {"email": "jane@example.com"}}, status=status)


def test_what_cannot_be_deleted_so() -> None:
    account = Account()
    account.post(DELETE, {"objectId": "999"}, status=404)
    account.post(DELETE, {}, status=400)
    account.post(DELETE, {"objectId": "no address", "idProperty": "email"}, status=400)
    account.post(DELETE, {"objectId": "x", "idProperty": "phone"}, status=400)
    account.post("/crm/objects/2026-09/orders/gdpr-delete", {"objectId": "1"}, status=501)
