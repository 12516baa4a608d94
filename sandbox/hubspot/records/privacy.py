"""A contact deleted for good, as privacy law asks (reference §5.8)."""

from sandbox.http import Reply
from sandbox.hubspot.model import CONTACT, Record, Store
from sandbox.hubspot.reading import require, text
from sandbox.hubspot.records.addresses import email
from sandbox.hubspot.records.identity import find_by
from sandbox.hubspot.records.unique import ADDITIONAL, EMAIL, addresses
from sandbox.hubspot.refusals import Fault, Invalid, not_found, not_unique, refused_values
from sandbox.hubspot.routing import Call
from sandbox.simulator import NotModelled


def delete(call: Call) -> Reply:
    """204 whether or not the address is known; an unknown one is barred for ever."""
    body = call.mapping()
    require(body, "objectId")
    portal, store = call.portal, call.portal.store(call.parts["type"])
    if store.kind is not CONTACT:
        raise NotModelled(f"the privacy deletion of {store.kind.plural}")
    id_, name = text(body, "objectId"), text(body, "idProperty")
    if name == EMAIL:
        address = _address(portal.id, id_)
        record = find_by(portal, store, EMAIL, address) or store.find(store.secondary.get(address, ""))
        if record is None:
            portal.blocked.add(address)
    elif name:
        raise not_unique(store.kind, name, portal.id)
    else:
        record = _known(store, id_)
    if record is not None:
        if portal.switches["gdpr_blocklist"] == "all":
            values = record.properties
            portal.blocked.update(a for a in (values.get(EMAIL), *addresses(values.get(ADDITIONAL))) if a)
        portal.tell("privacyDeletion", record, call.app.source)
        portal.tell("deletion", record, call.app.source, changeFlag="DELETED")
        portal.erase(record)
    return Reply(204)


def _address(portal_id: str, sent: str) -> str:
    try:
        return email(sent.strip())
    except Invalid as fault:
        raise refused_values(portal_id, [Fault(EMAIL, fault.code, fault.message, sent)]) from fault


def _known(store: Store, id_: str) -> Record:
    record = store.find(id_)
    if record is None:
        raise not_found(id_)
    return record
