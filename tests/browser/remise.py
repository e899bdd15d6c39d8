"""Where productions, final reports and payments are found in the demonstration data, and who reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.browser.finders import ANONYME, PILOTE, Visit, _signed_link


def _rapport(state: str) -> Any:
    """A report in that state, of an open ingénierie whose prestataire has somebody in the application."""
    from missions.rapports.models import RapportFinal
    from projects.enums import OPEN_STATES

    rows = RapportFinal.objects.filter(state=state, convention__ingenierie__state__in=OPEN_STATES).order_by("pk")
    for row in rows.select_related("convention__choix__prestataire"):
        if row.preconisations.exists() and row.convention.choix.prestataire.membres.active().exists():
            return row
    raise AssertionError(f"les données de démonstration n’ont aucun rapport « {state} »")


def person() -> Any:
    """Somebody of the prestataire that writes its report."""
    prestataire = _rapport("redaction").convention.choix.prestataire
    return prestataire.membres.active().order_by("role", "pk").first().user


def _parts(name: str) -> dict:
    from missions.paiements.echeancier import echeances_of

    rapport = _rapport("redaction")
    convention = rapport.convention
    if name == "production":
        return {"production": convention.productions.order_by("pk").first().pk}
    if name == "structure":
        from missions.conventions.prefill import beneficiaires

        return {"structure": beneficiaires(convention.ingenierie)[0].pk}
    if name in ("etape", "resultat", "preconisation"):
        rows = {"etape": rapport.etapes, "resultat": rapport.resultats, "preconisation": rapport.preconisations}[name]
        return {name: rows.first().pk}
    if name in ("demandee", "libre"):
        rows = [row for row in echeances_of(convention) if not row.paye and row.demande == (name == "demandee")]
        return {"cle": rows[0].cle}
    return {"section": name} if name else {}


def mission(name: str = "") -> Callable[[Any], dict]:
    """A mission whose report is being written, and something of it, for the team."""

    def found(world: Any) -> dict:
        convention = _rapport("redaction").convention
        return {"pk": convention.ingenierie_id, "convention": convention.pk, **_parts(name)}

    return found


def espace(name: str = "") -> Callable[[Any], dict]:
    """The same for the prestataire."""

    def found(world: Any) -> dict:
        return {"convention": _rapport("redaction").convention.pk, **_parts(name)}

    return found


def rapport(state: str) -> Callable[[Any], dict]:
    """A report in that state, for the team."""

    def found(world: Any) -> dict:
        convention = _rapport(state).convention
        return {"pk": convention.ingenierie_id, "convention": convention.pk}

    return found


def reprise(world: Any) -> dict:
    """A recommendation of a report received."""
    row = _rapport("remis")
    place = {"pk": row.convention.ingenierie_id, "convention": row.convention_id}
    return {**place, "preconisation": row.preconisations.first().pk}


def link(world: Any) -> dict:
    """The personal link of a structure to what it receives."""
    from accounts.models import Grant
    from accounts.services import link_token

    found = Grant.objects.filter(purpose="productions-structure", revoked_at=None).order_by("pk").first()
    assert found, "les données de démonstration n’ont aucun lien vers les productions"
    return {"token": link_token(found)}


VISITS: list[Visit] = [
    Visit(PILOTE, "missions:productions", mission()),
    Visit(PILOTE, "missions:production_ajouter", mission()),
    Visit(PILOTE, "missions:production", mission("production")),
    Visit(PILOTE, "missions:productions_structure", mission("structure")),
    Visit(PILOTE, "missions:note_partenaires", mission()),
    Visit(PILOTE, "missions:rapport", mission(), label="rédaction"),
    Visit(PILOTE, "missions:rapport_etape", mission("etape")),
    Visit(PILOTE, "missions:rapport_resultat", mission("resultat")),
    Visit(PILOTE, "missions:preconisation_ajouter", mission()),
    Visit(PILOTE, "missions:preconisation", mission("preconisation")),
    Visit(PILOTE, "missions:paiements", mission()),
    Visit(PILOTE, "missions:paiement_demander", mission("libre")),
    Visit(PILOTE, "missions:paiement_modifier", mission("demandee")),
    Visit(PILOTE, "missions:paiement_payer", mission("demandee")),
    *(
        Visit(PILOTE, "missions:rapport_section", mission(code), label=code)
        for code in ("attentes", "deroulement", "productions", "resultats", "effets", "observations")
    ),
    Visit(PILOTE, "missions:rapport", rapport("remis"), label="remis"),
    Visit(PILOTE, "missions:preconisation_reprendre", reprise),
    Visit("redacteur", "mission:productions", espace()),
    Visit("redacteur", "mission:production_ajouter", espace()),
    Visit("redacteur", "mission:production", espace("production")),
    Visit("redacteur", "mission:rapport", espace()),
    Visit("redacteur", "mission:rapport_section", espace("effets")),
    Visit("redacteur", "mission:rapport_etape", espace("etape")),
    Visit("redacteur", "mission:rapport_resultat", espace("resultat")),
    Visit("redacteur", "mission:preconisation_ajouter", espace()),
    Visit("redacteur", "mission:preconisation", espace("preconisation")),
    Visit("redacteur", "mission:paiements", espace()),
    Visit("redacteur", "mission:paiement_demander", espace("libre")),
    Visit("redacteur", "mission:paiement_modifier", espace("demandee")),
    Visit(ANONYME, "lien", link, label="productions"),
    Visit(ANONYME, "lien", _signed_link, label="convention signée"),
]
