"""Events for partners, as webhooks after the Standard Webhooks specification."""
