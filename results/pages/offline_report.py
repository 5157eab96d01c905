"""A session's report as one HTML file that needs nothing else: no network, no script."""

import base64
import hashlib
from functools import cache
from pathlib import Path

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from results.exports.files import check_is_over, report_manifest
from results.exports.manifest import encode_manifest, put_digest
from results.models import Sample, Session
from results.pages.profile import profile_page
from results.pages.session import session_page

_STYLES = Path(__file__).resolve().parent.parent / "static" / "results"
_STYLE_FILES = ("site.css", "profile.css", "offline_report.css", "print.css")


def offline_report(session: Session) -> bytes:
    """The file, with its manifest and digest in it.

    Raises:
        SessionNotOver: the session still changes.
    """
    check_is_over(session)
    page = session_page(session)
    samples = [] if page.report is None else list(page.report.samples.all())
    manifest = report_manifest(session, summary=page.summary, metrics=page.metrics)
    content = render_to_string(
        "results/offline_report.html",
        {
            "session": session,
            "page": page,
            "profile": profile_page(session),
            "is_file": True,
            "class_names": session.classifier.class_names,
            "label_names": session.dataset.class_names or session.classifier.class_names,
            "pictures": [(sample, _data_address(sample)) for sample in samples],
            "style": _style(),
            "manifest": _embedded(encode_manifest(manifest)),
        },
    ).encode()
    return put_digest(content, hashlib.sha256(content).hexdigest())


def _data_address(sample: Sample) -> str:
    return f"data:image/png;base64,{base64.b64encode(bytes(sample.png)).decode('ascii')}"


def _embedded(manifest: bytes) -> SafeString:
    """JSON that nothing of can end the element around it: a class may be called anything."""
    escaped = manifest.decode()
    for character in "<>&\u2028\u2029":
        escaped = escaped.replace(character, f"\\u{ord(character):04x}")
    return mark_safe(escaped)  # nosec B308 B703  # escaped above


@cache
def _style() -> SafeString:
    # Our own files; nothing of a visitor's is in them.
    text = "\n".join((_STYLES / name).read_text(encoding="utf-8") for name in _STYLE_FILES)
    return mark_safe(text)  # nosec B308 B703  # see above
