"""Who buys: person number n is always the same person, in whichever store they turn up."""

import unicodedata
from dataclasses import dataclass
from random import Random

GIVEN = ("Ada", "Ben", "Carla", "Dev", "Edda", "Finn", "Grace", "Hugo", "Ines", "Jonas", "Karine", "Leo", "Mara",
         "Noor", "Omar", "Pia", "Quinn", "Rosa", "Sven", "Tess")  # fmt: skip
FAMILY = ("Abbott", "Berger", "Costa", "Dubois", "Eriksen", "Fischer", "Garcia", "Holm", "Ivanova", "Jensen", "Keller",
          "Lindqvist", "Moreau", "Novak", "Okafor", "Petrov", "Rossi", "Silva", "Tanaka", "Weber")  # fmt: skip
UNUSUAL = (
    # what it tries          given             family
    ("NFC",                  "Zoë",            "Brontë"),
    ("NFD",                  unicodedata.normalize("NFD", "Zoë"), unicodedata.normalize("NFD", "Brontë")),
    ("Turkish i",            "İpek",           "Işık"),
    ("sharp s",              "Jörg",           "Weiß"),
    ("Greek",                "Ελένη",          "Παππάς"),
    ("Cyrillic",             "Алёна",          "Щукина"),
    ("Arabic, right to left", "نور",           "الهاشمي"),
    ("Hebrew, right to left", "נועה",          "לוי"),
    ("Han",                  "美咲",           "田中"),
    ("Hangul",               "서연",           "김"),
    ("Thai",                 "สุดา",            "ใจดี"),
    ("Devanagari",           "आरती",           "शर्मा"),
    ("Vietnamese",           "Nguyễn",         "Thị Ánh"),
    ("emoji",                "Kim 🌿",         "👩‍👩‍👧 Park"),
    ("zero width",           "Al\u200bex",     "Mer\u200dcer"),
    ("apostrophe",           "Siobhán",        "O’Connor-d'Arc"),
    ("markup",               "<b>Bo</b>",      "Tables & \"Co\""),
    ("one letter",           "X",              "Æ"),
    ("long",                 "Maximiliana " * 12, "von und zu " * 12),
    ("outside the BMP",      "𝓔𝓿𝓮",            "𐍈𐌿𐍂𐌲"),
)  # fmt: skip
PLACES = (
    # country, province, city, postal code
    ("US", "CA", "Oakland", "94607"),
    ("US", "NY", "Buffalo", "14201"),
    ("US", "TX", "Austin", "78701"),
    ("CA", "ON", "Ottawa", "K2P 2L8"),
    ("GB", "ENG", "Leeds", "LS1 4AP"),
    ("DE", None, "Köln", "50667"),
    ("FR", None, "Besançon", "25000"),
    ("JP", "JP-13", "千代田区", "100-0001"),
    ("BH", None, "المنامة", "317"),
)
DOMAINS = ("example.com", "example.org", "example.net", "mail.example.com")
PHONE_ONLY = 0.05
NAMELESS = 0.03
STRANGE_EVERY = 8
"""Every so many people one has a name of UNUSUAL, row after row."""
CONSENTING = 0.4


@dataclass(frozen=True, slots=True)
class Person:
    """A buyer. No e-mail means a phone; `place` is a row of PLACES."""

    number: int
    first_name: str | None
    last_name: str | None
    email: str | None
    phone: str | None
    place: tuple[str, str | None, str, str]
    street: str
    consents: bool


def person(number: int) -> Person:
    """Person `number`, drawn from nothing but the number."""
    random = Random(f"person:{number}")
    given, family = random.choice(GIVEN), random.choice(FAMILY)
    slug = f"{given}.{family}.{number}".lower()
    first, last = given, family
    if number % STRANGE_EVERY == 0:
        _, first, last = UNUSUAL[number // STRANGE_EVERY % len(UNUSUAL)]
    elif random.random() < NAMELESS:
        first = last = ""
    phone_only = random.random() < PHONE_ONLY
    email = None if phone_only else _spelled(f"{slug}@{random.choice(DOMAINS)}", random)
    phone = f"+1{212 + number // 10_000 % 700}555{number % 10_000:04d}" if phone_only or random.random() < 0.3 else None
    return Person(
        number,
        first.strip() or None,
        last.strip() or None,
        email,
        phone,
        random.choice(PLACES),
        f"{random.randint(1, 999)} Quill Street",
        random.random() < CONSENTING,
    )


def _spelled(email: str, random: Random) -> str:
    """As people type it: now and then in capitals, with a plus, with blanks around."""
    drawn = random.random()
    if drawn < 0.02:
        return email.upper()
    if drawn < 0.04:
        return email.replace("@", "+shop@")
    return f" {email} " if drawn < 0.05 else email
