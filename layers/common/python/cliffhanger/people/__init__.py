"""Who a person is, in one erasable place."""
