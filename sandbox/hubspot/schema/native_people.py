"""The properties HubSpot itself gives contacts and companies (reference §2.7).

A row is name, label, kind of field, flags. Flags: `u` unique, `r` read-only value, `c` calculated. Labels and field
kinds are inferred where the reference names only the property.
"""

CONTACTS = (
    ("email",                "Email",              "text",     "u"),
    ("firstname",            "First name",         "text",     ""),
    ("lastname",             "Last name",          "text",     ""),
    ("phone",                "Phone number",       "phone",    ""),
    ("mobilephone",          "Mobile phone number", "phone",   ""),
    ("company",              "Company name",       "text",     ""),
    ("address",              "Street address",     "text",     ""),
    ("city",                 "City",               "text",     ""),
    ("state",                "State/Region",       "text",     ""),
    ("zip",                  "Postal code",        "text",     ""),
    ("country",              "Country/Region",     "text",     ""),
    ("website",              "Website URL",        "text",     ""),
    ("jobtitle",             "Job title",          "text",     ""),
    ("hs_language",          "Preferred language", "select",   ""),
    ("hs_additional_emails", "Additional email addresses", "text", ""),
    ("hs_email_optout",      "Unsubscribed from all email", "bool", "r"),
    ("lifecyclestage",       "Lifecycle stage",    "radio",    ""),
    ("hs_lead_status",       "Lead status",        "radio",    ""),
    ("hubspot_owner_id",     "Contact owner",      "select",   ""),
    ("hs_searchable_calculated_phone_number",  "Calculated phone number without country code",  "text", "c"),
    ("hs_searchable_calculated_mobile_number", "Calculated mobile number without country code", "text", "c"),
    ("createdate",           "Create date",        "datetime", "r"),
    ("lastmodifieddate",     "Last modified date", "datetime", "r"),
)  # fmt: skip

COMPANIES = (
    ("name",                  "Company name",        "text",     ""),
    ("domain",                "Company domain name", "text",     ""),
    ("hs_additional_domains", "Additional domains",  "text",     ""),
    ("phone",                 "Phone number",        "phone",    ""),
    ("address",               "Street address",      "text",     ""),
    ("address2",              "Street address 2",    "text",     ""),
    ("city",                  "City",                "text",     ""),
    ("state",                 "State/Region",        "text",     ""),
    ("zip",                   "Postal code",         "text",     ""),
    ("country",               "Country/Region",      "text",     ""),
    ("website",               "Website URL",         "text",     ""),
    ("industry",              "Industry",            "select",   ""),
    ("numberofemployees",     "Number of employees", "number",   ""),
    ("annualrevenue",         "Annual revenue",      "number",   ""),
    ("description",           "Description",         "textarea", ""),
    ("lifecyclestage",        "Lifecycle stage",     "radio",    ""),
    ("hubspot_owner_id",      "Company owner",       "select",   ""),
    ("createdate",            "Create date",         "datetime", "r"),
    ("hs_lastmodifieddate",   "Last modified date",  "datetime", "r"),
)  # fmt: skip

LIFECYCLE = (
    ("subscriber", "Subscriber"),
    ("lead", "Lead"),
    ("marketingqualifiedlead", "Marketing Qualified Lead"),
    ("salesqualifiedlead", "Sales Qualified Lead"),
    ("opportunity", "Opportunity"),
    ("customer", "Customer"),
    ("evangelist", "Evangelist"),
    ("other", "Other"),
)
LEAD_STATUS = (
    # inferred: the reference names the property, not its values
    ("NEW", "New"),
    ("OPEN", "Open"),
    ("IN_PROGRESS", "In Progress"),
    ("OPEN_DEAL", "Open Deal"),
    ("UNQUALIFIED", "Unqualified"),
    ("ATTEMPTED_TO_CONTACT", "Attempted to Contact"),
    ("CONNECTED", "Connected"),
    ("BAD_TIMING", "Bad Timing"),
)
# inferred, and fewer than a real account offers
_LANGUAGES = """
ar bg cs da de de-at de-ch de-de el en en-au en-ca en-gb en-ie en-nz en-us es es-es es-mx et fi fr fr-be fr-ca fr-ch
fr-fr he hi hr hu id it it-it ja ja-jp ko ko-kr lt lv nl nl-be nl-nl no pl pt pt-br pt-pt ro ru sk sl sv th tr uk vi
zh zh-cn zh-hk zh-tw
"""
_INDUSTRIES = """
ACCOUNTING AIRLINES_AVIATION APPAREL_FASHION ARCHITECTURE_PLANNING ARTS_AND_CRAFTS AUTOMOTIVE BANKING BIOTECHNOLOGY
BUILDING_MATERIALS BUSINESS_SUPPLIES_AND_EQUIPMENT CHEMICALS COMPUTER_HARDWARE COMPUTER_SOFTWARE CONSTRUCTION
CONSUMER_ELECTRONICS CONSUMER_GOODS CONSUMER_SERVICES COSMETICS DAIRY DESIGN E_LEARNING EDUCATION_MANAGEMENT
ENTERTAINMENT EVENTS_SERVICES FARMING FINANCIAL_SERVICES FOOD_BEVERAGES FOOD_PRODUCTION FURNITURE GRAPHIC_DESIGN
HEALTH_WELLNESS_AND_FITNESS HIGHER_EDUCATION HOSPITAL_HEALTH_CARE HOSPITALITY IMPORT_AND_EXPORT
INFORMATION_TECHNOLOGY_AND_SERVICES INSURANCE INTERNET LEGAL_SERVICES LOGISTICS_AND_SUPPLY_CHAIN
LUXURY_GOODS_JEWELRY MACHINERY MANAGEMENT_CONSULTING MARKETING_AND_ADVERTISING MEDICAL_DEVICES
NON_PROFIT_ORGANIZATION_MANAGEMENT PACKAGE_FREIGHT_DELIVERY PACKAGING_AND_CONTAINERS PAPER_FOREST_PRODUCTS
PHARMACEUTICALS PLASTICS PRINTING PUBLISHING REAL_ESTATE RECREATIONAL_FACILITIES_AND_SERVICES RESTAURANTS RETAIL
SPORTING_GOODS SPORTS SUPERMARKETS TELECOMMUNICATIONS TEXTILES TOBACCO TRANSPORTATION_TRUCKING_RAILROAD UTILITIES
WHOLESALE WINE_AND_SPIRITS
"""
LANGUAGES = tuple((code, code) for code in _LANGUAGES.split())
INDUSTRIES = tuple((value, value.replace("_", " ").title()) for value in _INDUSTRIES.split())
