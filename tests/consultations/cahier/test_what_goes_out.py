"""What goes out with a cahier des charges: what it says is annexed is in it, what is debated stays in the dossier."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from consultations.cahier import annexes, content, sections, services
from consultations.cahier.enums import PIECE_DIAGNOSTIC
from consultations.cahier.models import CahierDesCharges
from core.errors import ConditionsNotMet
from core.uploads import attach
from mobilisation.scenarios.services import update_scenario
from tests.consultations.slot import SYSTEM
from tests.core.upload_files import uploaded


def again(cahier):
    """The row as recorded now."""
    return CahierDesCharges.objects.get(pk=cahier.pk)


def test_what_the_cahier_says_is_annexed_of_the_diagnostic_is_in_it(cahier):
    def lacks(**values):
        services.update_section(cahier, "annexes", values, actor=SYSTEM)
        return [m.label for m in sections.missing(again(cahier)) if m.field == "diagnostic"]

    everyone = lacks(diagnostic="complet")
    assert len(everyone) == 1 and everyone[0].endswith("(à préciser) et 2\u00a0autres")
    assert lacks(diagnostic="synthese", diagnostic_synthese="") == ["la synthèse du diagnostic, écrite ou en fichier"]
    with pytest.raises(ConditionsNotMet):
        services.valider(again(cahier), SYSTEM)
    assert lacks(diagnostic="synthese", diagnostic_synthese="Trois points.") == []
    assert lacks(diagnostic="aucun", diagnostic_synthese="") == []
    attach(cahier, uploaded("etude.pdf"), actor=SYSTEM, scope=cahier.ingenierie, category="annexe")
    whole = {"diagnostic": "complet"}
    for cible in cahier.structures_presentees():
        annexes.save_annexe(cahier, cible, whole, actor=SYSTEM)
    assert "(diagnostic à joindre)" in lacks(diagnostic="complet")[0]
    attach(cahier, uploaded("diagnostic.pdf"), actor=SYSTEM, scope=cahier.ingenierie, category=PIECE_DIAGNOSTIC)
    assert "(accord à recueillir)" in lacks(diagnostic="complet")[0]
    for cible in cahier.structures_presentees():
        agreed = {"accord_le": dt.date(2026, 11, 20), "accord_par": "La présidente"}
        annexes.save_annexe(cahier, cible, whole | agreed, actor=SYSTEM)
    assert lacks(diagnostic="complet") == []
    assert {a["nom"] for a in content.build(again(cahier))["annexes"]} == {
        "etude.pdf",
        "diagnostic.pdf",
    }


def test_the_debate_on_scenarios_stays_in_the_dossier(dossier):
    kept = dossier.scenarios.get(retenu=True)
    update_scenario(kept, actor=SYSTEM, expected_version=None, values={"avantages": "Le prestataire coûtera moins."})
    cahier = services.create_cahier(dossier, SYSTEM)
    assert "Rythme : Trois journées par module" in cahier.conditions
    assert "coûtera moins" not in json.dumps(content.build(cahier), ensure_ascii=False)
