import uuid

from django.db import migrations, models


def _name_each(apps, schema_editor):
    """A session recorded before this one has an identifier of its own too."""
    sessions = apps.get_model("engagement", "SeanceComite")._base_manager
    for pk in sessions.filter(uid=None).values_list("pk", flat=True):
        sessions.filter(pk=pk).update(uid=uuid.uuid4())


class Migration(migrations.Migration):

    dependencies = [
        ("engagement", "0002_contact_structure"),
    ]

    operations = [
        migrations.AddField(
            model_name="seancecomite",
            name="sequence",
            field=models.PositiveIntegerField(default=0, editable=False, verbose_name="numéro d’agenda"),
        ),
        migrations.AddField(
            model_name="seancecomite",
            name="uid",
            field=models.UUIDField(default=None, editable=False, null=True, verbose_name="identifiant d’agenda"),
        ),
        migrations.RunPython(_name_each, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="seancecomite",
            name="uid",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="identifiant d’agenda"),
        ),
    ]
