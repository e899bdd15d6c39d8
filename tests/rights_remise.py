"""Who gets what of productions, final reports and payments: part of tests/rights_missions.py."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile

from core.actor import Actor
from missions.paiements import services as paiements
from missions.paiements.echeancier import echeances_of
from missions.productions import services as productions
from missions.productions.models import NotePartenaires
from missions.rapports import services as rapports
from projects.structures_ciblees.models import StructureCiblee
from tests.core.upload_files import PDF
from tests.factories import StructureFactory
from tests.rights_lines import ALLOWED, Line, _same, act, edit, read, theirs

SYSTEM = Actor.system("recette")


def remise_of(running: Any) -> dict[str, Any]:
    """A production, a report being written with a recommendation, a payment asked for, of a signed mission."""
    production = productions.hand_over(
        running, {"titre": "Une note", "url": "https://example.org/note"}, actor=SYSTEM, fichiers=[]
    )
    rapport = rapports.begin(running, actor=SYSTEM)
    preconisation = rapports.add_preconisation(rapport, {"texte": "Continuer."}, actor=SYSTEM)
    first, last = echeances_of(running)[:2]
    paiements.demander(
        running,
        first.cle,
        {"demande_le": running.signee_le, "montant_demande": first.montant},
        actor=SYSTEM,
        facture=ContentFile(PDF + b"%f", name="facture.pdf"),
    )
    note = NotePartenaires.objects.create(convention=running, titre="Nouvelles", texte="Deux.", envoyee_par="A")
    ingenierie = running.ingenierie
    beneficiaire = StructureCiblee(
        ingenierie=ingenierie, structure=StructureFactory(organisation=ingenierie.pilote), state="confirmee"
    )
    beneficiaire.save()
    return {
        "beneficiaire": beneficiaire,
        "production": production,
        "rapport": rapport,
        "preconisation": preconisation,
        "echeance": first.cle,
        "echeance_libre": last.cle,
        "note_partenaires": note,
    }


def _m(*names: str) -> Any:
    """The addresses of an object of the mission that ``contrat_signe`` is, for the team."""
    return lambda w: [w.dossier.pk, w.contrat_signe.pk, *(_key(w, name) for name in names)]


def _e(*names: str) -> Any:
    """The same for the prestataire."""
    return lambda w: [w.contrat_signe.pk, *(_key(w, name) for name in names)]


def _key(w: Any, name: str) -> Any:
    found = getattr(w, name, name)
    return found if isinstance(found, str) else found.pk


def _confirmed(w: Any) -> list:
    """The mission and a structure that takes part in it."""
    return [w.dossier.pk, w.contrat_signe.pk, w.beneficiaire.pk]


def _etape(w: Any) -> list:
    return [w.dossier.pk, w.contrat_signe.pk, w.rapport.etapes.first().pk]


def _resultat(w: Any) -> list:
    return [w.dossier.pk, w.contrat_signe.pk, w.rapport.resultats.first().pk]


_ACTION = {"action": "remettre", "expected_state": "redaction", "version": "1", "reason": ""}
_ASKED = {"demande_le": "2026-11-21", "montant_demande": "1,00"}

REMISE: dict[str, Line] = {
    "missions:productions": read(_m()),
    "missions:production_ajouter": edit(
        _m(), lambda w: {"titre": "Prise", "remise_le": "2026-11-20", "url": "https://example.org/p"}
    ),
    "missions:production": edit(
        _m("production"),
        lambda w: {"titre": "Prise", "remise_le": "2026-11-20", "url": "https://example.org/p", "version": "1"},
    ),
    "missions:production_retirer": act(_m("production"), lambda w: {"version": "1"}),
    "missions:productions_liens": act(_m()),
    "missions:productions_structure": read(
        _confirmed, lambda w: {"nom": "Une personne", "productions": [str(w.production.pk)]}
    ),
    "missions:note_partenaires": edit(_m(), lambda w: {"titre": "Prise"}, written=422),  # to nobody
    "missions:note_renvoyer": act(_m("note_partenaires")),
    "missions:rapport": read(_m()),
    "missions:rapport_commencer": act(_m()),
    "missions:rapport_action": act(_m(), lambda w: _ACTION, written=409),  # it is not complete
    "missions:rapport_docx": read(_m()),
    # A preview changes nothing in the dossier: who reads it may ask.
    "missions:rapport_apercu": Line(_m(), None, _same(ALLOWED, 404)),
    "missions:rapport_pdf": Line(_m(), _same(403, 404), None, owner=403),  # nothing is accepted yet
    "missions:rapport_section": edit(_m("effets"), lambda w: {"effets": "Pris", "version": "1"}),
    "missions:rapport_etape": edit(_etape, lambda w: {"contenu": "Pris", "version": "1"}),
    "missions:rapport_resultat": edit(_resultat, lambda w: {"atteint": "Pris", "version": "1"}),
    "missions:preconisation_ajouter": edit(_m(), lambda w: {"texte": "Prise"}),
    "missions:preconisation": edit(_m("preconisation"), lambda w: {"texte": "Prise", "version": "1"}),
    "missions:preconisation_retirer": act(_m("preconisation"), lambda w: {"version": "1"}),
    "missions:preconisation_reprendre": edit(
        _m("preconisation"), lambda w: {"structure": str(_confirmed(w)[2]), "sorte": "ligne"}, written=422
    ),  # not received yet
    "missions:paiements": read(_m()),
    "missions:paiement_demander": edit(_m("echeance_libre"), lambda w: _ASKED),
    "missions:paiement_modifier": edit(_m("echeance"), lambda w: {**_ASKED, "version": "1"}),
    "missions:paiement_payer": edit(
        _m("echeance"), lambda w: {"paye_le": "2026-11-21", "montant_paye": "1,00", "version": "1"}
    ),
    **{
        f"mission:{route}": theirs(args, data, get=get, post=post)
        for route, args, data, get, post in (
            ("productions", _e(), {}, True, False),
            ("production_ajouter", _e(), {"titre": "Prise"}, True, True),
            ("production", _e("production"), {"titre": "Prise", "version": "1"}, True, True),
            ("production_retirer", _e("production"), {"version": "1"}, False, True),
            ("rapport", _e(), {}, True, False),
            ("rapport_commencer", _e(), {}, False, True),
            ("rapport_action", _e(), _ACTION, False, True),
            ("rapport_docx", _e(), {}, True, False),
            ("rapport_apercu", _e(), {}, False, True),
            ("rapport_pdf", _e(), {}, True, False),
            ("rapport_section", _e("effets"), {"effets": "Pris", "version": "1"}, True, True),
            ("rapport_etape", lambda w: _etape(w)[1:], {"contenu": "Pris", "version": "1"}, True, True),
            ("rapport_resultat", lambda w: _resultat(w)[1:], {"atteint": "Pris", "version": "1"}, True, True),
            ("preconisation_ajouter", _e(), {"texte": "Prise"}, True, True),
            ("preconisation", _e("preconisation"), {"texte": "Prise", "version": "1"}, True, True),
            ("preconisation_retirer", _e("preconisation"), {"version": "1"}, False, True),
            ("paiements", _e(), {}, True, False),
            ("paiement_demander", _e("echeance_libre"), _ASKED, True, True),
            ("paiement_modifier", _e("echeance"), {**_ASKED, "version": "1"}, True, True),
        )
    },
}
