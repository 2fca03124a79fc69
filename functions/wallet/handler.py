"""Serves the wallet."""

from __future__ import annotations

from cliffhanger import bootstrap
from cliffhanger.errors import Busy
from cliffhanger.wallet.service import get_wallet
from cliffhanger.wallet.views import WalletAnswer, wallet_answer
from cliffhanger.web.api import Answer, Call, Operation, build_api


def read_wallet(call: Call) -> Answer:
    """What the viewer holds, lot by lot, as of the last entry."""
    return Answer(200, wallet_answer(get_wallet(bootstrap.ledger_store(), call.person)))


handler = build_api("wallet", {"getWallet": Operation(read_wallet, answers={200: WalletAnswer}, problems=(Busy,))})
