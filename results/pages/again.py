"""What the form shows that has a session's frames streamed again."""

from results import selectors
from results.errors import NotRepeatable
from results.forms import AgainForm
from results.models import Session
from results.services import check_repeatable


def again_form(session: Session, data: object = None) -> AgainForm | None:
    """The form, with the classifiers on offer; ``None`` while the session cannot be repeated.

    Args:
        data: What was filled in.
    """
    try:
        check_repeatable(session)
    except NotRepeatable:
        return None
    return AgainForm(data, classifiers=selectors.offered_classifiers(), session=session)
