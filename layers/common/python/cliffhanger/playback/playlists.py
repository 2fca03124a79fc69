"""Playlists whose every address carries a grant, for players that keep no cookies (native apps, casting). Pure.

Sources: RFC 8216 section 4.1 (lines), 4.2 (attribute lists), 4.3 (tags with a ``URI`` attribute).
"""

from __future__ import annotations

import posixpath
import re
import urllib.parse

from cliffhanger.playback.domain import Grant, Place, media_query_of, playlist_query_of

PLAYLIST_NAME = r"[A-Za-z0-9_][A-Za-z0-9._-]{0,119}\.m3u8"

# A quoted value is taken whole, so that a comma or an equals sign in a name cannot pass for an attribute.
_ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"]*"|[^",]*)')


def rewrite(playlist: str, place: Place, grant: Grant) -> str:
    """The playlist with each address of the place's folder made absolute and signed.

    Playlists lead back to the API, so that they are rewritten in turn; everything else leads to the media itself.
    Addresses that lead out of the folder, to another host or to another episode, stay as they are and get no signature.
    """
    lines = (_line(line.strip(), place, grant) for line in playlist.splitlines())
    return "\n".join(lines) + "\n"


def _line(line: str, place: Place, grant: Grant) -> str:
    if line.startswith("#EXT") and ":" in line:
        tag, _, attributes = line.partition(":")
        return f"{tag}:{_ATTRIBUTE.sub(lambda found: _attribute(found, place, grant), attributes)}"
    if line.startswith("#") or not line:
        return line
    return _signed(line, place, grant)


def _attribute(found: re.Match[str], place: Place, grant: Grant) -> str:
    name, value = found[1], found[2]
    if name != "URI" or not value.startswith('"'):
        return found[0]
    return f'URI="{_signed(value[1:-1], place, grant)}"'


def _signed(address: str, place: Place, grant: Grant) -> str:
    parts = urllib.parse.urlsplit(address)
    path = posixpath.normpath(posixpath.join(place.folder, urllib.parse.unquote(parts.path)))
    if parts.scheme or parts.netloc or not parts.path or not path.startswith(place.folder):
        return address
    name = path.removeprefix(place.folder)
    if re.fullmatch(PLAYLIST_NAME, name):
        return f"{place.playlists}{name}?{playlist_query_of(grant)}"
    query = f"{parts.query}&{media_query_of(grant)}" if parts.query else media_query_of(grant)
    return f"{place.folder}{urllib.parse.quote(name)}?{query}"
