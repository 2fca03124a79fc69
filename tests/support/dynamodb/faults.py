"""What may go wrong with a call, decided from outside and replayable."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, NamedTuple, Protocol

_SINGLE_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem"})
_TRANSACTIONS = frozenset({"TransactWriteItems", "TransactGetItems"})
_BATCHES = frozenset({"BatchWriteItem", "BatchGetItem"})


class Fault(Enum):
    """A fault of one call. Values are stable words, for printing a seed's story."""

    THROTTLED = "throttled"
    """ProvisionedThroughputExceededException; a transaction is cancelled for it."""
    LIMITED = "limited"
    """ThrottlingException."""
    CONFLICT = "conflict"
    """A rival transaction that the model does not otherwise know held an item. Writes and transactions only."""
    PARTIAL = "partial"
    """The last half of a batch, rounded up, comes back unprocessed. Batches only."""
    NOT_SENT = "not sent"
    """The connection could not be made: EndpointConnectionError, nothing happened."""
    LOST_REQUEST = "lost request"
    """ReadTimeoutError, and nothing happened."""
    LOST_REPLY = "lost reply"
    """ReadTimeoutError, and it happened."""
    DELAYED = "delayed"
    """ReadTimeoutError, and it happens later: before the third call from then on, or when the model is told to
    deliver. A caller that tries again overtakes its own first try."""
    FAILED = "failed"
    """InternalServerError, and nothing happened."""
    FAILED_LATE = "failed late"
    """InternalServerError, and it happened."""

    def can_strike(self, operation: str) -> bool:
        """Whether this fault means anything for an operation."""
        if self is Fault.CONFLICT:
            return operation in _SINGLE_WRITES or operation in _TRANSACTIONS
        if self is Fault.PARTIAL:
            return operation in _BATCHES
        return True


class Moment(Enum):
    """Where in a call the hook is called."""

    BEFORE = "before"
    """Nothing has happened yet; raising here is a caller that crashed before the request left."""
    HELD = "held"
    """A TransactWriteItems holds its items and will be applied; others may run and meet the conflict. Raising here is
    a caller that crashed while it waited: the transaction is applied all the same."""
    AFTER = "after"
    """The answer is on its way; raising here is a caller that never heard it."""


class Call(NamedTuple):
    """One call as the hook and the fault plan see it."""

    number: int
    """1, 2, 3 … over the whole life of the model."""
    actor: str
    operation: str
    parameters: Mapping[str, Any]
    time: int
    """The model's clock in milliseconds when the call came in."""


Hook = Callable[[Moment, Call], None]
"""Called around every call, without any lock of the model held, so that it may switch threads or actors."""


class FaultPlan(Protocol):
    """Decides the faults of a run. Asked once per call, in order, under the model's lock."""

    @property
    def longest_lag_ms(self) -> int:
        """The longest lag that ``lag_ms`` will answer with; 0 spares the model the keeping of old rows."""
        ...

    def strike(self, call: Call) -> Fault | None:
        """The fault of this call, or None."""
        ...

    def lag_ms(self, call: Call) -> int:
        """How many milliseconds old an eventually consistent read may be. Asked for reads only."""
        ...


class NoFaults:
    """Nothing goes wrong."""

    longest_lag_ms = 0

    def strike(self, call: Call) -> Fault | None:
        return None

    def lag_ms(self, call: Call) -> int:
        return 0


class SeededFaults:
    """Faults at random from a seed: the same calls in the same order meet the same faults.

    Args:
        seed: of the random generator.
        rates: probability of each fault per call that it can strike; their sum must not exceed 1.
        lag_rate: probability that an eventually consistent read is stale at all.
        longest_lag_ms: its lag is uniform between 1 and this.
    """

    def __init__(
        self, seed: int | str, rates: Mapping[Fault, float], *, lag_rate: float = 0.0, longest_lag_ms: int = 0
    ) -> None:
        if sum(rates.values()) > 1:
            raise ValueError(f"rates add up to {sum(rates.values())}, more than 1")
        self.longest_lag_ms = longest_lag_ms
        self.struck: dict[int, Fault] = {}
        self.lags: dict[int, int] = {}
        self._random = random.Random(seed)
        self._rates = list(rates.items())
        self._lag_rate = lag_rate

    def strike(self, call: Call) -> Fault | None:
        drawn = self._random.random()
        for fault, rate in self._rates:
            if drawn < rate:
                if not fault.can_strike(call.operation):
                    return None
                self.struck[call.number] = fault
                return fault
            drawn -= rate
        return None

    def lag_ms(self, call: Call) -> int:
        if not self.longest_lag_ms or self._random.random() >= self._lag_rate:
            return 0
        lag = self.lags[call.number] = self._random.randint(1, self.longest_lag_ms)
        return lag

    def script(self) -> ScriptedFaults:
        """What happened so far as a script, from which faults can be left out one by one to shrink a failure."""
        return ScriptedFaults(dict(self.struck), dict(self.lags))


class ScriptedFaults:
    """Given faults at given calls, by call number from 1."""

    def __init__(self, faults: Mapping[int, Fault], lags: Mapping[int, int] | None = None) -> None:
        self._faults = faults
        self._lags = lags or {}
        self.longest_lag_ms = max(self._lags.values(), default=0)

    def strike(self, call: Call) -> Fault | None:
        return self._faults.get(call.number)

    def lag_ms(self, call: Call) -> int:
        return self._lags.get(call.number, 0)


class Crowded(NoFaults):
    """Everybody writes to some accounts of the ledger: no transaction that appends to one of them comes through."""

    def __init__(self, *accounts: str) -> None:
        self._accounts = accounts

    def strike(self, call: Call) -> Fault | None:
        for action in call.parameters.get("TransactItems", ()):
            address = action.get("Put", {}).get("Item", {}).get("account", {}).get("S", "")
            if address.partition(".")[0] in self._accounts:  # whatever volume it is in
                return Fault.CONFLICT
        return None
