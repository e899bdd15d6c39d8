import django.db.models.deletion
from django.db import migrations, models


def forget(apps, schema_editor):
    """Entries are made of the publications: ``reindexer_portefeuille`` writes them again."""
    apps.get_model("recherche", "Entree").objects.all().delete()


class Migration(migrations.Migration):
    """A stamp per région, so that what one publishes does not wait for another."""

    dependencies = [("recherche", "0001_initial"), ("referentiels", "0001_initial")]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
        migrations.DeleteModel("Horodatage"),
        migrations.CreateModel(
            "Horodatage",
            fields=[
                (
                    "region",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="referentiels.region",
                        verbose_name="région",
                    ),
                ),
                ("value", models.BigIntegerField(default=0, verbose_name="dernier rang")),
            ],
            options={
                "verbose_name": "dernier changement de la recherche dans une région",
                "verbose_name_plural": "derniers changements de la recherche",
            },
        ),
        migrations.AddField(
            "entree",
            "region",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="referentiels.region",
                verbose_name="région",
            ),
        ),
        migrations.AlterField(
            "entree", "stamp", models.BigIntegerField(verbose_name="rang du changement dans la région")
        ),
        migrations.AlterModelOptions(
            "entree",
            options={
                "ordering": ["region", "stamp", "publication"],
                "verbose_name": "entrée de recherche",
                "verbose_name_plural": "entrées de recherche",
            },
        ),
        migrations.AddIndex(
            "entree", models.Index(fields=["region", "stamp"], name="entree_stamp_idx")
        ),
    ]
