"""A resource in words, for its page and for the lists of those who deposit and decide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.urls import reverse

from capitalisation.bibliotheque import demarche
from capitalisation.bibliotheque.enums import EtatRessource, Lecteurs, Support
from capitalisation.bibliotheque.models import Ressource, files_of
from capitalisation.bibliotheque.permissions import why_not_open
from capitalisation.bibliotheque.services import lecteurs as circles
from capitalisation.recits.lecture import Lecture, derniere
from capitalisation.recits.models import Recit
from capitalisation.recits.noms import noms_de
from core import clock
from core.actor import Actor
from core.formats import format_date
from core.uploads.checks import readable_size
from evaluation.questionnaires.definitions import lire
from evaluation.questionnaires.enums import SorteRepondant

#: Who reads it, as its page says it.
LUE_PAR = {
    Lecteurs.EQUIPE: "Seule l’équipe qui l’a déposée la lit.",
    Lecteurs.REGION: "Les organisations de sa région la lisent.",
    Lecteurs.RESEAU: "Tout le réseau la lit : DLA, C2RA, CNAR, Avise et prestataires.",
    Lecteurs.PUBLIC: "Tout le monde la lit, sans compte.",
}
COURT = {
    Lecteurs.EQUIPE: "l’équipe",
    Lecteurs.REGION: "la région",
    Lecteurs.RESEAU: "le réseau",
    Lecteurs.PUBLIC: "tout le monde",
}
#: To whom it is opened.
A_QUI = {
    Lecteurs.EQUIPE: "à l’équipe",
    Lecteurs.REGION: "à la région",
    Lecteurs.RESEAU: "au réseau",
    Lecteurs.PUBLIC: "à tout le monde",
}


def files(ressource: Ressource) -> list[dict[str, str]]:
    """Its files to download, at an address that whoever reads the resource may open."""
    return [
        {
            "name": piece.original_name,
            "details": f"{piece.extension.upper()}, {readable_size(piece.size)}",
            "url": reverse("bibliotheque:ressource_piece", args=[ressource.pk, piece.pk]),
        }
        for piece in files_of(ressource)
    ]


def facts(ressource: Ressource) -> list[tuple[str, str]]:
    """(label, value) of what is told in a few words."""
    definition = [
        getattr(ressource, f"get_{name}_display")()
        for name in ("technique", "pratique", "accessible")
        if getattr(ressource, name)
    ]
    told = [
        ("Sorte", ressource.get_sorte_display()),
        ("Support", ressource.get_support_display()),
        ("Définition", " · ".join(definition)),
        ("Échelle", f"{ressource.get_echelle_display()} : {ressource.get_sous_echelle_display()}"),
        ("Usage", f"{ressource.get_usage_display()} : {ressource.get_apport_display()}"),
        ("Thèmes", " · ".join(str(item) for item in ressource.themes.all())),
        ("Secteurs", ", ".join(str(item) for item in ressource.secteurs.all())),
        ("Région", str(ressource.region or "")),
        ("Départements", ", ".join(str(item) for item in ressource.departements.all())),
        ("Mots clés", ", ".join(ressource.mots_cles)),
        ("Déposée par", str(ressource.contributeur)),
        ("Produite par", ressource.producteur),
        ("Contributeur", ressource.get_cercle_display()),
        ("Contribution", ressource.get_contribution_display()),
        ("Lue par", COURT[Lecteurs(ressource.lecteurs)]),
        ("Licence", ressource.get_licence_display()),
        ("Publiée le", format_date(ressource.publiee_le)),
        ("Modifiée le", format_date(changed_since(ressource, ressource.publiee_le))),
    ]
    return [(label, value[:1].upper() + value[1:]) for label, value in told if value]


def changed_since(ressource: Ressource, moment: dt.datetime | None) -> dt.datetime | None:
    """When what its readers read last changed (its notice, its files, its récit), if that is after ``moment``."""
    if moment is None:
        return None
    told = [ressource.modifiee_le]
    if ressource.recit_id is not None and (version := derniere(ressource.recit)) is not None:
        told.append(version.le)
    last = max(told)
    return last if last > moment else None


@dataclass(frozen=True)
class Confiance:
    """What allows to trust it: each line says what was done, or that it was not."""

    essai: str
    verdict: str
    verification: str
    perimee: str = ""


def confiance(ressource: Ressource) -> Confiance:
    """Tested where, what may be said of it; verified by whom, when, and whether that is too old."""
    essai = f"Testée : {ressource.teste_sur}." if ressource.teste_sur else "Aucun essai n’est dit."
    verification = "Aucune vérification n’est dite."
    if ressource.verifie_par and ressource.verifie_le:
        verification = f"Vérifiée le {format_date(ressource.verifie_le)} ({ressource.verifie_par})."
    stale = ""
    again = ressource.a_reverifier_le
    if again is not None and again <= clock.today():
        stale = f"À vérifier de nouveau depuis le {format_date(again)} : relisez-la avant de vous en servir."
    elif again is not None:
        verification += f" À vérifier de nouveau le {format_date(again)}."
    verdict = ressource.get_verdict_display() if ressource.verdict else ""
    return Confiance(essai, verdict[:1].upper() + verdict[1:], verification, stale)


def actions_helped(ressource: Ressource) -> list[tuple[str, str]]:
    """Where it helps in the démarche: (step and phase, action)."""
    return demarche.labels(ressource.actions) if ressource.actions else []


def domain(ressource: Ressource) -> str:
    """To which site its link leads."""
    return urlsplit(ressource.lien).hostname or ""


def questions(ressource: Ressource) -> list[dict[str, Any]]:
    """A questionnaire kept as a model, part by part, question by question."""
    if ressource.support != Support.QUESTIONNAIRE or not ressource.questionnaire:
        return []
    definition = lire(ressource.questionnaire["contenu"])
    told = []
    for partie in definition.parties:
        rows = [
            {
                "texte": question.texte or "Une ligne par résultat attendu",
                "details": [detail.texte for detail in question.details],
                "choix": list(question.choix),
                "qui": ", ".join(SorteRepondant(sorte).label for sorte in definition.answers(question, partie)),
            }
            for question in partie.questions
            if not question.ecartee
        ]
        if rows:
            told.append({"titre": partie.titre, "introduction": partie.introduction, "questions": rows})
    return told


def unnamed(lecture: Lecture, recit: Recit) -> list[str]:
    """Whom the récit mentions without naming them, told to its team only. Two queries."""
    silent = noms_de(recit.ingenierie).accords.tus
    return sorted({nom for cle, nom in silent.items() if cle in lecture.cles})


# --- Who reads it ---------------------------------------------------------------------------------------------------


def openings(ressource: Ressource, actor: Actor) -> list[dict[str, Any]]:
    """Each circle: does it read, what ``actor`` may do of it (``ouvrir``, ``fermer``, ``demander``), else why not."""
    rows = []
    here = circles.rank(ressource.lecteurs)
    closes = not circles.why_not_close(actor, ressource)
    asks = not circles.why_not_ask(actor, ressource)
    for code in circles.CERCLES:
        step = circles.rank(code) - here
        row: dict[str, Any] = {
            "code": code,
            "label": COURT[Lecteurs(code)],
            "a_qui": A_QUI[Lecteurs(code)],
            "reads": step <= 0,
            "here": step == 0,
        }
        row |= {"does": "", "why": [], "asked": code == ressource.lecteurs_demandes}
        if step < 0 and closes:
            row["does"] = "fermer"
        elif step > 0:
            row["why"] = circles.conditions(ressource, code)
            refusal = why_not_open(actor, ressource, code)
            if not row["why"]:
                row["does"] = "ouvrir" if not refusal else ("demander" if asks and not row["asked"] else "")
            if refusal and not row["does"]:
                row["why"] = [*row["why"], refusal] if not row["asked"] else ["L’ouverture est demandée."]
        rows.append(row)
    return rows


# --- Lists ----------------------------------------------------------------------------------------------------------

#: What each state waits for, for whoever deposited.
ATTEND = {
    EtatRessource.BROUILLON: "à compléter, puis à proposer",
    EtatRessource.PROPOSEE: "le comité éditorial la lit",
    EtatRessource.A_COMPLETER: "le comité demande de la compléter",
    EtatRessource.PUBLIEE: "elle se lit",
    EtatRessource.PROPOSEE_NATIONALE: "le comité national la lit",
    EtatRessource.REFERENCE_NATIONALE: "elle fait référence",
    EtatRessource.ARCHIVEE: "la recherche ne la montre plus",
}


def rows(ressources: Iterable[Ressource]) -> list[dict[str, Any]]:
    """Lines of a list: what it is, where it stands, who reads it, what it waits for."""
    today = clock.today()
    told = []
    for row in ressources:
        waits = ATTEND[EtatRessource(row.state)]
        if row.lecteurs_demandes:
            waits = f"ouverture demandée {A_QUI[Lecteurs(row.lecteurs_demandes)]}"
        elif row.est_publiee and row.a_reverifier_le is not None and row.a_reverifier_le <= today:
            waits = "à vérifier de nouveau"
        told.append(
            {
                "pk": row.pk,
                "titre": row.titre,
                "url": reverse("bibliotheque:ressource", args=[row.pk]),
                "support": row.get_support_display(),
                "etat": row.get_state_display(),
                "tag": row.state_tag,
                "lue_par": COURT[Lecteurs(row.lecteurs)],
                "attend": waits,
                "depuis": format_date(row.state_since),
                "utilisations": row.utilisations,
            }
        )
    return told
