"""What goes out with a cahier des charges: what it says is annexed is in it, what is debated stays in the dossier."""

from __future__ import annotations

import json

import pytest

from consultations.cahier import content, sections, services
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

    assert lacks(diagnostic="complet") == ["le fichier du diagnostic complet"]
    assert lacks(diagnostic="synthese", diagnostic_synthese="") == ["la synthèse du diagnostic, écrite ou en fichier"]
    with pytest.raises(ConditionsNotMet):
        services.valider(again(cahier), SYSTEM)
    assert lacks(diagnostic="synthese", diagnostic_synthese="Trois points.") == []
    assert lacks(diagnostic="aucun", diagnostic_synthese="") == []
    attach(cahier, uploaded("etude.pdf"), actor=SYSTEM, scope=cahier.ingenierie, category="annexe")
    assert lacks(diagnostic="complet") == ["le fichier du diagnostic complet"]
    attach(cahier, uploaded("diagnostic.pdf"), actor=SYSTEM, scope=cahier.ingenierie, category=PIECE_DIAGNOSTIC)
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
