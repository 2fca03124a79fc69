"""Identity: sessions in which a person shows a document, on a page of ours."""

from __future__ import annotations

from typing import Final

from local.stripe.core import Call, Core
from local.stripe.errors import invalid
from local.stripe.payments import MAX_URL
from local.stripe.store import Object

DOCUMENTS: Final = ("driving_license", "id_card", "passport")
FAILURES: Final = (
    *("abandoned", "consent_declined", "document_expired", "document_type_not_supported"),
    *("document_unverified_other", "selfie_document_missing_photo", "selfie_face_mismatch", "under_supported_age"),
)


def create(core: Core, call: Call) -> Object:
    """A session, with a page."""
    form = call.form
    if form.choice("type", "document") is None:
        raise form.lacks("type")
    options = form.inner("options")
    asked = options.inner("document") if options else None
    document: Object = {}
    if asked is not None:
        allowed = asked.words("allowed_types")
        if any(kind not in DOCUMENTS for kind in allowed):
            raise invalid(f"Invalid document: must be one of {', '.join(DOCUMENTS)}", None, "options")
        flags = ("require_id_number", "require_live_capture", "require_matching_selfie")
        told = {name: asked.flag(name) for name in flags}
        document = {name: value for name, value in told.items() if value is not None}
        document |= {"allowed_types": allowed} if allowed else {}
    back, reference = form.text("return_url", MAX_URL), form.text("client_reference_id", 200)
    metadata = form.metadata()
    form.done()
    name = core.store.name("vs")
    made = core.store.add(
        {
            "id": name,
            "object": "identity.verification_session",
            "client_reference_id": reference,
            "client_secret": core.store.name(f"{name}_secret"),
            "created": core.store.now(),
            "last_error": None,
            "last_verification_report": None,
            "livemode": False,
            "metadata": metadata,
            "options": {"document": document},
            "redaction": None,
            "related_customer": None,
            "status": "requires_input",
            "type": "document",
            "url": f"{core.origin}/verify/{name}",
        },
        {"back": back},
    )
    core.emit("identity.verification_session.created", made)
    return made


def retrieve(core: Core, call: Call) -> Object:
    """One session."""
    call.form.done()
    return core.store.get("identity.verification_session", call.ids["id"], "session")


def cancel(core: Core, call: Call) -> Object:
    """Gives a session up that waits for its person."""
    call.form.done()
    found = core.store.get("identity.verification_session", call.ids["id"], "session")
    if found["status"] != "requires_input":
        raise invalid(f"A session that is {found['status']} cannot be canceled.", None, "session")
    found.update(status="canceled", url=None, client_secret=None)
    core.emit("identity.verification_session.canceled", found)
    return found


def move(core: Core, found: Object, to: str, code: str = "document_unverified_other") -> Object:
    """What came of it: ``verified``, ``processing``, or ``requires_input`` with the code of what was wrong.

    Raises:
        StripeError: it is over, or cannot become that.
    """
    if found["status"] not in ("requires_input", "processing") or code not in FAILURES:
        raise invalid(f"A session that is {found['status']} cannot become {to[:100]}.")
    if to == "verified":
        found.update(status=to, last_error=None, url=None, client_secret=None)
    elif to == "processing":
        found.update(status=to, last_error=None)
    elif to == "requires_input":
        found.update(status=to, last_error={"code": code, "reason": f"{code.replace('_', ' ').capitalize()}."})
    else:
        raise invalid(f"A session cannot become {to[:100]}.")
    core.emit(f"identity.verification_session.{to}", found)
    return found
