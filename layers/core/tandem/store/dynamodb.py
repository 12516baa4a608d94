"""The Store port over one DynamoDB table."""

from tandem.store.budgets import Budgets
from tandem.store.history import History
from tandem.store.jobs import Jobs
from tandem.store.lanes import Lanes
from tandem.store.records import Records
from tandem.store.reports import Reports
from tandem.store.settings import Settings


class DynamoStore(Records, Lanes, Budgets, Settings, Jobs, Reports, History):
    """Everything Tandem remembers. Made of a low-level boto3 client, a table's name and the shards of a kind."""
