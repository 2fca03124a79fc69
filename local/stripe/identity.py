"""Identity: sessions in which a person shows a document, on a page of ours."""

from __future__ import annotations

from typing import Final

from local.stripe.core import Call, Core
from local.stripe.errors import invalid
from local.stripe.payments import MAX_URL
from local.stripe.store import Object

DOCUMENTS: Final = ("driving_license", "id_card", "passport")
SOMEBODY: Final = {"first_name": "Cleo", "last_name": "Marchetti", "dob": "1988-05-17", "country": "IT"}
"""Whom a document shows unless it is told otherwise; on no list."""
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
        {"back": back, "outputs": None},
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


def redact(core: Core, call: Call) -> Object:
    """Has erased what a session was shown. Stripe takes days for it; this one is done at once, and tells of it."""
    call.form.done()
    found = core.store.get("identity.verification_session", call.ids["id"], "session")
    if found["redaction"] or found["status"] not in ("requires_input", "verified"):
        raise invalid("A session that is over, or is being redacted, cannot be redacted.", None, "session")
    return move(core, found, "redacted")


def move(
    core: Core, found: Object, to: str, code: str = "document_unverified_other", who: Object | None = None
) -> Object:
    """What came of it: ``verified``, ``processing``, ``redacted``, or ``requires_input`` with a code.

    ``who`` is what a document told: ``first_name``, ``last_name``, ``dob`` (``YYYY-MM-DD``) and ``country``.

    Raises:
        StripeError: it is over, or cannot become that.
    """
    if to == "redacted":
        core.store.note(found["id"])["outputs"] = None
        gone = {"last_verification_report": None, "url": None, "client_secret": None, "client_reference_id": None}
        found.update(gone, redaction={"status": "redacted"}, metadata={})
        core.emit("identity.verification_session.redacted", found)
        return found
    if found["status"] not in ("requires_input", "processing") or code not in FAILURES:
        raise invalid(f"A session that is {found['status']} cannot become {to[:100]}.")
    if to == "verified":
        _reported(core, found, {**SOMEBODY, **(who or {})})
        found.update(status=to, last_error=None, url=None, client_secret=None)
    elif to == "processing":
        found.update(status=to, last_error=None)
    elif to == "requires_input":
        found.update(status=to, last_error={"code": code, "reason": f"{code.replace('_', ' ').capitalize()}."})
    else:
        raise invalid(f"A session cannot become {to[:100]}.")
    core.emit(f"identity.verification_session.{to}", found)
    return found


def outputs_of(core: Core, found: Object, *, birth: bool) -> Object | None:
    """What was verified, which only those are shown who ask for it; the date of birth only those who ask for that."""
    outputs: Object | None = core.store.note(found["id"])["outputs"]
    if outputs is None:
        return None
    return {name: value for name, value in outputs.items() if birth or name != "dob"}


def _reported(core: Core, found: Object, who: Object) -> None:
    """Keeps what a document told, in a report."""
    year, month, day = (int(part) for part in str(who["dob"]).split("-"))
    born, names = {"day": day, "month": month, "year": year}, {name: who[name] for name in ("first_name", "last_name")}
    report = core.store.add(
        {
            "id": core.store.name("vr"),
            "object": "identity.verification_report",
            "created": core.store.now(),
            "document": {**names, "error": None, "issuing_country": who["country"], "status": "verified"},
            "livemode": False,
            "type": "document",
            "verification_session": found["id"],
        },
        {},
    )
    found["last_verification_report"] = report["id"]
    address = {
        "city": None,
        "country": who["country"],
        "line1": None,
        "line2": None,
        "postal_code": None,
        "state": None,
    }
    core.store.note(found["id"])["outputs"] = {**names, "address": address, "dob": born, "id_number": None}
