"""Targets that were typed as words and start with a number become that number and its unit."""

import re
from decimal import Decimal

from django.db import migrations

_NUMBER = re.compile(r"(\d{1,9}(?:,\d{1,2})?)(?:\s+(\S.{0,79}))?")


def forwards(apps, schema_editor):
    Resultat = apps.get_model("engagement", "ResultatAttendu")
    rows = []
    for row in Resultat.objects.filter(nature="quantitatif").exclude(cible=""):
        found = _NUMBER.fullmatch(row.cible.strip())
        if found:
            row.cible_nombre, row.cible_unite, row.cible = Decimal(found[1].replace(",", ".")), found[2] or "", ""
            rows.append(row)
    Resultat.objects.bulk_update(rows, ["cible_nombre", "cible_unite", "cible"], batch_size=2000)


class Migration(migrations.Migration):
    dependencies = [("engagement", "0005_cibles_et_mesures")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
