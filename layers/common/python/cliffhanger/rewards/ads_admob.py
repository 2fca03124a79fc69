"""Callbacks of AdMob, Google's ad network: how they are written, and whether Google has signed them.

Source: AdMob, "Validate server-side verification (SSV) callbacks". A callback is a GET whose query ends in
``&signature={base64url of DER}&key_id={number}``; what stands before is signed with ECDSA over P-256 and SHA-256. It is
signed as it was before it was escaped: Tink's ``RewardedAdsVerifier`` takes the decoded query. So the values are read
from those very bytes too, and never from the address: there, an escaped ``&`` could make others of what is signed.
"""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256

from cliffhanger.errors import AdCallbackRefused
from cliffhanger.rewards.ads import Callback

if TYPE_CHECKING:
    from cliffhanger.rewards.ads_keys import AdKeys

MAX_QUERY_CHARS = 2_048
MOST_VALUES = 16
_SIGNATURE = re.compile(r"([A-Za-z0-9_-]{64,128})={0,2}&key_id=([0-9]{1,20})")
_NAME = re.compile(r"[a-z][a-z_]{0,31}")
_FORMS = {
    "ad_unit": re.compile(r"[0-9]{1,20}"),
    "custom_data": re.compile(r"[A-Za-z0-9_-]+"),
    "timestamp": re.compile(r"[0-9]{1,15}"),
    "transaction_id": re.compile(r"[A-Za-z0-9_-]{1,64}"),
}
"""What is read of a callback. What it says of the reward's amount is the network's setting, and not looked at."""


class AdMob:
    """AdMob, with its keys as they are known."""

    name = "admob"

    def __init__(self, keys: AdKeys) -> None:
        self._keys = keys

    def read(self, query: str) -> Callback:
        """A callback of AdMob's form, from the query of its address.

        Raises:
            AdCallbackRefused: it is not of that form.
        """
        return read_callback(query)

    def verify(self, callback: Callback) -> None:
        """Lets a callback pass that AdMob has signed.

        Raises:
            AdCallbackRefused: it has not.
            Unavailable: its keys are not known now.
        """
        key = self._keys.find(callback.key)
        if key is None:
            raise AdCallbackRefused("unknown_key")
        try:
            key.verify(callback.signature, callback.signed, ECDSA(SHA256()))
        except InvalidSignature as error:
            raise AdCallbackRefused("wrong_signature") from error


def read_callback(query: str) -> Callback:
    """A callback of AdMob's form, from the query of its address.

    Raises:
        AdCallbackRefused: it is not of that form: too long, without a signature at its end, or with a value that is
            missing, told twice, or not of its form.
    """
    if len(query) > MAX_QUERY_CHARS:
        raise AdCallbackRefused("malformed")
    try:
        content, _, end = unquote(query, errors="strict").rpartition("&signature=")
    except UnicodeDecodeError as error:
        raise AdCallbackRefused("malformed") from error
    signature = _SIGNATURE.fullmatch(end)
    if signature is None:
        raise AdCallbackRefused("malformed")
    values = _values(content)
    return Callback(
        unit=values["ad_unit"],
        transaction=values["transaction_id"],
        custom_data=values["custom_data"],
        at=int(values["timestamp"]),
        signed=content.encode(),
        signature=base64.urlsafe_b64decode(signature[1] + "=" * (-len(signature[1]) % 4)),
        key=signature[2],
    )


def _values(content: str) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in content.split("&", MOST_VALUES)]
    values = {name: value for name, _, value in pairs}
    well_formed = len(values) == len(pairs) <= MOST_VALUES and all(map(_NAME.fullmatch, values))
    if not well_formed or not all(form.fullmatch(values.get(name, "")) for name, form in _FORMS.items()):
        raise AdCallbackRefused("malformed")
    return values
