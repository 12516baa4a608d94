"""`python -m sandbox.oracle SHOPIFY_URL HUBSPOT_URL`: does the simulated CRM hold what it must? Exit code 1: no."""

import argparse
import sys

from sandbox.oracle.judge import judge
from sandbox.oracle.views import crm, served, store


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox.oracle", description=__doc__)
    parser.add_argument("shopify", help="address of the served Shopify simulator")
    parser.add_argument("hubspot", help="address of the served HubSpot simulator")
    options = parser.parse_args()
    verdict = judge(store(served(options.shopify)), crm(served(options.hubspot)))
    sys.stdout.writelines(f"{line}\n" for line in (*map(str, verdict.differences), verdict.summary()))
    sys.exit(0 if verdict.agrees else 1)


if __name__ == "__main__":
    main()
