"""A device's name becomes a device that is there, or a sentence about it."""

import pytest
import torch

from analysis.classifiers.devices import resolve_device
from analysis.errors import ClassifierError


@pytest.mark.parametrize(
    ("name", "has_cuda", "expected"),
    [
        pytest.param("auto", False, "cpu", id="auto without a GPU"),
        pytest.param("auto", True, "cuda", id="auto with a GPU"),
        pytest.param("cpu", True, "cpu", id="cpu although there is a GPU"),
        pytest.param("cuda:1", True, "cuda:1", id="one GPU of several"),
    ],
)
def test_resolves(
    monkeypatch: pytest.MonkeyPatch, name: str, has_cuda: bool, expected: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: has_cuda)
    assert resolve_device(name) == torch.device(expected)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        pytest.param("abacus", "expected auto, cpu or cuda, got 'abacus'", id="no device"),
        pytest.param("mps", "expected auto, cpu or cuda, got 'mps'", id="another kind"),
        pytest.param("cuda", "got 'cuda' and no GPU found", id="no GPU"),
    ],
)
def test_refuses(monkeypatch: pytest.MonkeyPatch, name: str, message: str) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ClassifierError, match=message):
        resolve_device(name)
