"""results.forms.AgainForm: what the form that runs a session again takes."""

from typing import Any

import pytest

from results.forms import AgainForm
from results.models import Classifier, Session

SESSION = Session(classifier=Classifier(name="a"))


def _form(data: dict[str, Any] | None, *names: str) -> AgainForm:
    return AgainForm(data, classifiers=[Classifier(name=name) for name in names], session=SESSION)


def test_takes_a_classifier_on_offer_and_a_rate() -> None:
    form = _form({"classifier": "b", "fps": "0"}, "a", "b", "a")
    assert form.is_valid()
    assert form.cleaned_data == {"classifier": "b", "fps": 0.0}
    assert form.classifier_names == ("a", "b")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"classifier": "c"}, id="not on offer"),
        pytest.param({"fps": "-1"}, id="a negative rate"),
        pytest.param({"fps": ""}, id="no rate"),
    ],
)
def test_refuses_what_nobody_can_run(change: dict[str, str]) -> None:
    assert not _form({"classifier": "b", "fps": "0", **change}, "b").is_valid()


def test_the_sessions_own_is_chosen_where_there_is_no_other() -> None:
    assert _form(None, "a")["classifier"].initial is None
