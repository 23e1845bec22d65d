"""ZIP files that no office program writes."""

import io
import zipfile
from collections.abc import Mapping


def zipped(members: Mapping[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP file with these members in their order; the same bytes at any time, as tests are named by them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0))
            archive.writestr(member, content, compress_type=compression)
    return buffer.getvalue()
