"""The forms that start a session."""

from collections import Counter
from collections.abc import Iterable, Sequence

from django import forms
from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from results.models import Classifier, Dataset, Session

MAX_INTEGER = 2**53 - 1  # what a browser's number field holds exactly


class SessionForm(forms.Form):
    """Which classifier shall see which frames, how fast; the services check the limits.

    Args:
        datasets: What can be streamed, the current one first.
    """

    dataset = forms.ChoiceField(label=gettext_lazy("Dataset"), required=False)
    classifier = forms.ChoiceField(label=gettext_lazy("Classifier"))
    count = forms.IntegerField(
        label=gettext_lazy("Frames"),
        required=False,
        min_value=1,
        max_value=MAX_INTEGER,
        initial=100,
    )
    fps = forms.FloatField(
        label=gettext_lazy("Frames a second"),
        min_value=0,
        initial=10,
        help_text=gettext_lazy("0: as fast as it goes"),
    )
    offset = forms.IntegerField(
        label=gettext_lazy("First frame"),
        min_value=0,
        max_value=MAX_INTEGER,
        initial=0,
        required=False,
    )

    def __init__(
        self,
        data: object = None,
        *,
        classifiers: Iterable[Classifier],
        datasets: Sequence[Dataset],
    ) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a request's QueryDict or None
        # Of two classifiers by one name, which a client runs is the client's business.
        self.classifier_names = tuple(dict.fromkeys(one.name for one in classifiers))
        self.fields["classifier"] = forms.ChoiceField(
            label=gettext_lazy("Classifier"),
            choices=[(name, name) for name in self.classifier_names],
        )
        self.fields["dataset"] = forms.ChoiceField(
            label=gettext_lazy("Dataset"), required=False, choices=_dataset_choices(datasets)
        )
        if len(datasets) == 1:
            self.fields["count"].help_text = _("empty: all %(frames)s of %(dataset)s") % {
                "frames": _frames(datasets[0]),
                "dataset": datasets[0].name,
            }
        elif datasets:
            self.fields["count"].help_text = _("empty: all of the dataset")

    def clean_dataset(self) -> str | None:
        """Empty means the current one."""
        return self.cleaned_data["dataset"] or None

    def clean_offset(self) -> int:
        """Empty means from the first frame."""
        return self.cleaned_data["offset"] or 0


class AgainForm(forms.Form):
    """Which classifier shall see the frames of a session again, how fast."""

    classifier = forms.ChoiceField(label=gettext_lazy("Classifier"))
    fps = forms.FloatField(
        label=gettext_lazy("Frames a second"),
        min_value=0,
        initial=0,
        help_text=gettext_lazy("0: as fast as it goes"),
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
            label=gettext_lazy("Classifier"),
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


def _dataset_choices(datasets: Sequence[Dataset]) -> list[tuple[str, str]]:
    """Each by its hash, told apart by it too where two read the same."""
    names = [
        _("%(dataset)s (%(frames)s frames)")
        % {"dataset": f"{each.name} {each.split}".strip(), "frames": _frames(each)}
        for each in datasets
    ]
    seen = Counter(names)
    return [
        (each.sha256, f"{name} {each.sha256[:8]}" if seen[name] > 1 else name)
        for each, name in zip(datasets, names, strict=True)
    ]


def _frames(dataset: Dataset) -> str:
    return number_format(dataset.count, force_grouping=True)
