"""Property definitions: what a caller may ask for, and how HubSpot shows them (reference §2.2, §2.10)."""

import re
from typing import Any

from sandbox.hubspot.errors import HubSpotError
from sandbox.hubspot.model import Option, Property, Store
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.reading import bad_input, flag, mappings, require, text, whole
from sandbox.simulator import NotModelled

FIELD_TYPES = {
    # HubSpot's properties guide
    "bool": ("booleancheckbox",),
    "date": ("date",),
    "datetime": ("date",),
    "enumeration": ("booleancheckbox", "checkbox", "radio", "select"),
    "number": ("number",),
    "phone_number": ("phonenumber",),
    "string": ("file", "html", "phonenumber", "text", "textarea"),
}
HINTS: dict[str, tuple[str, ...]] = {
    "numberDisplayHint": ("currency", "duration", "formatted", "percentage", "probability", "unformatted"),
    "textDisplayHint": (
        "domain_name",
        "email",
        "ip_address",
        "multi_line",
        "phone_number",
        "physical_address",
        "postal_code",
        "unformatted_single_line",
    ),
}
NAME = re.compile(r"[a-z][a-z0-9_]*")
EXTENSIBLE = ("lifecyclestage", "hs_lead_status", "industry", "hs_product_type")
EXTERNAL = ("hubspot_owner_id", "hs_pipeline", "hs_pipeline_stage", "hs_tax_category")


def invalid(message: str, code: str | None = None, sub_category: str | None = None) -> HubSpotError:
    errors = [{"message": message, "code": code}] if code else None
    return HubSpotError(400, "VALIDATION_ERROR", message, errors=errors, sub_category=sub_category)


def defined(body: dict[str, Any], store: Store, version: str, now: int) -> Property:
    """The property a create asks for; 400 for what HubSpot refuses."""
    require(body, "name", "label", "type", "fieldType", "groupName")
    name = text(body, "name")
    if not NAME.fullmatch(name):
        raise invalid(f"Property name {name} must be lower case, start with a letter, and hold only a-z, 0-9 and _")
    if name.startswith("hs_"):
        raise invalid(f"Property name {name} starts with hs_, which is reserved")
    _refuse_what_is_missing(body)
    definition = Property(name, "", "", "", "", unique=flag(body, "hasUniqueValue"), created=now)
    apply(definition, body, store, version, now)
    return definition


def apply(definition: Property, body: dict[str, Any], store: Store, version: str, now: int) -> None:
    """Overwrite what the body names, all or nothing. Name, uniqueness and sensitivity stay as made."""
    _refuse_what_is_missing(body)
    type_ = text(body, "type", definition.type)
    field_type = text(body, "fieldType", definition.field_type)
    group = text(body, "groupName", definition.group)
    chosen = definition.options if body.get("options") is None else options(body, version)
    fits(type_, field_type, chosen)
    if group not in store.groups or store.groups[group].archived:
        raise invalid(f"Property group {group} does not exist")
    label, description = text(body, "label", definition.label), text(body, "description", definition.description)
    order = whole(body, "displayOrder", definition.display_order)
    hidden = flag(body, "hidden", default=definition.hidden)
    form_field = flag(body, "formField", default=definition.form_field)
    hints = definition.hints | _hints(body)
    definition.type, definition.field_type, definition.group, definition.options = type_, field_type, group, chosen
    definition.label, definition.description, definition.display_order = label, description, order
    definition.hidden, definition.form_field, definition.hints = hidden, form_field, hints
    definition.updated = now


def _refuse_what_is_missing(body: dict[str, Any]) -> None:
    if body.get("calculationFormula") is not None or body.get("fieldType") == "calculation_equation":
        raise NotModelled("properties calculated by a formula")
    if body.get("externalOptions") or body.get("referencedObjectType") is not None:
        raise NotModelled("properties with options kept elsewhere")
    if body.get("dataSensitivity") not in (None, "non_sensitive"):
        raise NotModelled("sensitive properties")
    if body.get("showCurrencySymbol") or body.get("currencyPropertyName") is not None:
        raise NotModelled("currency properties")


