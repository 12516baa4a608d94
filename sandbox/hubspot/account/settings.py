"""What an account tells of itself: its time zone, its currencies, its people, its limits."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from sandbox.http import Reply
from sandbox.hubspot.account import limit_tracking, owners
from sandbox.hubspot.routing import Call, Route, not_modelled


def details(call: Call) -> Reply:
    """`GET /account-info/{V}/details` (reference §1.3); the offset is that of now, summer time included."""
    portal = call.portal
    offset = portal.clock.now.astimezone(ZoneInfo(portal.time_zone)).utcoffset() or timedelta()
    minutes = abs(offset) // timedelta(minutes=1)
    sign = "-" if offset < timedelta() else "+"
    body = {
        "portalId": int(portal.id),
        "accountType": "STANDARD",
        "timeZone": portal.time_zone,
        "companyCurrency": portal.currency,
        "additionalCurrencies": portal.extra_currencies,
        "utcOffset": f"{sign}{minutes // 60:02d}:{minutes % 60:02d}",
        "utcOffsetMilliseconds": offset // timedelta(milliseconds=1),
        "uiDomain": "app.hubspot.com",
        "dataHostingLocation": "na1",
    }
    return Reply.json(200, body)


def company_currency(call: Call) -> Reply:
    return Reply.json(200, {"id": call.portal.currency, "createdAt": call.portal.iso(call.portal.opened)})


def exchange_rates(call: Call) -> Reply:
    """The current rate of each additional currency into the company's."""
    portal = call.portal
    opened = portal.iso(portal.opened)
    rates = [
        {
            "id": str(number),
            "fromCurrencyCode": code,
            "toCurrencyCode": portal.currency,
            "conversionRate": float(portal.exchange_rates[code]),
            "visibleInUI": True,
            "effectiveAt": opened,
            "createdAt": opened,
            "updatedAt": opened,
        }
        for number, code in enumerate(portal.extra_currencies, 1)
        if code in portal.exchange_rates
    ]
    return Reply.json(200, {"results": rates})


CURRENCIES = "/settings/currencies/{V}"
# The scope's name is inferred (reference §7).
READ = ("multi-currency-read",)
ROUTES = (
    Route("GET", "/account-info/{V}/details", details, ("oauth",)),
    Route("GET", CURRENCIES + "/company-currency", company_currency, READ),
    Route("GET", CURRENCIES + "/exchange-rates/current", exchange_rates, READ),
    Route("GET", CURRENCIES + "/codes", not_modelled, READ),
    Route("GET", CURRENCIES + "/exchange-rates", not_modelled, READ),
    *owners.ROUTES,
    *limit_tracking.ROUTES,
)
