"""The demo partner's receiver: takes webhooks over HTTPS, verifies them as a partner would, shows them. Local only.

It speaks HTTPS on one port, with a certificate of an authority that only this platform knows, and shows its page over
plain HTTP on another, so that no browser warns. Each path is an inbox of its own: an endpoint at ``/live`` fills the
inbox ``live``. An inbox can be told to misbehave, so that retries can be seen.
"""
