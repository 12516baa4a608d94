"""Customers over GraphQL and from Python: what is kept, what is refused, who hears of it."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sandbox.shopify.api.problems import Refused
from sandbox.shopify.customers import customer_addresses, customers
from sandbox.shopify.model import Customer
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.told import Told, sample, shape

CREATE = """mutation($input: CustomerInput!) {
  customerCreate(input: $input) {
    customer { id email phone note tags locale displayName defaultAddress { id } }
    userErrors { field message }
  }
}"""
UPDATE = CREATE.replace("customerCreate", "customerUpdate")
SET = """mutation($identifier: CustomerSetIdentifiers, $input: CustomerSetInput!) {
  customerSet(identifier: $identifier, input: $input) {
    customer { id tags defaultAddress { id city } addressesV2(first: 5) { nodes { id city } } }
    userErrors { field message code }
  }
}"""
DELETE = """mutation($id: ID!) {
  customerDelete(input: {id: $id}) { deletedCustomerId userErrors { field message } }
}"""
READ = (
    "query($id: ID!) { customer(id: $id) { id firstName updatedAt canDelete numberOfOrders amountSpent { amount } } }"
)
LIST = "query($query: String!) { customers(first: 20, query: $query) { nodes { firstName } } }"


@pytest.fixture
def told(front: Front) -> Told:
    return Told(front.shop)


@pytest.fixture
def ada(front: Front) -> Customer:
    return customers.create(
        front.shop,
        first_name="Ada",
        last_name="King",
        email="Ada@example.com",
        phone="(503) 555-0142",
        tags=["VIP"],
        addresses=[{"address1": "48 Harbour Lane", "city": "Portland", "country_code": "US", "province_code": "OR"}],
    )


def errors(payload: dict[str, Any]) -> list[Any]:
    return [(error["field"], error["message"]) for error in payload["userErrors"]]


def found(front: Front, query: str) -> list[str]:
    return [node["firstName"] for node in front.ask(LIST, {"query": query})["customers"]["nodes"]]


def test_what_is_created_can_be_read_at_once(front: Front) -> None:
    given = {"firstName": " Ada ", "email": "a da@Example.com", "phone": "503-555-0142", "tags": ["b", "A , a", ""]}
    payload = front.ask(CREATE, {"input": given})["customerCreate"]
    made = payload["customer"]
    assert payload["userErrors"] == []
    assert (made["displayName"], made["email"], made["phone"]) == ("Ada", "ada@Example.com", "+15035550142")
    assert (made["tags"], made["locale"], made["defaultAddress"]) == (["A", "b"], "en", None)
    assert front.ask(READ, {"id": made["id"]})["customer"]["firstName"] == "Ada"


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"note": "nameless"}, None, "A name, phone number, or email address must be present"),
        ({"firstName": "x", "phone": "+1 555 12"}, ["phone"], "Phone is invalid"),
        ({"firstName": "x", "phone": "+15035550142"}, ["phone"], "Phone has already been taken"),
        ({"email": "ADA@EXAMPLE.COM"}, ["email"], "Email has already been taken"),
        ({"email": "a@b@example.com"}, ["email"], "Email is invalid"),
        ({"firstName": "x", "tags": [",".join(f"t{n}" for n in range(251))]}, ["tags"], "Tags cannot be more than 250"),
        ({"firstName": "x", "locale": "xx"}, ["locale"], "Locale is invalid"),
        ({"firstName": "x", "id": "gid://shopify/Customer/1"}, ["id"], "Cannot specify Customer ID on creation"),
        (
            {"firstName": "x", "addresses": [{"countryCode": "CA", "provinceCode": "OR"}]},
            ["addresses", "0", "provinceCode"],
            "Province is not valid in Canada",
        ),
        (
            {"firstName": "x", "metafields": [{"namespace": "custom", "key": "size", "value": "1"}]},
            ["metafields", "0", "type"],
            "Type can't be blank",
        ),
    ],
)
def test_a_faulty_customer_is_refused_and_leaves_nothing(
    front: Front, ada: Customer, told: Told, given: dict[str, Any], field: list[str] | None, message: str
) -> None:
    payload = front.ask(CREATE, {"input": given})["customerCreate"]
    assert errors(payload) == [(field, message)]
    assert payload["customer"] is None
    assert list(front.shop.customers.rows.values()) == [ada]
    assert told.topics == []


@pytest.mark.parametrize("locale", ["en", "EN", "pt-BR", "zh-Hant", "uk"])
def test_locales_of_known_languages_are_kept_as_given(front: Front, locale: str) -> None:
    made = front.ask(CREATE, {"input": {"firstName": "x", "locale": locale}})["customerCreate"]["customer"]
    assert made["locale"] == locale


def test_python_callers_get_the_same_refusals(front: Front, ada: Customer) -> None:
    with pytest.raises(Refused, match="Email has already been taken"):
        customers.create(front.shop, email="ada@example.com")


def test_numbers_of_other_countries_are_read_as_at_home(front: Front) -> None:
    front.shop.settings.country = "GB"
    given = {"firstName": "x", "phone": "020 7946 0018"}
    made = front.ask(CREATE, {"input": given})["customerCreate"]["customer"]
    assert made["phone"] == "+442079460018"


def test_a_customer_is_found_by_each_identifier(front: Front, ada: Customer) -> None:
    query = "query($by: CustomerIdentifierInput!) { customerByIdentifier(identifier: $by) { id } }"
    for identifier in ({"id": ada.id}, {"emailAddress": " ada@EXAMPLE.com"}, {"phoneNumber": "503 555 0142"}):
        assert front.ask(query, {"by": identifier})["customerByIdentifier"] == {"id": ada.id}
    for identifier in ({"emailAddress": "b@example.com"}, {"phoneNumber": "abc"}, {"id": "gid://shopify/Order/1"}):
        assert front.ask(query, {"by": identifier})["customerByIdentifier"] is None


def test_a_changed_email_frees_the_old_one(front: Front, ada: Customer) -> None:
    changed = front.ask(UPDATE, {"input": {"id": ada.id, "email": "new@example.com"}})["customerUpdate"]
    assert changed["customer"]["email"] == "new@example.com"
    assert errors(front.ask(CREATE, {"input": {"email": "ada@example.com"}})["customerCreate"]) == []


def test_a_write_that_changes_nothing_says_nothing(front: Front, ada: Customer, told: Told) -> None:
    before = front.ask(READ, {"id": ada.id})["customer"]["updatedAt"]
    front.wait(5)
    front.ask(UPDATE, {"input": {"id": ada.id, "firstName": "Ada", "tags": ["VIP"], "email": "Ada@example.com"}})
    assert front.ask(READ, {"id": ada.id})["customer"]["updatedAt"] == before
    assert told.topics == []


def test_an_update_moves_the_customer_and_tells_of_it(front: Front, ada: Customer, told: Told) -> None:
    before = front.ask(READ, {"id": ada.id})["customer"]["updatedAt"]
    front.wait(5)
    front.ask(UPDATE, {"input": {"id": ada.id, "firstName": "Augusta", "tags": ["gold"]}})
    assert front.ask(READ, {"id": ada.id})["customer"]["updatedAt"] > before
    assert told.topics == ["customers/update", "customer.tags_added", "customer.tags_removed"]
    assert told.body("customers/update")["first_name"] == "Augusta"
    assert told.body("customer.tags_added")["tags"] == ["gold"]
    assert told.body("customer.tags_removed")["tags"] == ["VIP"]


@pytest.mark.parametrize(("setting", "topics"), [("any", ["customers/update"]), ("own fields", [])])
def test_whether_tags_alone_fire_customers_update(setting: str, topics: list[str]) -> None:
    front = Front({"customers_update_topic": setting})
    ada = customers.create(front.shop, first_name="Ada")
    told = Told(front.shop)
    front.ask(UPDATE, {"input": {"id": ada.id, "tags": ["gold"]}})
    assert told.topics == [*topics, "customer.tags_added"]


def test_customer_set_replaces_lists_and_keeps_what_is_not_named(front: Front, ada: Customer) -> None:
    [old] = ada.addresses
    given = {
        "email": "ada@example.com",
        "addresses": [{"city": "Salem", "countryCode": "US"}, {"id": old.id, "city": "Astoria"}],
    }
    made = front.ask(SET, {"identifier": {"email": "ada@example.com"}, "input": given})["customerSet"]["customer"]
    assert made["id"] == ada.id
    assert made["tags"] == ["VIP"]
    assert {node["city"] for node in made["addressesV2"]["nodes"]} == {"Salem", "Astoria"}
    assert made["defaultAddress"] == {"id": old.id, "city": "Astoria"}
    given = {"addresses": [{"id": "gid://shopify/MailingAddress/1", "city": "Salem"}]}
    [error] = front.ask(SET, {"identifier": {"id": ada.id}, "input": given})["customerSet"]["userErrors"]
    assert error["field"] == ["input", "addresses", "0", "id"]
    made = front.ask(SET, {"identifier": {"id": ada.id}, "input": {"addresses": []}})["customerSet"]["customer"]
    assert (made["addressesV2"]["nodes"], made["defaultAddress"]) == ([], None)


def test_customer_set_names_faults_below_the_input(front: Front, ada: Customer) -> None:
    payload = front.ask(SET, {"input": {"email": "ada@example.com"}})["customerSet"]
    assert payload["userErrors"] == [
        {"field": ["input", "email"], "message": "Email has already been taken", "code": "TAKEN"}
    ]


def test_addresses_come_change_and_go_and_one_is_the_default(front: Front, ada: Customer) -> None:
    [home] = ada.addresses
    add = """mutation($id: ID!, $address: MailingAddressInput!, $default: Boolean) {
      customerAddressCreate(customerId: $id, address: $address, setAsDefault: $default) {
        address { id formattedArea province countryCodeV2 } userErrors { field message }
      }
    }"""
    given = {"address1": "1 Rue", "city": "Montréal", "countryCode": "CA", "provinceCode": "QC"}
    made = front.ask(add, {"id": ada.id, "address": given})["customerAddressCreate"]["address"]
    assert made["formattedArea"] == "Montréal QC, Canada"
    assert made["province"] == "Quebec"
    assert ada.default_address is home

    change = """mutation($id: ID!, $address: ID!, $given: MailingAddressInput!) {
      customerAddressUpdate(customerId: $id, addressId: $address, address: $given, setAsDefault: true) {
        address { id city province } userErrors { field message }
      }
    }"""
    variables = {"id": ada.id, "address": made["id"], "given": {"city": "Bonn", "countryCode": "DE"}}
    changed = front.ask(change, variables)["customerAddressUpdate"]["address"]
    assert changed == {"id": made["id"], "city": "Bonn", "province": None}
    assert ada.default_address is not None
    assert ada.default_address.id == made["id"]
    assert front.ask("query($id: ID!) { node(id: $id) { id } }", {"id": made["id"]})["node"] == {"id": made["id"]}

    remove = """mutation($id: ID!, $address: ID!) {
      customerAddressDelete(customerId: $id, addressId: $address) { deletedAddressId userErrors { field message } }
    }"""
    gone = front.ask(remove, {"id": ada.id, "address": made["id"]})["customerAddressDelete"]
    assert gone == {"deletedAddressId": made["id"], "userErrors": []}
    assert ada.default_address is home
    again = front.ask(remove, {"id": ada.id, "address": made["id"]})["customerAddressDelete"]
    assert errors(again) == [(["addressId"], "Address does not exist")]
    front.ask(add, {"id": ada.id, "address": given})
    twin = front.ask(add, {"id": ada.id, "address": given})["customerAddressCreate"]
    assert errors(twin) == [(["address"], "Address already exists")]
    other = front.ask(add, {"id": "gid://shopify/Customer/1", "address": given})["customerAddressCreate"]
    assert errors(other) == [(["customerId"], "Customer does not exist")]


def test_the_default_address_is_chosen(front: Front, ada: Customer) -> None:
    second = customer_addresses.add(front.shop, ada, {"city": "Salem"})
    query = """mutation($id: ID!, $address: ID!) {
      customerUpdateDefaultAddress(customerId: $id, addressId: $address) {
        customer { defaultAddress { city } } userErrors { message }
      }
    }"""
    payload = front.ask(query, {"id": ada.id, "address": second.id})["customerUpdateDefaultAddress"]
    assert payload["customer"]["defaultAddress"] == {"city": "Salem"}


def test_provinces_that_the_sandbox_does_not_know_are_refused_loudly(front: Front) -> None:
    given = {"firstName": "x", "addresses": [{"countryCode": "IT", "provinceCode": "RM"}]}
    answer = front.post(CREATE, {"input": given})
    assert (answer.status_code, answer.json()["missing"]) == (501, "the provinces of Italy")


def test_a_deleted_customer_is_gone_but_for_its_event(front: Front, ada: Customer, told: Told) -> None:
    assert front.ask(DELETE, {"id": ada.id})["customerDelete"] == {"deletedCustomerId": ada.id, "userErrors": []}
    assert front.ask(READ, {"id": ada.id})["customer"] is None
    query = "query($query: String) { events(first: 5, query: $query) { nodes { ... on BasicEvent { subjectId } } } }"
    [event] = front.ask(query, {"query": "action:destroy subject_type:CUSTOMER"})["events"]["nodes"]
    assert event == {"subjectId": ada.id}
    assert told.topics == ["customers/delete"]
    assert errors(front.ask(DELETE, {"id": ada.id})["customerDelete"]) == [(["id"], "Customer can't be found")]
    assert errors(front.ask(CREATE, {"input": {"email": "ada@example.com"}})["customerCreate"]) == []


@pytest.mark.parametrize(("lag", "waits"), [("60", 61), ("0", 0), ("3600", 3601)])
def test_a_customer_with_orders_stays_and_some_time_longer(lag: str, waits: int) -> None:
    front = Front({"order_history_lag": lag})
    ada = customers.create(front.shop, first_name="Ada")
    customers.count_order(front.shop, ada, "gid://shopify/Order/1", Decimal("12.50"))
    assert front.ask(READ, {"id": ada.id})["customer"]["canDelete"] is False
    refusal = [(["id"], "Customer can’t be deleted because they have associated orders")]
    assert errors(front.ask(DELETE, {"id": ada.id})["customerDelete"]) == refusal
    customers.count_order(front.shop, ada, None, Decimal("-12.50"), -1)
    if waits:
        assert errors(front.ask(DELETE, {"id": ada.id})["customerDelete"]) == refusal
    front.wait(waits)
    assert errors(front.ask(DELETE, {"id": ada.id})["customerDelete"]) == []


@pytest.mark.parametrize(("setting", "moves"), [("yes", True), ("no", False)])
def test_an_order_counts_for_its_customer(setting: str, moves: bool) -> None:
    front = Front({"order_moves_customer": setting})
    ada = customers.create(front.shop, first_name="Ada")
    before = front.ask(READ, {"id": ada.id})["customer"]["updatedAt"]
    front.wait(5)
    told = Told(front.shop)
    customers.count_order(front.shop, ada, "gid://shopify/Order/1", Decimal("312.40"))
    after = front.ask(READ, {"id": ada.id})["customer"]
    assert (after["numberOfOrders"], after["amountSpent"]) == ("1", {"amount": "312.4"})
    assert (after["updatedAt"] > before) is moves
    assert told.topics == ["customers/purchasing_summary"]
    assert found(front, "orders_count:1 total_spent:>300") == ["Ada"]


def test_customers_are_searched_by_what_they_are(front: Front, ada: Customer) -> None:
    customers.create(front.shop, first_name="Bo", phone="+4915112345678", tags=["wholesale", "repeat"])
    customers.set_state(front.shop, ada, "ENABLED")
    for query, names in {
        "tag:vip": ["Ada"],
        "tag_not:VIP": ["Bo"],
        "tag:wholesale,vip": ["Ada", "Bo"],
        "country:US": ["Ada"],
        "country:'United States'": ["Ada"],
        "state:ENABLED": ["Ada"],
        "phone:+4915112345678": ["Bo"],
        "phone:*": ["Ada", "Bo"],
        "email:*": ["Ada"],
        'email:"ada@example.com"': ["Ada"],
        "last_name:king": ["Ada"],
        "accepts_marketing:false": ["Ada", "Bo"],
        "bo": ["Bo"],
    }.items():
        assert found(front, query) == names, query


def test_the_count_of_customers_is_as_late_as_search() -> None:
    front = Front({"search_lag": "1-20"})
    customers.create(front.shop, first_name="Ada")
    query = "{ customersCount { count precision } customers(first: 5) { nodes { firstName } } }"
    found = {"customersCount": {"count": 0, "precision": "EXACT"}, "customers": {"nodes": [{"firstName": "Ada"}]}}
    assert front.ask(query) == found
    front.wait(20)
    assert front.ask(query)["customersCount"]["count"] == 1


def test_a_filter_that_the_sandbox_lacks_is_refused_loudly(front: Front) -> None:
    answer = front.post(LIST, {"query": "order_date:>2026-01-01"})
    assert (answer.status_code, answer.json()["missing"]) == (501, "searching customers by order_date")


@pytest.mark.parametrize(("setting", "names"), [("day", ["Ada"]), ("instant", [])])
def test_the_updated_at_filter_matches_days_or_instants(setting: str, names: list[str]) -> None:
    front = Front({"customer_updated_at": setting})
    customers.create(front.shop, first_name="Ada")
    front.wait(3600)
    assert found(front, f"updated_at:>='{front.shop.now.isoformat()}'") == names


def test_accounts_are_enabled_and_disabled(front: Front, ada: Customer, told: Told) -> None:
    for state in ("ENABLED", "ENABLED", "DISABLED", "INVITED"):
        customers.set_state(front.shop, ada, state)
    assert told.topics == ["customers/enable", "customers/disable", "customers/update"]


def test_webhook_bodies_are_shaped_like_shopifys(front: Front, told: Told, shared: Path) -> None:
    mira = customers.create(
        front.shop,
        first_name="Mira",
        last_name="Okonjo",
        email="mira.okonjo@example.com",
        phone="+15035550142",
        addresses=[
            {
                "first_name": "Mira",
                "last_name": "Okonjo",
                "address1": "48 Harbour Lane",
                "address2": "Flat 3",
                "city": "Portland",
                "country_code": "US",
                "province_code": "OR",
                "zip": "97205",
                "phone": "+15035550142",
            }
        ],
    )
    assert shape(told.body("customers/create")) == shape(sample(shared, "customers_create"))
    assert told.body("customers/create")["created_at"] == "2026-11-02T01:00:00-08:00"
    customers.update(front.shop, mira, tags=["vip"], note="Prefers e-mail")
    assert shape(told.body("customers/update")) == shape(sample(shared, "customers_update"))
    assert shape(told.body("customer.tags_added")) == shape(sample(shared, "customer.tags_added"))
    customers.update(front.shop, mira, tags=[])
    assert shape(told.body("customer.tags_removed")) == shape(sample(shared, "customer.tags_removed"))
    for state, topic in (("ENABLED", "customers_enable"), ("DISABLED", "customers_disable")):
        customers.set_state(front.shop, mira, state)
        customers.update(front.shop, mira, note=None)
        assert shape(told.body("customers/update")) == shape(sample(shared, topic))
    customers.create(front.shop, last_name="Abara", phone="+15035550177")
    assert shape(told.body("customers/create")) == shape(sample(shared, "customers_update__phone_only"))
    customers.count_order(front.shop, mira, "gid://shopify/Order/5987000001042", Decimal("312.40"))
    assert shape(told.body("customers/purchasing_summary")) == shape(sample(shared, "customers_purchasing_summary"))
    assert told.body("customers/purchasing_summary")["amountSpent"] == {"amount": "312.40", "currencyCode": "USD"}
    customers.count_order(front.shop, mira, None, Decimal("-312.40"), -1)
    front.wait(61)
    customers.delete(front.shop, mira)
    assert shape(told.body("customers/delete")) == shape(sample(shared, "customers_delete"))
