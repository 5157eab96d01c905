"""What the page of downloads shows: the files that there are of a session."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from results.exports.parquet import is_available
from results.models import Sample, Session
from results.pages.session import report_of


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file.

    Attributes:
        route: The name of its address over REST.
        manifest_route: That of its manifest, where it has none in it.
        saved_as: What the browser saves it as.
        missing: Why it cannot be had; empty where it can.
        query: What its address ends with.
    """

    name: str
    about: str
    route: str
    saved_as: str
    manifest_route: str = ""
    missing: str = ""
    query: str = ""


@dataclass(frozen=True, slots=True)
class DownloadsPage:
    """Everything that the page draws."""

    files: tuple[FileRow, ...]
    samples: tuple[Sample, ...]


def downloads_page(session: Session) -> DownloadsPage:
    """The files of a session that is over, and its sample pictures; none while it runs."""
    if not session.is_final:
        return DownloadsPage((), ())
    report = report_of(session)
    return DownloadsPage(
        files=(_report_file(session), *_prediction_files(session)),
        samples=() if report is None else tuple(report.samples.defer("png")),
    )


def _report_file(session: Session) -> FileRow:
    language = get_language() or settings.LANGUAGE_CODE
    return FileRow(
        _("Report (HTML)"),
        _("One page with figures, charts and samples; needs no network. Print it for a PDF."),
        "results-api:export-html",
        f"report-{session.uuid}.html",
        # Over REST nothing but the address says in which language.
        query="" if language == settings.LANGUAGE_CODE else f"?language={language}",
    )


def _prediction_files(session: Session) -> tuple[FileRow, ...]:
    gone = _("the predictions were deleted") if session.pruned_at is not None else ""
    no_parquet = "" if is_available() else _("needs pyarrow, which this server does not have")
    saved_as = f"predictions-{session.uuid}"
    return (
        FileRow(
            _("Predictions (JSON)"),
            _("One document, a frame a line, with its manifest at the end."),
            "results-api:export-json",
            f"{saved_as}.json",
            missing=gone,
        ),
        FileRow(
            _("Predictions (CSV)"),
            _("For spreadsheets, with a column for each class’s probability."),
            "results-api:export-csv",
            f"{saved_as}.csv",
            "results-api:export-csv-manifest",
            gone,
        ),
        FileRow(
            _("Predictions (JSON Lines)"),
            _("An object a line, for programs that read as they go."),
            "results-api:export-jsonl",
            f"{saved_as}.jsonl",
            "results-api:export-jsonl-manifest",
            gone,
        ),
        FileRow(
            _("Predictions (Parquet)"),
            _("Typed columns, smallest; for pandas, Polars, DuckDB."),
            "results-api:export-parquet",
            f"{saved_as}.parquet",
            missing=gone or no_parquet,
        ),
    )
