"""Each budget that exists becomes one scenario, kept; what its lines count for is written beside them."""

from decimal import Decimal

from django.db import migrations
from django.db.models import F, OuterRef, Subquery

CHUNK = 2000


def _ingenieries(apps):
    """Those that have a budget or any line of one."""
    found = set()
    for name in ("Budget", "LigneCharge", "LigneRessource", "ValorisationTemps"):
        found |= set(apps.get_model("engagement", name).objects.values_list("ingenierie_id", flat=True).distinct())
    return sorted(found)


def forwards(apps, schema_editor):
    Budget = apps.get_model("engagement", "Budget")
    Scenario = apps.get_model("engagement", "ScenarioBudget")
    Charge = apps.get_model("engagement", "LigneCharge")
    Ressource = apps.get_model("engagement", "LigneRessource")
    Temps = apps.get_model("engagement", "ValorisationTemps")
    pks = _ingenieries(apps)
    Scenario.objects.bulk_create(
        [Scenario(ingenierie_id=pk, nom="Scénario 1", retenu=True, position=1) for pk in pks], batch_size=CHUNK
    )
    scenario = Subquery(Scenario.objects.filter(ingenierie=OuterRef("ingenierie"), retenu=True).values("pk")[:1])
    for model in (Charge, Ressource, Temps):
        model.objects.update(scenario=scenario)
    # Amounts were all said in the regime of the budget, with no rate.
    Charge.objects.update(compte=F("montant"))
    ht = Budget.objects.filter(regime="ht").values("ingenierie")
    Charge.objects.filter(ingenierie__in=ht).update(base="ht")
    for first in range(0, len(pks), CHUNK):
        part = pks[first : first + CHUNK]
        charges, ressources = {}, {}
        for pk, montant in Charge.objects.filter(ingenierie__in=part).values_list("ingenierie_id", "montant"):
            charges[pk] = charges.get(pk, Decimal("0.00")) + montant
        rows = Ressource.objects.filter(ingenierie__in=part).values_list("ingenierie_id", "obtenu", "demande")
        for pk, obtenu, demande in rows:
            compte = obtenu if obtenu is not None else (demande or Decimal("0.00"))
            ressources[pk] = ressources.get(pk, Decimal("0.00")) + compte
        present = {row.ingenierie_id: row for row in Budget.objects.filter(ingenierie__in=part)}
        missing = [Budget(ingenierie_id=pk, version=0) for pk in part if pk not in present]
        Budget.objects.bulk_create(missing)
        rows = list(Budget.objects.filter(ingenierie__in=part))
        for row in rows:
            row.total_charges = charges.get(row.ingenierie_id, Decimal("0.00"))
            row.total_ressources = ressources.get(row.ingenierie_id, Decimal("0.00"))
        Budget.objects.bulk_update(rows, ["total_charges", "total_ressources"], batch_size=CHUNK)


class Migration(migrations.Migration):
    dependencies = [("engagement", "0002_budget_en_scenarios")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
