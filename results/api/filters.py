"""What lists can be narrowed by, the same over REST and on the pages."""

# pylint: disable=abstract-method  # these serializers are never saved

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from results import selectors
from results.lifecycle import SessionState
from results.models import Prediction, Session


class SessionQuery(serializers.Serializer[Any]):
    """What sessions can be narrowed by; each is optional."""

    state = serializers.ChoiceField(choices=[state.value for state in SessionState], required=False)
    classifier = serializers.CharField(
        max_length=100, required=False, help_text="The name of the classifier."
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
    if "classifier" in wanted:
        sessions = sessions.filter(classifier__name=wanted["classifier"])
    return sessions


def narrow_predictions(session: Session, query: Mapping[str, str]) -> QuerySet[Prediction]:
    """The predictions of a session that a query string asks for, by ascending sequence.

    Args:
        session: Whose predictions.
        query: The names of :class:`PredictionQuery`; empty values and other names are ignored.

    Raises:
        ValidationError: a value is no number or out of range.
    """
    wanted = _validated(PredictionQuery, query)
    label = wanted.pop("label", None)
    predictions = selectors.predictions(session=session, **wanted)
    return predictions if label is None else predictions.filter(label=label)


def _validated(kind: type[serializers.Serializer[Any]], query: Mapping[str, str]) -> dict[str, Any]:
    # A plain dict: from a form's QueryDict, a missing ``right`` would read as false.
    serializer = kind(data={name: value for name, value in query.items() if value})
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
