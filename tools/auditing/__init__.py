"""The auditor: proves the books from what is stored, in bounded memory, and believes nothing that can be computed.

    sources (``exports``, ``tables``, ``anchors``) -> sorted runs on disk (``runs``) -> chain after chain (``chains``)
    -> sorted legs and batch lines -> settlement both ways (``settlements``) -> ``findings``, told by ``report``

Of the product it imports one thing, how stored bytes are unpacked: their hash proves that right or wrong. The rules of
an entry and of two that follow one another are the receipt verifier's, which shares no code with the product either.
"""
