import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("results", "0003_owners"),
    ]

    operations = [
        migrations.AddField(
            model_name="session",
            name="repeats",
            field=models.ForeignKey(
                blank=True,
                help_text="the session whose frames it streams again, each under the same sequence",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="repetitions",
                to="results.session",
            ),
        ),
    ]
