"""What lists can be narrowed by, the same over REST and on the pages."""

# pylint: disable=abstract-method  # these serializers are never saved

from collections.abc import Mapping
from typing import Any

from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import QuerySet
from rest_framework import serializers

from results import selectors
from results.blocks import Criteria
from results.lifecycle import SessionState
from results.models import Session
from results.search import Order, PredictionSearch


class _AnyText(serializers.CharField):
    """Text that is looked for; what no name can hold is found nowhere, which is no mistake."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.validators = [
            each
            for each in self.validators
            if not isinstance(each, ProhibitNullCharactersValidator)
        ]


class SessionQuery(serializers.Serializer[Any]):
    """What sessions can be narrowed by; each is optional."""

    state = serializers.ChoiceField(
        choices=[state.value for state in SessionState], required=False, allow_blank=True
    )
    classifier = _AnyText(
        max_length=100,
        required=False,
        allow_blank=True,
        # Trimmed, a name that is too long by a space would be taken after all.
        trim_whitespace=False,
        help_text="The name of the classifier.",
    )


class PredictionQuery(serializers.Serializer[Any]):
    """What predictions can be narrowed by; each is optional."""

    class_id = serializers.IntegerField(
        min_value=0, max_value=32767, required=False, help_text="What the classifier said."
    )
    label = serializers.IntegerField(  # type: ignore[assignment]  # a field of that name
        min_value=0, max_value=32767, required=False, help_text="What a person said."
    )
    confidence_min = serializers.FloatField(
        min_value=0, max_value=1, required=False, help_text="0 to 1, included."
    )
    confidence_max = serializers.FloatField(
        min_value=0, max_value=1, required=False, help_text="0 to 1, included."
    )
    right = serializers.BooleanField(
        required=False, help_text="Whether prediction and label agree; labelled frames only."
    )
    order = serializers.ChoiceField(
        choices=[order.value for order in Order],
        required=False,
        help_text="By sequence, or by confidence from the least or (-) the most sure one.",
    )


def narrow_sessions(query: Mapping[str, str]) -> QuerySet[Session]:
    """The sessions that a query string asks for, the newest first.

    Args:
        query: The names of :class:`SessionQuery`; empty values and other names are ignored.

    Raises:
        ValidationError: a state that there is not, or a name that is too long.
    """
    wanted = _validated(SessionQuery, query)
    sessions = selectors.sessions()
    if "state" in wanted:
        sessions = sessions.filter(state=wanted["state"])
    if "\0" in wanted.get("classifier", ""):
        # PostgreSQL does not even take it in a question.
        return sessions.none()
    if "classifier" in wanted:
        sessions = sessions.filter(classifier__name=wanted["classifier"])
    return sessions


def narrow_predictions(session: Session, query: Mapping[str, str]) -> PredictionSearch:
    """The predictions of a session that a query string asks for, in its order.

    Args:
        session: Whose predictions.
        query: The names of :class:`PredictionQuery`; empty values and other names are ignored.

    Raises:
        ValidationError: a value is no number, out of range, or no order.
    """
    wanted = _validated(PredictionQuery, query)
    order = Order(wanted.pop("order", Order.SEQUENCE))
    return PredictionSearch(session, Criteria(**wanted), order)


def _validated(kind: type[serializers.Serializer[Any]], query: Mapping[str, str]) -> dict[str, Any]:
    # A plain dict: from a form's QueryDict, a missing ``right`` would read as false.
    serializer = kind(data={name: value for name, value in query.items() if value})
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
