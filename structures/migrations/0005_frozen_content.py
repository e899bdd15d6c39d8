import core.clock
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("structures", "0004_frozen")]

    operations = [
        migrations.RenameField("versiondiagnostic", "partage_le", "le"),
        migrations.RenameField("versiondiagnostic", "partage_par", "par"),
        migrations.RenameField("actualisationplan", "date", "le"),
        migrations.AddField(
            "versiondiagnostic", "empreinte", models.CharField("empreinte", max_length=64, default=""), preserve_default=False
        ),
        migrations.AddField(
            "actualisationplan", "empreinte", models.CharField("empreinte", max_length=64, default=""), preserve_default=False
        ),
        migrations.AlterField(
            model_name='actualisationplan',
            name='contenu',
            field=models.TextField(verbose_name='contenu'),
        ),
        migrations.AlterField(
            model_name='actualisationplan',
            name='empreinte',
            field=models.CharField(editable=False, max_length=64, verbose_name='empreinte SHA-256 du contenu'),
        ),
        migrations.AlterField(
            model_name='actualisationplan',
            name='numero',
            field=models.PositiveSmallIntegerField(verbose_name='numéro'),
        ),
        migrations.AlterField(
            model_name='versiondiagnostic',
            name='contenu',
            field=models.TextField(verbose_name='contenu'),
        ),
        migrations.AlterField(
            model_name='versiondiagnostic',
            name='empreinte',
            field=models.CharField(editable=False, max_length=64, verbose_name='empreinte SHA-256 du contenu'),
        ),
        migrations.AlterField(
            model_name='versiondiagnostic',
            name='le',
            field=models.DateTimeField(default=core.clock.now, verbose_name='le'),
        ),
        migrations.AlterField(
            model_name='versiondiagnostic',
            name='numero',
            field=models.PositiveSmallIntegerField(verbose_name='numéro'),
        ),
        migrations.AlterField(
            model_name='versiondiagnostic',
            name='par',
            field=models.CharField(max_length=200, verbose_name='par'),
        ),
    ]
