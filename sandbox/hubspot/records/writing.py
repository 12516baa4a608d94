"""From what a caller sent to what is written: every fault of a write is found before anything changes."""

from collections.abc import Iterable
from typing import Any

from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.links import linking
from sandbox.hubspot.links.associations import links_on_create
from sandbox.hubspot.model import Record, Source, Store
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.reading import bad_input
from sandbox.hubspot.records.calculated import computed
from sandbox.hubspot.records.drafts import Draft
from sandbox.hubspot.records.identity import Claims, claim, conflict
from sandbox.hubspot.records.kinds import BY_KIND
from sandbox.hubspot.records.values import LONGEST, Rule, Rules
from sandbox.hubspot.refusals import Fault, Invalid, missing_values, refused_values

SHORT = 40
"""Texts up to this length are worth keeping once for all records."""


class Writer:
    """Drafts and commits the writes of one call to one store.

    `version` is the API's: 2026-09 refuses what lacks a property that an admin made required (reference §1.1).
    """

    def __init__(self, portal: Portal, store: Store, source: Source, version: str) -> None:
        self.portal = portal
        self.store = store
        self.rules = Rules(portal, store)
        self._source = source
        self._claims: Claims = {}
        self._shared = store.shared_texts()
        self._kind_rules = BY_KIND.get(store.kind.type_id, ())
        self._nulls_clear = portal.switches["null_value"] == "clears"
        self._required = [p.name for p in store.schema.values() if p.required] if version == "2026-09" else []

    def create(self, sent: dict[str, Any], associations: object = None) -> Draft:
        """Draft a new record; `associations` as `links_on_create` reads them."""
        draft = self._draft(None, self.portal.new_id(), sent)
        if associations is not None and draft.good:
            try:
                draft.links = links_on_create(self.portal, self.store.kind, associations)
            except HubSpotError as error:
                draft.refused = error
        return self._claimed(draft)

    def update(self, record: Record, sent: dict[str, Any]) -> Draft:
        return self._claimed(self._draft(record, record.id, sent))

    def commit(self, draft: Draft) -> Record:
        """Carry out a good draft."""
        worked_out = computed(self.portal, self.store, draft)
        if draft.record is None:
            values = draft.values
            if "" in values.values():
                values = {name: value for name, value in values.items() if value}
            record = self.portal.create(self.store, values, self._source, worked_out, draft.id)
        else:
            record = draft.record
            if draft.restores:
                self.portal.restore(record, self._source)
            self.portal.write(record, draft.values, self._source, worked_out)
        for other, types in draft.links:
            linking.associate(self.portal, record, other, types, self._source)
        return record

    def refusal(self, drafts: Iterable[Draft]) -> HubSpotError | None:
        """Why these cannot be written, as one answer: all faulty values, else the first other refusal."""
        drafts = list(drafts)
        faults = [fault for draft in drafts for fault in draft.faults]
        missing = list(dict.fromkeys(name for draft in drafts for name in draft.missing))
        if faults:
            faults += [Fault(name, "REQUIRED_FIELD", f"{name} is required") for name in missing]
            return refused_values(self.portal.id, faults)
        if missing:
            return missing_values(self.store.kind, missing)
        return next((draft.refused for draft in drafts if draft.refused), None)

    def _draft(self, record: Record | None, record_id: str, sent: dict[str, Any]) -> Draft:
        draft = Draft(record, record_id, {})
        values, rules, shared = draft.values, self.rules, self._shared
        for name, raw in sent.items():
            rule = rules[name]
            if rule.plain and type(raw) is str and len(raw) <= SHORT and "\0" not in raw:
                text = raw.strip()
                values[rule.name] = shared.setdefault(text, text)
            elif type(raw) is str and (stored := rule.stored.get(raw)) is not None:
                values[rule.name] = stored
            elif raw is not None or self._nulls_clear:
                self._take(draft, rule, name, raw if type(raw) is str else scalar(name, raw))
        self._complete(draft)
        return draft

    def _take(self, draft: Draft, rule: Rule, name: str, value: str) -> None:
        """Put one value into the draft as it will be stored, or its fault."""
        if rule.refusal is not None:
            draft.faults.append(Fault(name, *rule.refusal, value))
            return
        text = value.replace("\0", "").strip()
        adding = rule.appends and text.startswith(";")
        if adding:
            text = draft.before(name) + text
        try:
            if text and rule.check is not None:
                text = rule.check(text)
            if len(text) > LONGEST:
                raise Invalid("PROPERTY_VALUE_TOO_LONG", f"A value has at most {LONGEST} characters.")
        except Invalid as fault:
            draft.faults.append(Fault(name, fault.code, fault.message, value))
            return
        draft.values[rule.name] = text = self._shared.setdefault(text, text) if len(text) <= SHORT else text
        if not adding:
            rule.stored[value] = text

    def _complete(self, draft: Draft) -> None:
        for rule in self._kind_rules:
            rule(self.portal, self.store, draft)
        for name in self._required:
            touched = draft.record is None or name in draft.values
            if touched and not draft.values.get(name) and name not in draft.missing:
                draft.missing += (name,)

    def _claimed(self, draft: Draft) -> Draft:
        if draft.good:
            draft.refused = conflict(self.portal, self.store, draft, self._claims)
        if draft.good:
            claim(self.store, draft, self._claims)
        return draft


def scalar(name: str, value: object) -> str:
    """A JSON value as the text HubSpot's parser makes of it; 400 for an object or a list."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    what = "Object value (token `JsonToken.START_OBJECT`)" if isinstance(value, dict) else "Array value"
    raise bad_input(f"Cannot deserialize value of type `java.lang.String` from {what} (property {name})")
