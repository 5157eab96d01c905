"""tools.build_asyncapi.asyncapi_yaml."""

import yaml

from tools.build_asyncapi import PATH, asyncapi_document, asyncapi_yaml


def test_is_the_document() -> None:
    assert yaml.safe_load(asyncapi_yaml()) == asyncapi_document()


def test_is_what_the_documents_have() -> None:
    assert (
        PATH.read_text("utf-8") == asyncapi_yaml()
    ), "the messages have changed; run: python -m tools.build_asyncapi"
