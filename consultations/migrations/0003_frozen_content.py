import core.clock
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("consultations", "0002_prestataire_consulte")]

    operations = [
        migrations.RenameField("versiondiffusee", "diffusee_le", "le"),
        migrations.RenameField("versiondiffusee", "diffusee_par", "par"),
        migrations.RemoveField("versiondiffusee", "schema"),
        migrations.AlterField(
            model_name='versiondiffusee',
            name='empreinte',
            field=models.CharField(editable=False, max_length=64, verbose_name='empreinte SHA-256 du contenu'),
        ),
        migrations.AlterField(
            model_name='versiondiffusee',
            name='le',
            field=models.DateTimeField(default=core.clock.now, verbose_name='le'),
        ),
        migrations.AlterField(
            model_name='versiondiffusee',
            name='numero',
            field=models.PositiveSmallIntegerField(verbose_name='numéro'),
        ),
        migrations.AlterField(
            model_name='versiondiffusee',
            name='par',
            field=models.CharField(max_length=200, verbose_name='par'),
        ),
    ]
