"""The forms that start a session."""

from collections.abc import Iterable

from django import forms
from django.http import QueryDict

from results.models import Classifier, Dataset, Session

MAX_INTEGER = 2**53 - 1  # what a browser's number field holds exactly


class SessionForm(forms.Form):
    """Which classifier shall see which frames, how fast; the services check the limits."""

    classifier = forms.ChoiceField()
    count = forms.IntegerField(
        label="Frames", required=False, min_value=1, max_value=MAX_INTEGER, initial=100
    )
    fps = forms.FloatField(
        label="Frames a second", min_value=0, initial=10, help_text="0: as fast as it goes"
    )
    offset = forms.IntegerField(
        label="First frame", min_value=0, max_value=MAX_INTEGER, initial=0, required=False
    )

    def __init__(
        self,
        data: object = None,
        *,
        classifiers: Iterable[Classifier],
        dataset: Dataset | None,
    ) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a request's QueryDict or None
        # Of two classifiers by one name, which a client runs is the client's business.
        self.classifier_names = tuple(dict.fromkeys(one.name for one in classifiers))
        self.fields["classifier"] = forms.ChoiceField(
            choices=[(name, name) for name in self.classifier_names]
        )
        if dataset is not None:
            self.fields["count"].help_text = f"empty: all {dataset.count:,} of {dataset.name}"

    def clean_offset(self) -> int:
        """Empty means from the first frame."""
        return self.cleaned_data["offset"] or 0


class AgainForm(forms.Form):
    """Which classifier shall see the frames of a session again, how fast."""

    classifier = forms.ChoiceField()
    fps = forms.FloatField(
        label="Frames a second", min_value=0, initial=0, help_text="0: as fast as it goes"
    )

    def __init__(
        self, data: object = None, *, classifiers: Iterable[Classifier], session: Session
    ) -> None:
        super().__init__(
            data,  # type: ignore[arg-type]  # a request's QueryDict or None
            auto_id="again_%s",
        )
        self.classifier_names = tuple(dict.fromkeys(one.name for one in classifiers))
        # What is offered first is what the session has not seen.
        others = [name for name in self.classifier_names if name != session.classifier.name]
        self.fields["classifier"] = forms.ChoiceField(
            choices=[(name, name) for name in self.classifier_names],
            initial=others[0] if others else None,
        )


class ThresholdForm(forms.Form):
    """A confidence threshold to look at, or to keep; empty for none."""

    threshold = forms.FloatField(required=False, min_value=0, max_value=1)


def wanted_threshold(query: QueryDict) -> float | None:
    """The threshold that a page's query asks to show; ``None`` where it is none."""
    form = ThresholdForm(query)
    return form.cleaned_data["threshold"] if form.is_valid() else None
