"""What is kept of webhooks in DynamoDB."""

from cliffhanger.webhooks.store.deliveries import DeliveryLog, Due, Page
from cliffhanger.webhooks.store.endpoints import EndpointsStore

__all__ = ["DeliveryLog", "Due", "EndpointsStore", "Page"]
