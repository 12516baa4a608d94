"""One comparison under way: both accounts, indexed as the checks need them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from sandbox.oracle.contacts import email
from sandbox.oracle.values import wrong
from sandbox.oracle.verdict import Verdict
from sandbox.oracle.views import JSON, OBJECTS, Crm

KEY = "tandem_key"


@dataclass(slots=True)
class Case:
    """`before` is the CRM as others left it before the first sync, if known. `by_key` are live records by our key."""

    books: JSON
    crm: Crm
    before: Crm | None = None
    verdict: Verdict = field(default_factory=Verdict)
    by_key: dict[str, dict[str, list[JSON]]] = field(init=False)
    by_email: dict[str, list[JSON]] = field(init=False)
    products: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.by_key = {name: _grouped(self.crm, name) for name in OBJECTS}
        self.by_email = defaultdict(list)
        for contact in self.crm.live("contacts"):
            for address in addresses(contact):
                self.by_email[address].append(contact)
        self.products = {
            sku: product["id"]
            for product in self.crm.live("products")
            if (sku := (product["properties"].get("hs_sku") or "").strip())
        }

    @property
    def domain(self) -> str:
        return str(self.books["domain"])

    def key(self, kind: str, id_: str) -> str:
        return f"{self.domain}:{kind}:{id_}"

    def schema(self, name: str) -> Mapping[str, JSON]:
        found: Mapping[str, JSON] = self.crm.account["properties"][name]
        return found

    def earlier(self, name: str, id_: str) -> JSON | None:
        """A record as it was before the first sync."""
        return self.before.records[name].get(id_) if self.before else None

    def contact(self, customer: JSON) -> JSON | None:
        """The contact that stands for a customer: by our key, else by the e-mail, its main one first."""
        keyed = self.by_key["contacts"].get(self.key("contact", customer["id"]), [])
        named = self.by_email.get(email(customer), []) if email(customer) else []
        main_first = sorted(named, key=lambda contact: addresses(contact)[0] != email(customer))
        return next(iter([*keyed, *main_first]), None)

    def compare(
        self, name: str, record: JSON, wanted: Mapping[str, str], called: str, ignored: Collection[str] = ()
    ) -> None:
        """Tell of every property that differs."""
        self.verdict.compared["properties"] += len(wanted)
        for field_name, now, should in wrong(wanted, record["properties"], self.schema(name), ignored):
            self.verdict.tell(name, record["id"], f"{called}: {field_name} is {now}, should be {should}")

    def associated(
        self, name: str, record: JSON, target: str, wanted: Collection[str], type_id: int, called: str
    ) -> None:
        """Tell of links that are missing, too many, or of another type. Those that others made before may stay."""
        linked = self.crm.linked(record, target)
        earlier = self.earlier(name, record["id"])
        foreign = (earlier["associations"].get(target) or {}) if earlier else {}
        self.verdict.compared["associations"] += len(wanted)
        for id_ in wanted:
            if id_ not in linked:
                self.verdict.tell(name, record["id"], f"{called}: not associated with {target} {id_}")
            elif type_id not in linked[id_]:
                types = ", ".join(map(str, linked[id_]))
                text = f"{called}: association with {target} {id_} is of type {types}, should be {type_id}"
                self.verdict.tell(name, record["id"], text)
        for id_ in linked:
            if id_ not in wanted and (id_ not in foreign or target == "line_items"):
                self.verdict.tell(name, record["id"], f"{called}: associated with {target} {id_}, should not be")


def addresses(contact: JSON) -> list[str]:
    """The main e-mail (maybe empty) and the additional ones, in lower case."""
    main = (contact["properties"].get("email") or "").lower()
    more = (contact["properties"].get("hs_additional_emails") or "").lower().split(";")
    return [main, *(one.strip() for one in more if one.strip())]


def _grouped(crm: Crm, name: str) -> dict[str, list[JSON]]:
    found: dict[str, list[JSON]] = defaultdict(list)
    for record in crm.live(name):
        if key := record["properties"].get(KEY):
            found[key].append(record)
    return dict(found)


def keyed(case: Case, name: str, kind: str) -> Iterator[tuple[str, JSON]]:
    """Live records that carry a key of this store and kind, each with its Shopify id."""
    start = case.key(kind, "")
    for key, records in case.by_key[name].items():
        if key.startswith(start):
            yield from ((key.removeprefix(start), record) for record in records)
