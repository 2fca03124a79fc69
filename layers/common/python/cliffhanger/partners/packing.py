"""Partners and clients as their items' attributes, and back. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from cliffhanger.partners.domain import MODES, Client, Mode, Partner, Reach, Secret, Status

PARTNER = "partner"
CLIENT = "client#"
LIST = "partners"
"""The one partition of the index of all partners."""

Item = Mapping[str, Any]


def item_of(partner: Partner) -> dict[str, Any]:
    """A partner's attributes, without its clients, which have items of their own."""
    return {
        "name": {"S": partner.name},
        "members": _texts(partner.members),
        "reachAll": {"BOOL": partner.reach.all},
        "reachSeries": _texts(partner.reach.series),
        **{_quota(mode): {"N": str(partner.quotas[mode])} for mode in MODES},
        "status": {"S": partner.status},
        "revision": {"N": str(partner.revision)},
        "createdAt": {"N": str(partner.created_at)},
        "changedAt": {"N": str(partner.changed_at)},
        "list": {"S": LIST},
    }


def partner_of(items: Sequence[Item]) -> Partner | None:
    """The partner that the items of one partition are; None when there is none."""
    found = next((item for item in items if item["item"]["S"] == PARTNER), None)
    if found is None:
        return None
    name = found["partner"]["S"]
    return Partner(
        id=name,
        name=found["name"]["S"],
        members=_set(found["members"]),
        reach=Reach(name, found["reachAll"]["BOOL"], _set(found["reachSeries"])),
        quotas={mode: int(found[_quota(mode)]["N"]) for mode in MODES},
        status=cast("Status", found["status"]["S"]),
        revision=int(found["revision"]["N"]),
        created_at=int(found["createdAt"]["N"]),
        changed_at=int(found["changedAt"]["N"]),
        clients=tuple(client_of(item) for item in items if item["item"]["S"].startswith(CLIENT)),
    )


def item_of_client(client: Client) -> dict[str, Any]:
    """A client's attributes."""
    return {
        "mode": {"S": client.mode},
        "name": {"S": client.name},
        "scopes": _texts(client.scopes),
        "secrets": packed_secrets(client.secrets),
        "createdAt": {"N": str(client.created_at)},
        **({"lastUsedDay": {"S": client.last_used_day}} if client.last_used_day else {}),
    }


def client_of(item: Item) -> Client:
    """The client that an item is."""
    return Client(
        id=item["item"]["S"].removeprefix(CLIENT),
        mode=cast("Mode", item["mode"]["S"]),
        name=item["name"]["S"],
        scopes=_set(item["scopes"]),
        secrets=tuple(_secret(packed["M"]) for packed in item["secrets"]["L"]),
        created_at=int(item["createdAt"]["N"]),
        last_used_day=item["lastUsedDay"]["S"] if "lastUsedDay" in item else "",
    )


def packed_secrets(secrets: Iterable[Secret]) -> dict[str, Any]:
    """Secrets as an attribute: of each its number, its digest, and when it ends where it does."""
    return {
        "L": [
            {
                "M": {
                    "number": {"N": str(secret.number)},
                    "digest": {"S": secret.digest},
                    **({} if secret.ends_at is None else {"endsAt": {"N": str(secret.ends_at)}}),
                }
            }
            for secret in secrets
        ]
    }


def _secret(packed: Item) -> Secret:
    ends = packed.get("endsAt")
    return Secret(int(packed["number"]["N"]), packed["digest"]["S"], None if ends is None else int(ends["N"]))


def _quota(mode: Mode) -> str:
    return f"{mode}Quota"


def _texts(texts: Iterable[str]) -> dict[str, Any]:
    """A list, since a set of DynamoDB's cannot be empty."""
    return {"L": [{"S": text} for text in sorted(texts)]}


def _set(attribute: Mapping[str, Any]) -> frozenset[str]:
    return frozenset(packed["S"] for packed in attribute["L"])
