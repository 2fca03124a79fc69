"""How money moves: accounts are append-only chains of entries, and nobody writes balances.

Pure: ``names`` ``canonical`` ``entries`` ``lots`` ``movements`` ``settlement``. The DynamoDB store is ``store``; the
loop that reads, plans and appends is ``journal``; ``settling`` applies foreign legs. docs/adr/0001 tells why.
"""
