"""Where the pages of the syntheses are found in the demonstration data, and who reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.finders import OPEN, PILOTE, Visit


def _synthese(state: str, **filters: Any) -> Any:
    from evaluation.synthese.models import Synthese

    found = Synthese.objects.filter(state=state, **filters).order_by("pk").first()
    assert found, f"les données de démonstration n’ont aucune synthèse « {state} » ({filters})"
    return found


def of(state: str, *, closed: bool = False, **more: Any) -> Callable[[Any], dict]:
    """A synthesis in its ingénierie; ``more`` is what follows it in the address."""
    return lambda world: {"pk": _synthese(state, **({} if closed else OPEN)).ingenierie_id, **more}


def recipient(world: Any) -> dict:
    """Somebody who received a shared synthesis."""
    from evaluation.synthese.models import DestinataireSynthese

    rows = DestinataireSynthese.objects.filter(synthese__state="partagee", version_recue__isnull=False)
    found = rows.select_related("synthese").order_by("pk").first()
    return {"pk": found.synthese.ingenierie_id, "destinataire": found.pk}


def none(world: Any) -> dict:
    """An ingénierie at « Confirmer » that has no synthesis."""
    from projects.ingenierie.models import Ingenierie

    rows = Ingenierie.objects.filter(state="confirmer", synthese__isnull=True)
    return {"pk": rows.order_by("pk").first().pk}


def shown(world: Any) -> dict:
    """One that its pilot shows to the region."""
    from evaluation.synthese.models import Synthese

    rows = Synthese.objects.shown_to_region(world.actor("c2ra"))
    return {"pk": rows.order_by("pk").first().ingenierie_id}


VISITS = (
    Visit(PILOTE, "evaluation:synthese", none, label="rien"),
    Visit(PILOTE, "evaluation:synthese", of("brouillon"), label="brouillon"),
    Visit(PILOTE, "evaluation:synthese", of("partagee"), label="partagee"),
    Visit(PILOTE, "evaluation:synthese", of("arretee", closed=True), label="arretee"),
    Visit(PILOTE, "evaluation:synthese_ecrire", of("brouillon", partie="collecte"), label="collecte"),
    Visit(PILOTE, "evaluation:synthese_ecrire", of("brouillon", partie="efficience"), label="efficience"),
    Visit(PILOTE, "evaluation:synthese_version", of("arretee", closed=True, numero=1)),
    Visit(PILOTE, "evaluation:synthese_destinataires", of("partagee")),
    Visit(PILOTE, "evaluation:synthese_destinataire_ajouter", of("partagee")),
    Visit(PILOTE, "evaluation:synthese_proposes", of("brouillon")),
    Visit(PILOTE, "evaluation:synthese_destinataire", recipient),
    Visit(PILOTE, "evaluation:synthese_remise", recipient),
    Visit("c2ra", "evaluation:synthese_de_la_region", shown),
)
