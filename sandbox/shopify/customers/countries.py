"""Countries and their provinces, by code, as Shopify names them in English."""

from sandbox.simulator import NotModelled


def _names(text: str) -> dict[str, str]:
    pairs = (entry.strip().split(" ", 1) for entry in text.replace("\n", " ").split(";"))
    return {code: name.strip() for code, name in pairs}


COUNTRIES = _names("""
AC Ascension Island; AD Andorra; AE United Arab Emirates; AF Afghanistan; AG Antigua & Barbuda; AI Anguilla; AL Albania;
AM Armenia; AN Netherlands Antilles; AO Angola; AR Argentina; AT Austria; AU Australia; AW Aruba; AX Åland Islands;
AZ Azerbaijan; BA Bosnia & Herzegovina; BB Barbados; BD Bangladesh; BE Belgium; BF Burkina Faso; BG Bulgaria;
BH Bahrain; BI Burundi; BJ Benin; BL St. Barthélemy; BM Bermuda; BN Brunei; BO Bolivia; BQ Caribbean Netherlands;
BR Brazil; BS Bahamas; BT Bhutan; BV Bouvet Island; BW Botswana; BY Belarus; BZ Belize; CA Canada;
CC Cocos (Keeling) Islands; CD Congo - Kinshasa; CF Central African Republic; CG Congo - Brazzaville; CH Switzerland;
CI Côte d’Ivoire; CK Cook Islands; CL Chile; CM Cameroon; CN China; CO Colombia; CR Costa Rica; CU Cuba; CV Cape Verde;
CW Curaçao; CX Christmas Island; CY Cyprus; CZ Czechia; DE Germany; DJ Djibouti; DK Denmark; DM Dominica;
DO Dominican Republic; DZ Algeria; EC Ecuador; EE Estonia; EG Egypt; EH Western Sahara; ER Eritrea; ES Spain;
ET Ethiopia; FI Finland; FJ Fiji; FK Falkland Islands; FO Faroe Islands; FR France; GA Gabon; GB United Kingdom;
GD Grenada; GE Georgia; GF French Guiana; GG Guernsey; GH Ghana; GI Gibraltar; GL Greenland; GM Gambia; GN Guinea;
GP Guadeloupe; GQ Equatorial Guinea; GR Greece; GS South Georgia & South Sandwich Islands; GT Guatemala;
GW Guinea-Bissau; GY Guyana; HK Hong Kong SAR; HM Heard & McDonald Islands; HN Honduras; HR Croatia; HT Haiti;
HU Hungary; ID Indonesia; IE Ireland; IL Israel; IM Isle of Man; IN India; IO British Indian Ocean Territory; IQ Iraq;
IR Iran; IS Iceland; IT Italy; JE Jersey; JM Jamaica; JO Jordan; JP Japan; KE Kenya; KG Kyrgyzstan; KH Cambodia;
KI Kiribati; KM Comoros; KN St. Kitts & Nevis; KP North Korea; KR South Korea; KW Kuwait; KY Cayman Islands;
KZ Kazakhstan; LA Laos; LB Lebanon; LC St. Lucia; LI Liechtenstein; LK Sri Lanka; LR Liberia; LS Lesotho; LT Lithuania;
LU Luxembourg; LV Latvia; LY Libya; MA Morocco; MC Monaco; MD Moldova; ME Montenegro; MF St. Martin; MG Madagascar;
MK North Macedonia; ML Mali; MM Myanmar (Burma); MN Mongolia; MO Macao SAR; MQ Martinique; MR Mauritania;
MS Montserrat; MT Malta; MU Mauritius; MV Maldives; MW Malawi; MX Mexico; MY Malaysia; MZ Mozambique; NA Namibia;
NC New Caledonia; NE Niger; NF Norfolk Island; NG Nigeria; NI Nicaragua; NL Netherlands; NO Norway; NP Nepal; NR Nauru;
NU Niue; NZ New Zealand; OM Oman; PA Panama; PE Peru; PF French Polynesia; PG Papua New Guinea; PH Philippines;
PK Pakistan; PL Poland; PM St. Pierre & Miquelon; PN Pitcairn Islands; PS Palestinian Territories; PT Portugal;
PY Paraguay; QA Qatar; RE Réunion; RO Romania; RS Serbia; RU Russia; RW Rwanda; SA Saudi Arabia; SB Solomon Islands;
SC Seychelles; SD Sudan; SE Sweden; SG Singapore; SH St. Helena; SI Slovenia; SJ Svalbard & Jan Mayen; SK Slovakia;
SL Sierra Leone; SM San Marino; SN Senegal; SO Somalia; SR Suriname; SS South Sudan; ST São Tomé & Príncipe;
SV El Salvador; SX Sint Maarten; SY Syria; SZ Eswatini; TA Tristan da Cunha; TC Turks & Caicos Islands; TD Chad;
TF French Southern Territories; TG Togo; TH Thailand; TJ Tajikistan; TK Tokelau; TL Timor-Leste; TM Turkmenistan;
TN Tunisia; TO Tonga; TR Türkiye; TT Trinidad & Tobago; TV Tuvalu; TW Taiwan; TZ Tanzania; UA Ukraine; UG Uganda;
UM U.S. Outlying Islands; US United States; UY Uruguay; UZ Uzbekistan; VA Vatican City;
VC St. Vincent & Grenadines; VE Venezuela; VG British Virgin Islands; VN Vietnam; VU Vanuatu; WF Wallis & Futuna;
WS Samoa; XK Kosovo; YE Yemen; YT Mayotte; ZA South Africa; ZM Zambia; ZW Zimbabwe; ZZ Unknown Region
""")

