"""What MediaConvert's error numbers mean to a creator, in sentences. Pure.

Source of the numbers: MediaConvert user guide, "MediaConvert error codes" (read 2026-11-28). A number that names what
is wrong with the files says what to do; every other is ours to mend, and says only that. The service's own words are
told to nobody: they name buckets, paths and roles.
"""

from __future__ import annotations

_OURS = "The fault is ours, not the file's: upload it again later, or tell support the number {number}."

_SENTENCES: dict[str, str] = {
    "1010": "One of the files could not be opened: it is damaged, or of a format that cannot be read.",
    "1020": "No picture was found in the video.",
    "1021": "No sound was found where the video or a dub should have it.",
    "1030": "The video's codec or container is not supported: export it as H.264 in MP4.",
    "1040": "The video does not fit what episodes are made of: export it as H.264 in MP4, at 24 to 60 frames a second.",
    "1056": "One of the files could not be opened: it is damaged, or ends too soon.",
    "1075": "The video is damaged: its parts could not be told from each other. Export it again.",
    "1076": "One of the files ends too soon: it was cut off while it was saved or sent. Export it again.",
    "1092": "The sound of the video or of a dub could not be read: export it as AAC.",
    "1093": "The picture of the video could not be read: export it as H.264.",
    "canceled": "The transcoding was cancelled; upload the video again.",
    "lost": "The transcoder does not know its job any more; upload the video again.",
    "stuck": "The transcoder did not finish within a day; upload the video again.",
}


def sentence(number: str) -> str:
    """Why a job failed: ``number`` is MediaConvert's, or ``canceled``, ``lost`` or ``stuck``."""
    return "The video was not transcoded. " + _SENTENCES.get(number, _OURS.format(number=number))
