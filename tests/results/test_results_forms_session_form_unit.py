"""results.forms.SessionForm: what the form takes."""

from typing import Any

import pytest

from results.forms import SessionForm
from results.models import Classifier, Dataset

CLASSIFIERS = [Classifier(name="a"), Classifier(name="b"), Classifier(name="a")]
GOOD = {"classifier": "a", "count": "5", "fps": "1.5", "offset": "2"}


def _form(**change: Any) -> SessionForm:
    return SessionForm({**GOOD, **change}, classifiers=CLASSIFIERS, dataset=None)


def test_reads_numbers_and_offers_each_name_once() -> None:
    form = _form()
    assert form.is_valid()
    assert form.cleaned_data == {"classifier": "a", "count": 5, "fps": 1.5, "offset": 2}
    assert form.classifier_names == ("a", "b")


def test_empty_means_all_from_the_first_frame() -> None:
    form = _form(count="", offset="")
    assert form.is_valid()
    assert (form.cleaned_data["count"], form.cleaned_data["offset"]) == (None, 0)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"classifier": "c"}, id="not on offer"),
        pytest.param({"count": "0"}, id="no frames"),
        pytest.param({"fps": "inf"}, id="infinite"),
        pytest.param({"fps": ""}, id="no rate"),
        pytest.param({"offset": "-1"}, id="negative"),
    ],
)
def test_refuses_what_is_out_of_range(change: dict[str, str]) -> None:
    assert not _form(**change).is_valid()


def test_says_how_many_frames_there_are() -> None:
    dataset = Dataset(name="mnist", count=60000)
    form = SessionForm(classifiers=CLASSIFIERS, dataset=dataset)
    assert form.fields["count"].help_text == "empty: all 60,000 of mnist"