def _hints(body: dict[str, Any]) -> dict[str, str | bool]:
    """Display settings; null keeps what there is (seen live by third parties)."""
    found: dict[str, str | bool] = {}
    for name, allowed in HINTS.items():
        if body.get(name) is not None:
            if (value := text(body, name)) not in allowed:
                raise bad_input(f"{name} must be one of {', '.join(allowed)}")
            found[name] = value
    return found


def options(body: dict[str, Any], version: str) -> list[Option]:
    """Options of a body. 2026-09 wants all four fields of each (reference §1.1)."""
    if body.get("options") is None:
        return []
    found = []
    for option in mappings(body["options"], "options"):
        require(option, "label", "value", *(("displayOrder", "hidden") if version == "2026-09" else ()))
        description = text(option, "description") or None
        order = whole(option, "displayOrder", -1)
        found.append(Option(text(option, "label"), text(option, "value"), order, flag(option, "hidden"), description))
    for what in ("label", "value"):
        seen = [getattr(option, what) for option in found]
        if len(set(seen)) < len(seen):
            raise invalid(f"A {what} occurs twice among the options", "DUPLICATE_OPTION")
    return found


def fits(type_: str, field_type: str, chosen: list[Option]) -> None:
    """Refuse a type, a field type for it, or options that do not belong together."""
    if type_ not in FIELD_TYPES:
        raise bad_input(f"type must be one of {', '.join(FIELD_TYPES)}")
    if field_type not in FIELD_TYPES[type_]:
        raise invalid(f"fieldType {field_type} is not possible for type {type_}")
    values = sorted(option.value for option in chosen)
    if type_ == "bool" and values != ["false", "true"]:
        raise invalid("Boolean properties must have exactly two options, true and false", "INVALID_BOOLEAN_OPTION")
    if type_ == "enumeration" and not values:
        raise invalid("Enumeration properties must have options")
    if type_ not in ("bool", "enumeration") and values:
        raise invalid(f"Properties of type {type_} have no options")


def shown(portal: Portal, definition: Property) -> dict[str, Any]:
    """A definition as HubSpot shows it. HubSpot's own come without `archived` (seen live by third parties)."""
    kept = [] if definition.name == "hubspot_owner_id" else definition.options
    body: dict[str, Any] = {
        "createdAt": portal.iso(definition.created),
        "updatedAt": portal.iso(definition.updated),
        "name": definition.name,
        "label": definition.label,
        "type": definition.type,
        "fieldType": definition.field_type,
        "description": definition.description,
        "groupName": definition.group,
        "options": [_option(option) for option in kept],
        "displayOrder": definition.display_order,
        "calculated": definition.calculated,
        "externalOptions": definition.name in EXTERNAL,
        "hasUniqueValue": definition.unique,
        "hidden": definition.hidden,
        "hubspotDefined": definition.defined_by_hubspot,
        "modificationMetadata": {
            "archivable": not definition.defined_by_hubspot,
            "readOnlyDefinition": definition.defined_by_hubspot,
            "readOnlyOptions": read_only_options(definition),
            "readOnlyValue": definition.read_only,
        },
        "formField": definition.form_field,
        "dataSensitivity": "non_sensitive",
        **definition.hints,
    }
    if definition.name == "hubspot_owner_id":
        body["referencedObjectType"] = "OWNER"
    if not definition.defined_by_hubspot:
        body["archived"] = definition.archived is not None
    if definition.archived is not None:
        body["archivedAt"] = portal.iso(definition.archived)
    return body


def read_only_options(definition: Property) -> bool:
    """Can no option be added to one of HubSpot's own? Which ones can be is inferred, but for hs_product_type."""
    return definition.defined_by_hubspot and definition.type == "enumeration" and definition.name not in EXTENSIBLE


def _option(option: Option) -> dict[str, Any]:
    body: dict[str, Any] = {
        "label": option.label,
        "value": option.value,
        "displayOrder": option.display_order,
        "hidden": option.hidden,
    }
    return body | ({"description": option.description} if option.description else {})
