"""Of the indexes on predictions only the unique one stays: see docs/decisions/0008-indexes.md."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE = "results_prediction"


def drop_session_index(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the index on the session alone, by whatever name it has.

    Altering the field would do the same, but on SQLite by copying the whole table.
    """
    del apps
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, TABLE)
    for name, found in constraints.items():
        if found["index"] and not found["unique"] and found["columns"] == ["session_id"]:
            schema_editor.execute(f"DROP INDEX {schema_editor.quote_name(name)}")


def create_session_index(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create it again, on the way back."""
    del apps
    quote = schema_editor.quote_name
    schema_editor.execute(
        f"CREATE INDEX {quote(f'{TABLE}_session_id')} ON {quote(TABLE)} ({quote('session_id')})"
    )


class Migration(migrations.Migration):

    dependencies = [("results", "0004_session_repeats")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(drop_session_index, create_session_index)],
            state_operations=[
                migrations.AlterField(
                    model_name="prediction",
                    name="session",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="predictions",
                        to="results.session",
                    ),
                ),
            ],
        ),
        migrations.RemoveIndex(model_name="prediction", name="prediction_by_class"),
        migrations.RemoveIndex(model_name="prediction", name="prediction_by_confidence"),
    ]