PROVINCES = {
    "AU": _names("""
ACT Australian Capital Territory; NSW New South Wales; NT Northern Territory; QLD Queensland; SA South Australia;
TAS Tasmania; VIC Victoria; WA Western Australia
"""),
    "CA": _names("""
AB Alberta; BC British Columbia; MB Manitoba; NB New Brunswick; NL Newfoundland and Labrador; NS Nova Scotia;
NT Northwest Territories; NU Nunavut; ON Ontario; PE Prince Edward Island; QC Quebec; SK Saskatchewan; YT Yukon
"""),
    "GB": _names("BFP British Forces; ENG England; NIR Northern Ireland; SCT Scotland; WLS Wales"),
    "JP": _names("""
JP-01 Hokkaidō; JP-02 Aomori; JP-03 Iwate; JP-04 Miyagi; JP-05 Akita; JP-06 Yamagata; JP-07 Fukushima; JP-08 Ibaraki;
JP-09 Tochigi; JP-10 Gunma; JP-11 Saitama; JP-12 Chiba; JP-13 Tōkyō; JP-14 Kanagawa; JP-15 Niigata; JP-16 Toyama;
JP-17 Ishikawa; JP-18 Fukui; JP-19 Yamanashi; JP-20 Nagano; JP-21 Gifu; JP-22 Shizuoka; JP-23 Aichi; JP-24 Mie;
JP-25 Shiga; JP-26 Kyōto; JP-27 Ōsaka; JP-28 Hyōgo; JP-29 Nara; JP-30 Wakayama; JP-31 Tottori; JP-32 Shimane;
JP-33 Okayama; JP-34 Hiroshima; JP-35 Yamaguchi; JP-36 Tokushima; JP-37 Kagawa; JP-38 Ehime; JP-39 Kōchi;
JP-40 Fukuoka; JP-41 Saga; JP-42 Nagasaki; JP-43 Kumamoto; JP-44 Ōita; JP-45 Miyazaki; JP-46 Kagoshima; JP-47 Okinawa
"""),
    "US": _names("""
AK Alaska; AL Alabama; AR Arkansas; AS American Samoa; AZ Arizona; CA California; CO Colorado; CT Connecticut;
DC District of Columbia; DE Delaware; FL Florida; FM Micronesia; GA Georgia; GU Guam; HI Hawaii; IA Iowa; ID Idaho;
IL Illinois; IN Indiana; KS Kansas; KY Kentucky; LA Louisiana; MA Massachusetts; MD Maryland; ME Maine;
MH Marshall Islands; MI Michigan; MN Minnesota; MO Missouri; MP Northern Mariana Islands; MS Mississippi; MT Montana;
NC North Carolina; ND North Dakota; NE Nebraska; NH New Hampshire; NJ New Jersey; NM New Mexico; NV Nevada;
NY New York; OH Ohio; OK Oklahoma; OR Oregon; PA Pennsylvania; PR Puerto Rico; PW Palau; RI Rhode Island;
SC South Carolina; SD South Dakota; TN Tennessee; TX Texas; UT Utah; VA Virginia; VI U.S. Virgin Islands; VT Vermont;
WA Washington; WI Wisconsin; WV West Virginia; WY Wyoming; AA Armed Forces Americas; AE Armed Forces Europe;
AP Armed Forces Pacific
"""),
}

WITH_PROVINCES = frozenset({
    "AE", "AR", "AU", "BR", "CA", "CL", "CN", "CO", "CR", "EG", "ES", "GB", "GT", "HK", "ID", "IE", "IN", "IT", "JP",
    "KR", "KW", "MX", "MY", "NG", "NZ", "PA", "PE", "PH", "PT", "RO", "RU", "SV", "TH", "US", "UY", "VE", "ZA",
})  # fmt: skip
"""Where Shopify keeps provinces; elsewhere it drops what is given (inferred)."""

SHOWN_IN_AREA = frozenset({"AU", "CA", "US"})
"""Where the code of the province stands in a one-line area: "Ottawa ON, Canada" (captured for Canada)."""

_CODES = {name.lower(): code for code, name in COUNTRIES.items()}
_PROVINCE_CODES = {
    country: {spelling.lower(): code for code, name in provinces.items() for spelling in (name, code)}
    for country, provinces in PROVINCES.items()
}


def country_name(code: str | None) -> str | None:
    return COUNTRIES.get(code or "")


def country_code(name: str) -> str | None:
    """The code of a country given by code or name, in any letter case."""
    text = name.strip()
    return text.upper() if text.upper() in COUNTRIES else _CODES.get(text.lower())


def province_code(country: str, province: str) -> str | None:
    """The code of a province given by code or name; None if the country has no such one.

    Raises NotModelled for a country whose provinces are not in the table.
    """
    if country not in PROVINCES:
        raise NotModelled(f"the provinces of {COUNTRIES[country]}")
    return _PROVINCE_CODES[country].get(province.strip().lower())


def province_name(country: str | None, code: str | None) -> str | None:
    return PROVINCES.get(country or "", {}).get(code or "")
