"""Companies, their contacts, roles and locations."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sandbox.shopify.companies import companies, company_contacts, company_locations
from sandbox.shopify.customers import customers
from sandbox.shopify.model import Company
from sandbox.shopify.orders.order_create import NewLine, place_order
from tests.sandbox.shopify.front import Front
from tests.sandbox.shopify.told import Told, alike, sample

CREATE = """mutation($input: CompanyCreateInput!) {
  companyCreate(input: $input) {
    company {
      id
      mainContact {
        customer { id email }
        roleAssignments(first: 5) { nodes { role { name } companyLocation { name } } }
      }
      locations(first: 5) { nodes { name billingAddress { address1 } shippingAddress { address1 } } }
    }
    userErrors { field message code }
  }
}"""
ADDRESS = {"address1": "9 Quarry Road", "city": "Salem", "country_code": "US", "zone_code": "OR", "zip": "97301"}


@pytest.fixture
def fernhill(front: Front) -> Company:
    return companies.create(
        front.shop,
        {"name": "Fernhill", "external_id": "ERP-20144"},
        contact={"email": "buyer@example.com", "first_name": "Bea", "title": "Buyer"},
        location={"name": "Campus", "shipping_address": ADDRESS, "billing_same_as_shipping": True},
    )


@pytest.fixture
def told(front: Front, fernhill: Company) -> Told:
    return Told(front.shop)


def mutate(front: Front, call: str, selection: str, **variables: Any) -> Any:
    """`call` with its variables named $a, $b ... as declared in `variables` by "type"."""
    declared = ", ".join(f"${name}: {kind}" for name, (kind, _) in variables.items())
    query = f"mutation({declared}) {{ answer: {call} {{ {selection} userErrors {{ field message code }} }} }}"
    return front.ask(query, {name: value for name, (_, value) in variables.items()})["answer"]


def refusals(payload: dict[str, Any]) -> list[Any]:
    return [(error["field"], error["code"]) for error in payload["userErrors"]]


def test_a_company_is_born_with_contact_location_and_role(front: Front) -> None:
    given = {
        "company": {"name": "Fernhill"},
        "companyContact": {"email": "Buyer@example.com"},
        "companyLocation": {
            "name": "Campus",
            "shippingAddress": {"address1": "9 Quarry Road", "countryCode": "US"},
            "billingSameAsShipping": True,
        },
    }
    company = front.ask(CREATE, {"input": given})["companyCreate"]["company"]
    assert company["mainContact"]["customer"]["email"] == "Buyer@example.com"
    [assignment] = company["mainContact"]["roleAssignments"]["nodes"]
    assert assignment == {"role": {"name": "Ordering only"}, "companyLocation": {"name": "Campus"}}
    same = {"address1": "9 Quarry Road"}
    assert company["locations"]["nodes"] == [{"name": "Campus", "billingAddress": same, "shippingAddress": same}]


def test_a_customer_with_the_contacts_email_becomes_the_contact(front: Front) -> None:
    ada = customers.create(front.shop, email="ada@example.com")
    given = {"company": {"name": "Fernhill"}, "companyContact": {"email": "ADA@example.com", "firstName": "Ada"}}
    company = front.ask(CREATE, {"input": given})["companyCreate"]["company"]
    assert company["mainContact"]["customer"]["id"] == ada.id
    query = "query($id: ID!) { customer(id: $id) { companyContactProfiles { isMainContact company { id } } } }"
    profiles = front.ask(query, {"id": ada.id})["customer"]["companyContactProfiles"]
    assert profiles == [{"isMainContact": True, "company": {"id": company["id"]}}]


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"company": {"name": " "}}, ["input", "company", "name"], "BLANK"),
        ({"company": {"name": "n" * 256}}, ["input", "company", "name"], "TOO_LONG"),
        ({"company": {"name": "x", "externalId": "ERP-20144"}}, ["input", "company", "externalId"], "TAKEN"),
        ({"company": {"name": "x"}, "companyContact": {}}, ["input", "companyContact", "email"], "BLANK"),
        (
            {"company": {"name": "x"}, "companyContact": {"email": "buyer@example.com"}},
            ["input", "companyContact", "email"],
            "TAKEN",
        ),
        (
            {"company": {"name": "x"}, "companyLocation": {"phone": "abc"}},
            ["input", "companyLocation", "phone"],
            "INVALID",
        ),
        (
            {"company": {"name": "x"}, "companyLocation": {"billingAddress": {"countryCode": "US"}}},
            ["input", "companyLocation", "billingAddress", "address1"],
            "BLANK",
        ),
    ],
)
def test_a_faulty_company_leaves_nothing(
    front: Front, fernhill: Company, given: dict[str, Any], field: list[str], code: str
) -> None:
    payload = front.ask(CREATE, {"input": given})["companyCreate"]
    assert refusals(payload) == [(field, code)]
    assert len(front.shop.companies.rows) == 1
    assert len(front.shop.customers.rows) == 1


def test_a_company_changes_and_an_empty_change_is_refused(front: Front, fernhill: Company, told: Told) -> None:
    call = "companyUpdate(companyId: $id, input: $input)"
    given = {"name": "Fernhill Trust", "note": "calls on Mondays"}
    changed = mutate(front, call, "company { name }", id=("ID!", fernhill.id), input=("CompanyInput!", given))
    assert changed == {"company": {"name": "Fernhill Trust"}, "userErrors": []}
    mutate(front, call, "company { name }", id=("ID!", fernhill.id), input=("CompanyInput!", given))
    assert told.topics == ["companies/update"]
    empty = mutate(front, call, "company { name }", id=("ID!", fernhill.id), input=("CompanyInput!", {}))
    assert refusals(empty) == [(["input"], "NO_INPUT")]


def test_editing_a_contact_edits_its_customer_and_both_are_told(front: Front, fernhill: Company, told: Told) -> None:
    contact = fernhill.main_contact
    assert contact is not None
    given = {"firstName": "Beatrix", "email": "beatrix@example.com", "title": "Head of Purchasing"}
    call = "companyContactUpdate(companyContactId: $id, input: $input)"
    shown = "companyContact { title customer { firstName email } }"
    payload = mutate(front, call, shown, id=("ID!", contact.id), input=("CompanyContactInput!", given))
    assert payload["companyContact"] == {
        "title": "Head of Purchasing",
        "customer": {"firstName": "Beatrix", "email": "beatrix@example.com"},
    }
    assert told.topics == ["customers/update", "company_contacts/update"]
    told.clear()
    mutate(front, call, shown, id=("ID!", contact.id), input=("CompanyContactInput!", given))
    assert told.topics == []
    payload = mutate(front, call, shown, id=("ID!", contact.id), input=("CompanyContactInput!", {"email": ""}))
    assert refusals(payload) == [(["input", "email"], "BLANK")]


def test_a_customer_belongs_to_one_company(front: Front, fernhill: Company) -> None:
    other = companies.create(front.shop, {"name": "Other"})
    call = "companyContactCreate(companyId: $id, input: $input)"
    given = {"email": "buyer@example.com"}
    payload = mutate(front, call, "companyContact { id }", id=("ID!", other.id), input=("CompanyContactInput!", given))
    assert refusals(payload) == [(["input", "email"], "TAKEN")]
    assert fernhill.main_contact is not None
    buyer = fernhill.main_contact.customer.id
    call = "companyAssignCustomerAsContact(companyId: $id, customerId: $customer)"
    payload = mutate(front, call, "companyContact { id }", id=("ID!", other.id), customer=("ID!", buyer))
    assert refusals(payload) == [(["companyId"], "INVALID_INPUT")]


def test_a_contact_that_leaves_takes_its_roles_and_stays_a_customer(
    front: Front, fernhill: Company, told: Told
) -> None:
    contact = fernhill.main_contact
    assert contact is not None
    call = "companyContactRemoveFromCompany(companyContactId: $id)"
    payload = mutate(front, call, "removedCompanyContactId", id=("ID!", contact.id))
    assert payload == {"removedCompanyContactId": contact.id, "userErrors": []}
    assert told.topics == ["company_contact_roles/revoke", "companies/update", "company_contacts/delete"]
    query = (
        "query($ids: [ID!]!, $company: ID!) { nodes(ids: $ids) { id } company(id: $company) { mainContact { id } } }"
    )
    found = front.ask(query, {"ids": [contact.id, contact.customer.id], "company": fernhill.id})
    assert found == {"nodes": [None, {"id": contact.customer.id}], "company": {"mainContact": None}}
    assert company_contacts.create(front.shop, fernhill, email="buyer@example.com").customer is contact.customer


def test_deleting_a_customer_who_is_a_contact_is_refused_loudly(front: Front, fernhill: Company) -> None:
    assert fernhill.main_contact is not None
    query = "mutation($id: ID!) { customerDelete(input: {id: $id}) { deletedCustomerId } }"
    answer = front.post(query, {"id": fernhill.main_contact.customer.id})
    assert (answer.status_code, answer.json()["missing"]) == (501, "deleting a customer who is a company's contact")


def test_a_contact_has_one_role_at_a_location(front: Front, fernhill: Company, told: Told) -> None:
    contact, [admin, _] = fernhill.main_contact, fernhill.contact_roles
    assert contact is not None
    annex = company_locations.create(front.shop, fernhill, name="Annex")
    call = "companyContactAssignRole(companyContactId: $c, companyContactRoleId: $r, companyLocationId: $l)"
    given = {"c": ("ID!", contact.id), "r": ("ID!", admin.id)}
    shown = "companyContactRoleAssignment { id role { name } }"
    made = mutate(front, call, shown, **given, l=("ID!", annex.id))
    assert made["companyContactRoleAssignment"]["role"] == {"name": "Location admin"}
    again = mutate(front, call, shown, **given, l=("ID!", annex.id))
    assert refusals(again) == [(None, "LIMIT_REACHED")]
    call = "companyContactRevokeRole(companyContactId: $c, companyContactRoleAssignmentId: $a)"
    assignment = made["companyContactRoleAssignment"]["id"]
    shown = "revokedCompanyContactRoleAssignmentId"
    gone = mutate(front, call, shown, c=("ID!", contact.id), a=("ID!", assignment))
    assert gone == {shown: assignment, "userErrors": []}
    assert told.topics[1:] == ["company_contact_roles/assign", "company_contact_roles/revoke"]


def test_roles_are_assigned_side_by_side(front: Front, fernhill: Company) -> None:
    contact, [admin, _] = fernhill.main_contact, fernhill.contact_roles
    assert contact is not None
    annex = company_locations.create(front.shop, fernhill, name="Annex")
    other = companies.create(front.shop, {"name": "Other"})
    roles = [
        {"companyContactRoleId": admin.id, "companyLocationId": location}
        for location in (fernhill.locations[0].id, annex.id, "gid://shopify/CompanyLocation/1", other.locations[0].id)
    ]
    call = "companyContactAssignRoles(companyContactId: $c, rolesToAssign: $r)"
    payload = mutate(
        front,
        call,
        "roleAssignments { companyLocation { name } }",
        c=("ID!", contact.id),
        r=("[CompanyContactRoleAssign!]!", roles),
    )
    assert payload["roleAssignments"] == [{"companyLocation": {"name": "Annex"}}]
    assert refusals(payload) == [
        (["rolesToAssign", "0"], "LIMIT_REACHED"),
        (["rolesToAssign", "2", "companyLocationId"], "RESOURCE_NOT_FOUND"),
        (["rolesToAssign", "3", "companyLocationId"], "INVALID_INPUT"),
    ]


def test_the_main_contact_is_chosen(front: Front, fernhill: Company) -> None:
    second = company_contacts.create(front.shop, fernhill, email="second@example.com")
    stranger = company_contacts.create(
        front.shop, companies.create(front.shop, {"name": "Other"}), email="third@example.com"
    )
    call = "companyAssignMainContact(companyId: $id, companyContactId: $c)"
    shown = "company { mainContact { id } }"
    payload = mutate(front, call, shown, id=("ID!", fernhill.id), c=("ID!", second.id))
    assert payload["company"]["mainContact"] == {"id": second.id}
    payload = mutate(front, call, shown, id=("ID!", fernhill.id), c=("ID!", stranger.id))
    assert refusals(payload) == [(["companyContactId"], "INVALID_INPUT")]
    payload = mutate(front, "companyRevokeMainContact(companyId: $id)", shown, id=("ID!", fernhill.id))
    assert payload["company"]["mainContact"] is None


def test_an_address_is_assigned_changed_and_taken_away(front: Front, fernhill: Company, told: Told) -> None:
    [campus] = fernhill.locations
    assert campus.billing_address is not None
    call = "companyLocationAssignAddress(locationId: $id, address: $address, addressTypes: [BILLING])"
    shown = "addresses { id address1 province country formattedArea companyName }"
    given = {"address1": "10 Quarry Road", "zoneCode": "WA"}
    payload = mutate(front, call, shown, id=("ID!", campus.id), address=("CompanyAddressInput!", given))
    [address] = payload["addresses"]
    assert address == {
        "id": campus.billing_address.id,
        "address1": "10 Quarry Road",
        "province": "Washington",
        "country": "United States",
        "formattedArea": "Salem WA, United States",
        "companyName": "Fernhill",
    }
    assert campus.shipping_address is not None
    assert campus.shipping_address.address1 == "9 Quarry Road"
    gone = mutate(front, "companyAddressDelete(addressId: $id)", "deletedAddressId", id=("ID!", address["id"]))
    assert gone == {"deletedAddressId": address["id"], "userErrors": []}
    assert campus.billing_address is None
    assert told.topics == ["company_locations/update", "company_locations/update"]
    payload = mutate(front, call, shown, id=("ID!", campus.id), address=("CompanyAddressInput!", {"city": "Salem"}))
    assert refusals(payload) == [(["address", "address1"], "BLANK"), (["address", "countryCode"], "BLANK")]


def test_a_company_goes_with_all_that_is_its_own(front: Front, fernhill: Company, told: Told) -> None:
    contact, [campus] = fernhill.main_contact, fernhill.locations
    assert contact is not None
    payload = mutate(front, "companyDelete(id: $id)", "deletedCompanyId", id=("ID!", fernhill.id))
    assert payload == {"deletedCompanyId": fernhill.id, "userErrors": []}
    assert told.topics == [
        "company_contact_roles/revoke",
        "company_contacts/delete",
        "company_locations/delete",
        "companies/delete",
    ]
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    ids = [fernhill.id, contact.id, campus.id, fernhill.contact_roles[0].id, contact.customer.id]
    assert front.ask(query, {"ids": ids})["nodes"] == [None, None, None, None, {"id": contact.customer.id}]
    subjects = [event.subject_type for event in front.shop.events if event.action == "destroy"]
    assert subjects == ["COMPANY_LOCATION", "COMPANY"]


@pytest.mark.parametrize(("lag", "waits"), [("60", 60), ("0", 0)])
def test_what_has_orders_stays(lag: str, waits: int) -> None:
    front = Front({"order_history_lag": lag})
    company = companies.create(front.shop, {"name": "Fernhill"}, contact={"email": "buyer@example.com"})
    contact, [location] = company.main_contact, company.locations
    assert contact is not None
    order = place_order(
        front.shop,
        [NewLine(title="Desk", price=Decimal(25))],
        customer=contact.customer,
        transactions=(),
        company_contact=contact,
        company_location=location,
    )
    for call, shown, gid in (
        ("companyDelete(id: $id)", "deletedCompanyId", company.id),
        ("companyLocationDelete(companyLocationId: $id)", "deletedCompanyLocationId", location.id),
        ("companyContactDelete(companyContactId: $id)", "deletedCompanyContactId", contact.id),
    ):
        payload = mutate(front, call, shown, id=("ID!", gid))
        assert [error["code"] for error in payload["userErrors"]] == ["FAILED_TO_DELETE"]
    mutate(front, "orderDelete(orderId: $id)", "deletedId", id=("ID!", order.id))
    if waits:
        payload = mutate(front, "companyDelete(id: $id)", "deletedCompanyId", id=("ID!", company.id))
        assert refusals(payload) == [(["id"], "FAILED_TO_DELETE")]
    front.wait(waits)
    payload = mutate(front, "companyDelete(id: $id)", "deletedCompanyId", id=("ID!", company.id))
    assert payload["userErrors"] == []


def test_orders_count_for_company_and_location(front: Front, fernhill: Company) -> None:
    contact, [campus] = fernhill.main_contact, fernhill.locations
    assert contact is not None
    place_order(
        front.shop,
        [NewLine(title="Desk", price=Decimal("312.40"))],
        customer=contact.customer,
        company_contact=contact,
        company_location=campus,
    )
    query = """query($id: ID!, $location: ID!) {
      company(id: $id) { ordersCount { count } totalSpent { amount currencyCode } lifetimeDuration }
      companyLocation(id: $location) { ordersCount { count } totalSpent { amount } currency }
    }"""
    front.wait(86_400 * 3)
    found = front.ask(query, {"id": fernhill.id, "location": campus.id})
    assert found["company"] == {
        "ordersCount": {"count": 1},
        "totalSpent": {"amount": "312.4", "currencyCode": "USD"},
        "lifetimeDuration": "3 days",
    }
    location = {"ordersCount": {"count": 1}, "totalSpent": {"amount": "312.4"}, "currency": "USD"}
    assert found["companyLocation"] == location


def test_companies_and_locations_are_searched_and_sorted(front: Front, fernhill: Company) -> None:
    companies.create(front.shop, {"name": "Alder Works"}, location={"name": "Yard", "external_id": "Y-1"})
    by = """query($query: String, $sort: CompanySortKeys) {
      companies(first: 5, query: $query, sortKey: $sort) { nodes { name } }
    }"""
    for query, names in {
        "name:alder": ["Alder Works"],
        "external_id:ERP-20144": ["Fernhill"],
        "active_customers_count:>0": ["Fernhill"],
        "since_date:>2026-01-01": ["Fernhill", "Alder Works"],
    }.items():
        assert [n["name"] for n in front.ask(by, {"query": query})["companies"]["nodes"]] == names, query
    assert [n["name"] for n in front.ask(by, {"sort": "NAME"})["companies"]["nodes"]] == ["Alder Works", "Fernhill"]
    query = "query($query: String) { companyLocations(first: 5, query: $query) { nodes { name } } }"
    number = fernhill.legacy_resource_id
    for text, names in {f"company_id:{number}": ["Campus"], "external_id:Y-1": ["Yard"], "alder": ["Yard"]}.items():
        assert [n["name"] for n in front.ask(query, {"query": text})["companyLocations"]["nodes"]] == names, text


@pytest.mark.parametrize(("setting", "claims"), [("yes", True), ("no", False)])
def test_a_later_page_of_locations_may_claim_one_more(setting: str, claims: bool) -> None:
    front = Front({"locations_extra_page": setting})
    for name in ("a", "b"):
        companies.create(front.shop, {"name": name})
    query = """query($after: String) {
      companyLocations(first: 1, after: $after) { nodes { name } pageInfo { hasNextPage endCursor } }
    }"""
    first = front.ask(query)["companyLocations"]
    second = front.ask(query, {"after": first["pageInfo"]["endCursor"]})["companyLocations"]
    assert second["nodes"] == [{"name": "b"}]
    assert second["pageInfo"]["hasNextPage"] is claims
    third = front.ask(query, {"after": second["pageInfo"]["endCursor"]})["companyLocations"]
    assert (third["nodes"], third["pageInfo"]["hasNextPage"]) == ([], False)


def test_without_b2b_every_root_is_denied(front: Front, fernhill: Company) -> None:
    front.shop.settings.b2b = False
    answer = front.post("{ companiesCount { count } }").json()
    assert answer["data"] == {"companiesCount": None}
    assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
    answer = front.post(CREATE, {"input": {"company": {"name": "x"}}}).json()
    assert answer["errors"][0]["path"] == ["companyCreate"]
    assert len(front.shop.companies.rows) == 1


def test_webhook_bodies_are_shaped_like_shopifys(front: Front, shared: Path) -> None:
    told = Told(front.shop)
    full = {**ADDRESS, "recipient": "Goods In", "phone": "+15035550111"}
    company = companies.create(
        front.shop,
        {"name": "Fernhill Schools Trust", "external_id": "ERP-20144"},
        contact={"email": "buyer@example.com", "title": "Head of Purchasing"},
        location={
            "name": "Fernhill Main Campus",
            "external_id": "ERP-20144-1",
            "phone": "+15035550111",
            "shipping_address": full,
            "billing_same_as_shipping": True,
        },
    )
    assert told.body("companies/create")["main_contact_admin_graphql_api_id"] is None
    assert told.body("companies/update")["main_contact_admin_graphql_api_id"] == company.contacts[0].id
    company_contacts.update(front.shop, company.contacts[0], title="Buyer")
    company_locations.update(front.shop, company.locations[0], note="ring twice")
    companies.delete(front.shop, company)
    topics = [topic for topic in told.topics if topic.startswith("compan")]
    assert len(set(topics)) == 11
    for topic, body in told.messages:
        if topic in topics:
            assert alike(body, sample(shared, topic.replace("/", "_"))), topic
