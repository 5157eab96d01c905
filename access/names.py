"""What models and their fields are called, in the reader's language."""

from collections.abc import Collection

from django.apps import AppConfig
from django.utils.translation import gettext_lazy, gettext_noop

NAMES = (
    *(gettext_noop("access token"), gettext_noop("access tokens"), gettext_noop("name")),
    *(gettext_noop("can stream"), gettext_noop("can read"), gettext_noop("owner")),
    *(gettext_noop("created at"), gettext_noop("expires at"), gettext_noop("revoked at")),
    gettext_noop("last used at"),
    gettext_noop("whose it is or what for; letters, digits, dots, dashes and underscores"),
    gettext_noop("open sessions, take frames, give predictions"),
    gettext_noop("read sessions, predictions, pictures and reports"),
    gettext_noop("the token works as long as this person's account is active"),
    gettext_noop("empty: never"),
    gettext_noop("to the minute"),
)


def name_models(config: AppConfig, names: Collection[str]) -> None:
    """Have an app's models, fields and their help said by a catalogue, where it has the words.

    Done when the app is ready: written into the models, a name for each field would be a migration
    that changes no table.

    Args:
        names: What Django calls them by itself, in English, marked for the catalogue.
    """
    for model in config.get_models():
        meta = model._meta
        # The plural is made of the singular, so it comes first.
        plural = str(meta.verbose_name_plural)
        meta.verbose_name_plural = gettext_lazy(plural) if plural in names else plural
        if meta.verbose_name in names:
            meta.verbose_name = gettext_lazy(str(meta.verbose_name))
        for field in meta.local_fields:
            if field.verbose_name in names:
                field.verbose_name = gettext_lazy(str(field.verbose_name))
            if field.help_text in names:
                field.help_text = gettext_lazy(str(field.help_text))
