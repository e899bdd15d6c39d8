import core.clock
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("engagement", "0003_seance_calendar")]

    operations = [
        migrations.RenameField("versionbudget", "prise_le", "le"),
        migrations.RenameField("versionbudget", "prise_par", "par"),
        migrations.RemoveField("versionbudget", "schema"),
        migrations.AlterField(
            model_name='versionbudget',
            name='empreinte',
            field=models.CharField(editable=False, max_length=64, verbose_name='empreinte SHA-256 du contenu'),
        ),
        migrations.AlterField(
            model_name='versionbudget',
            name='le',
            field=models.DateTimeField(default=core.clock.now, verbose_name='le'),
        ),
        migrations.AlterField(
            model_name='versionbudget',
            name='numero',
            field=models.PositiveSmallIntegerField(verbose_name='numéro'),
        ),
        migrations.AlterField(
            model_name='versionbudget',
            name='par',
            field=models.CharField(max_length=200, verbose_name='par'),
        ),
    ]
