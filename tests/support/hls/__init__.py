"""HLS read as strictly as it is written: RFC 8216, its second edition, and the rules of Apple's that matter here.

``rules.problems_of(files)`` measures a whole presentation, from its playlists' grammar to the bytes of its segments,
by means that share nothing with those that made it.
"""
