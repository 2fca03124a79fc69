"""Cases that the model and other DynamoDBs are asked alike; see tests/contracts/test_dynamodb_model_fidelity.py."""

from tests.support.dynamodb.cases.case import TABLES, Case, Outcome, outcomes, without_words
from tests.support.dynamodb.cases.conditions import CONDITIONS
from tests.support.dynamodb.cases.items import ITEMS
from tests.support.dynamodb.cases.queries import QUERIES
from tests.support.dynamodb.cases.transactions import TRANSACTIONS
from tests.support.dynamodb.cases.updates import UPDATES

CASES: tuple[Case, ...] = (*ITEMS, *CONDITIONS, *UPDATES, *QUERIES, *TRANSACTIONS)

__all__ = ["CASES", "TABLES", "Case", "Outcome", "outcomes", "without_words"]
