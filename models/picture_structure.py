"""What a picture file says of itself, looked at before anything decodes it: a file that was cut, or made to harm, is told by its parts.

OpenCV decodes a PNG or JPEG that was cut in the middle and fills the rest with grey, and reserves as much memory as a PNG's chunk
claims to have: a file of 103 bytes took 4 GB.
"""

from __future__ import annotations

import struct

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG_START, _JPEG_END = b"\xff\xd8", b"\xff\xd9"
_JPEG_TAIL_BYTES = 4096  # some cameras append notes of their own


def what_is_wrong(content: bytes) -> str:
    """Why these bytes are no whole picture file, in words; '' where nothing can be said against them."""
    if content.startswith(_PNG):
        return _wrong_png(content)
    if content.startswith(_JPEG_START) and _JPEG_END not in content[-_JPEG_TAIL_BYTES:]:
        return "a JPEG without its end: the file was cut off"
    return ""


def _wrong_png(content: bytes) -> str:
    place = len(_PNG)
    while place + 8 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, place)
        if place + 12 + length > len(content):
            name = kind.decode("ascii", "replace")
            return f"its PNG chunk {name!r} claims {length} bytes and {len(content) - place - 8} are left: the file was cut off or is damaged"
        if kind == b"IEND":
            return ""
        place += 12 + length
    return "a PNG without its end: the file was cut off"
