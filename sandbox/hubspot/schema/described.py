"""An account's settings as JSON: its currencies, properties and pipelines."""

from typing import Any

from sandbox.hubspot.model import Property, Store
from sandbox.hubspot.portal import Portal


def account(portal: Portal) -> dict[str, Any]:
    """Objects by plural name. An archived property or pipeline is not there."""
    return {
        "currency": portal.currency,
        "currencies": [portal.currency, *portal.extra_currencies],
        "properties": {store.kind.plural: _properties(store) for store in portal.stores.values()},
        "pipelines": {store.kind.plural: _pipelines(store) for store in portal.stores.values()},
    }


def _properties(store: Store) -> dict[str, Any]:
    return {name: _property(one) for name, one in store.schema.items()}


def _property(one: Property) -> dict[str, Any]:
    return {
        "type": one.type,
        "unique": one.unique,
        "writable": not (one.calculated or one.read_only),
        "options": [option.value for option in one.options],
    }


def _pipelines(store: Store) -> dict[str, Any]:
    """Stage labels by stage id, in their order, by pipeline id."""
    return {
        pipeline.id: {
            "label": pipeline.label,
            "stages": {stage.id: stage.label for stage in pipeline.stages.values() if not stage.archived},
        }
        for pipeline in store.pipelines.values()
        if not pipeline.archived
    }
