"""An opinion is answered in writing; the validations by the structures porteuses are made anew, one per DLA."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("engagement", "0001_initial")]

    operations = [
        migrations.AddField(
            "aviscomite", "reponse", models.TextField(blank=True, max_length=4000, verbose_name="réponse du pilote")
        ),
        migrations.AddField(
            "aviscomite",
            "reponse_le",
            models.DateTimeField(blank=True, editable=False, null=True, verbose_name="répondu le"),
        ),
        migrations.AddField(
            "aviscomite",
            "reponse_par",
            models.CharField(blank=True, editable=False, max_length=200, verbose_name="répondu par"),
        ),
        migrations.DeleteModel("ValidationPorteur"),
    ]
