"""An address in the body of an order or a checkout."""

from typing import Any

from sandbox.shopify.customers.addresses import country_name
from sandbox.shopify.customers.countries import province_name
from sandbox.shopify.model import MailingAddress


def address_body(address: MailingAddress | None) -> dict[str, Any] | None:
    if address is None:
        return None
    return {
        "first_name": address.first_name,
        "address1": address.address1,
        "phone": address.phone,
        "city": address.city,
        "zip": address.zip,
        "province": province_name(address.country_code, address.province_code),
        "country": country_name(address),
        "last_name": address.last_name,
        "address2": address.address2,
        "company": address.company,
        "latitude": None,
        "longitude": None,
        "name": address.name,
        "country_code": address.country_code,
        "province_code": address.province_code,
    }
