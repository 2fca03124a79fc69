"""The one function of the infrastructure's own: it publishes the pages when the web stack is deployed."""
