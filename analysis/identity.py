"""Who this client is and what it brings, as the protocol asks for it."""

import socket
from importlib import metadata

import msgspec

from analysis.classifiers.card import Card
from streaming.messages import ClassifierInfo, ClientInfo


def client_info() -> ClientInfo:
    """This program and the machine it runs on."""
    try:
        version = metadata.version("fashionsite")
    except metadata.PackageNotFoundError:
        # Run from a clone, as `make run` does.
        version = "source"
    return ClientInfo(name=f"analyze on {socket.gethostname()}"[:100], version=version)


def classifier_info(card: Card) -> ClassifierInfo:
    """A classifier as its card describes it; its weights need not be loaded."""
    return ClassifierInfo(
        name=card.name,
        sha256=card.weights.sha256,
        class_names=list(card.class_names),
        parameter_count=card.weights.parameter_count,
        card=msgspec.to_builtins(card),
    )
