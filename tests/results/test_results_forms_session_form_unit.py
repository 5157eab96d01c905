"""results.forms.SessionForm: what the form takes."""

from typing import Any

import pytest
from django.forms import ChoiceField

from results.forms import SessionForm
from results.models import Classifier, Dataset

CLASSIFIERS = [Classifier(name="a"), Classifier(name="b"), Classifier(name="a")]
DATASETS = [
    Dataset(sha256="a" * 64, name="mnist", split="test", count=60000),
    Dataset(sha256="b" * 64, name="shop", count=12),
]
GOOD = {"classifier": "a", "count": "5", "fps": "1.5", "offset": "2"}


def _datasets_of(form: SessionForm) -> list[tuple[str, str]]:
    field = form.fields["dataset"]
    assert isinstance(field, ChoiceField)
    choices: Any = field.choices
    return list(choices)


def _form(**change: Any) -> SessionForm:
    return SessionForm({**GOOD, **change}, classifiers=CLASSIFIERS, datasets=DATASETS)


def test_reads_numbers_and_offers_each_name_once() -> None:
    form = _form()
    assert form.is_valid()
    assert form.cleaned_data == {
        **{"dataset": None, "classifier": "a", "count": 5, "fps": 1.5, "offset": 2}
    }
    assert form.classifier_names == ("a", "b")


def test_empty_means_all_from_the_first_frame() -> None:
    form = _form(count="", offset="")
    assert form.is_valid()
    assert (form.cleaned_data["count"], form.cleaned_data["offset"]) == (None, 0)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"classifier": "c"}, id="not on offer"),
        pytest.param({"dataset": "c" * 64}, id="a dataset that is not there"),
        pytest.param({"count": "0"}, id="no frames"),
        pytest.param({"fps": "inf"}, id="infinite"),
        pytest.param({"fps": ""}, id="no rate"),
        pytest.param({"offset": "-1"}, id="negative"),
    ],
)
def test_refuses_what_is_out_of_range(change: dict[str, str]) -> None:
    assert not _form(**change).is_valid()


def test_offers_datasets_by_their_hash_the_first_one_chosen() -> None:
    form = _form()
    assert _datasets_of(form) == [
        ("a" * 64, "mnist test (60,000 frames)"),
        ("b" * 64, "shop (12 frames)"),
    ]
    assert form.fields["count"].help_text == "empty: all of the dataset"
    chosen = _form(dataset="b" * 64)
    assert chosen.is_valid()
    assert chosen.cleaned_data["dataset"] == "b" * 64


def test_tells_datasets_apart_that_read_the_same() -> None:
    alike = [Dataset(sha256=letter * 64, name="shop", count=12) for letter in "cd"]
    form = SessionForm(classifiers=CLASSIFIERS, datasets=[*DATASETS[:1], *alike])
    assert [name for _, name in _datasets_of(form)] == [
        "mnist test (60,000 frames)",
        "shop (12 frames) cccccccc",
        "shop (12 frames) dddddddd",
    ]


def test_says_how_many_frames_there_are_of_the_only_dataset() -> None:
    form = SessionForm(classifiers=CLASSIFIERS, datasets=DATASETS[:1])
    assert form.fields["count"].help_text == "empty: all 60,000 of mnist"


def test_without_a_dataset_there_is_none_to_choose() -> None:
    assert not _datasets_of(SessionForm(classifiers=CLASSIFIERS, datasets=[]))
