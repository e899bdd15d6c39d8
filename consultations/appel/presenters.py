"""What is shown of a call, to the team and to who was invited, and how its deadline is told.

Before a version of the cahier des charges was given to it, a prestataire reads the sheet of the simplified mode, and
nothing that names the structure.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count
from django.urls import reverse

from consultations.appel.enums import EtatAppel, ModeAppel, MotifDeclin
from consultations.appel.models import Appel, Invitation
from consultations.cahier.models import CahierDesCharges
from core import clock
from core.formats import NBSP, format_date, format_days, format_money_plain, plural
from mobilisation.prestataires.services import savoirs_of
from projects.enums import Etat
from projects.ingenierie.models import Ingenierie
from projects.structures_ciblees.models import StructureCiblee


def sees_project(invitation: Invitation) -> bool:
    """Was a version given to this prestataire? One query, unless ``n_remises`` was annotated."""
    known = getattr(invitation, "n_remises", None)
    return bool(known) if known is not None else invitation.remises.exists()


def title_for(invitation: Invitation) -> str:
    """How the consultation is called for this prestataire."""
    ingenierie = invitation.appel.ingenierie
    if sees_project(invitation):
        return ingenierie.titre
    return f"Appel à compétences – {ingenierie.pilote.name}"


def countdown(appel: Appel) -> str:
    """« il reste 3 jours », « la date limite est passée »; empty without a deadline that runs."""
    if appel.date_limite is None or appel.state not in (EtatAppel.PREPARATION, EtatAppel.OUVERT):
        return ""
    left = appel.date_limite - clock.now()
    if left <= dt.timedelta(0):
        return "la date limite est passée"
    if left >= dt.timedelta(days=2):
        return f"il reste {plural(left.days, 'jour')}"
    hours = int(left.total_seconds() // 3600)
    if hours >= 1:
        return f"il reste {plural(hours, 'heure')}"
    minutes = int(left.total_seconds() // 60)
    return f"il reste {plural(minutes, 'minute')}" if minutes else f"il reste moins d’une{NBSP}minute"


def sheet(appel: Appel) -> dict[str, list[tuple[str, str]]]:
    """The sheet of the simplified mode, under its headings (002, DLA 28); what is not filled is left out. Empty for a
    call that was never in that mode: what was proposed in its form was sent to nobody."""
    if not appel.is_simplifie and appel.retour_complet_at is None:
        return {}
    first = ""
    if appel.rencontre_du and appel.rencontre_au:
        first = f"entre le {format_date(appel.rencontre_du)} et le {format_date(appel.rencontre_au)}"
    told = {
        "Problématique rencontrée": [
            ("Secteur d’activité", appel.secteur),
            ("Taille de la structure", appel.taille),
            ("Problématique", appel.problematique),
        ],
        "Intervention proposée": [
            ("Thème", appel.theme),
            ("Objectif principal", appel.objectif),
            ("Durée", appel.duree),
            ("Échéance", appel.echeance),
            ("1ère rencontre", first),
        ],
    }
    return {heading: [(label, text) for label, text in rows if text] for heading, rows in told.items()}


def standing(invitation: Invitation) -> tuple[str, str]:
    """Where one invitation stands, for the team: (words, CSS class). Never whether a proposition was received."""
    if invitation.envoyee_at is None:
        return "pas encore envoyée", "tag-neutral"
    if invitation.pre_retenu_at is not None:
        return "pré-retenu", "tag-ok"
    if invitation.decline_at is not None:
        return "ne se positionne pas", "tag-warn"
    if invitation.appel.mode == ModeAppel.SIMPLIFIEE and invitation.repondu_at is not None:
        return "positionné", "tag-accent"
    if invitation.intention:
        return "compte répondre", "tag-accent"
    if invitation.intention is False:
        return "ne compte plus répondre", "tag-neutral"
    return ("a lu l’invitation", "tag-neutral") if invitation.lue_at else ("invité", "tag-neutral")


def declined_words(invitation: Invitation) -> str:
    """« hors champs de compétences », « non disponible … , de nouveau sollicitable à partir du 1er mars 2027 »."""
    if invitation.decline_at is None:
        return ""
    told = MotifDeclin(invitation.motif_declin).label
    if invitation.de_nouveau_le:
        told += f", de nouveau sollicitable à partir du {format_date(invitation.de_nouveau_le)}"
    return told


def answers(invitation: Invitation) -> list[tuple[str, str]]:
    """The answers to the four questions, in their order and words (002, DLA 28); empty while there is none."""
    if not invitation.positionne:
        return []
    first = "Oui" if invitation.rencontre_possible else f"Non, à partir du {format_date(invitation.rencontre_des)}"
    price = f"{format_money_plain(invitation.prix_demi_journee)} par demi-journée, frais de mission compris"
    return [
        ("Positionnement possible", "Oui"),
        (meeting_question(invitation.appel), first),
        ("Cohérence de l’offre avec vos compétences et expériences", invitation.coherence),
        ("À quel prix moyen accepteriez-vous cette mission ?", price),
    ]


def meeting_question(appel: Appel) -> str:
    """« 1ère rencontre entre le … et le … possible », with the dates of the DLA."""
    return f"1ère rencontre entre le {format_date(appel.rencontre_du)} et le {format_date(appel.rencontre_au)} possible"


def questions(appel: Appel, *, answered: bool) -> list[dict[str, Any]]:
    """Questions and answers, oldest first, without their author. ``answered`` alone is what candidates read."""
    rows = appel.questions.order_by("at", "pk")
    if answered:
        rows = rows.filter(repondu_at__isnull=False)
    return [
        {
            "pk": row.pk,
            "version": row.version,
            "texte": "" if row.invitation_id is None else row.texte,
            "reponse": row.reponse,
            "at": row.at,
            "repondu_at": row.repondu_at,
        }
        for row in rows
    ]


def known(ingenierie: Ingenierie) -> dict[str, Any]:
    """What the dossier already knows of the sheet, proposed: nothing that names the structure."""
    told: dict[str, Any] = {
        "secteur": ", ".join(str(s) for s in ingenierie.secteurs.all()),
        "theme": ", ".join(str(t) for t in ingenierie.themes.all()),
    }
    cahier = CahierDesCharges.objects.filter(ingenierie=ingenierie).first()
    if cahier is not None:
        told["objectif"] = cahier.objectif_general[:1000]
        days = [format_days(d) for d in dict.fromkeys((cahier.jours_min, cahier.jours_max)) if d]
        told["duree"] = " à ".join(days)
        if cahier.date_restitution:
            told["echeance"] = f"restitution le {format_date(cahier.date_restitution)}"
    if ingenierie.is_individuelle:
        told["taille"] = _size(ingenierie)
    return told


def _size(ingenierie: Ingenierie) -> str:
    row = StructureCiblee.objects.filter(ingenierie=ingenierie).select_related("structure").first()
    if row is None:
        return ""
    found = row.structure
    told = [
        plural(found.salaries, "salarié") if found.salaries else "",
        plural(found.benevoles, "bénévole") if found.benevoles else "",
    ]
    return ", ".join(filter(None, told))


def appel_rows(ingenierie: Ingenierie) -> list[dict[str, Any]]:
    """The calls of an ingénierie, newest first, for the tab « Mise en concurrence »: one query."""
    rows = Appel.objects.filter(ingenierie=ingenierie).annotate(n_invites=Count("invitations"))
    return [
        {
            "url": reverse("consultations:appel", args=[ingenierie.pk, row.pk]),
            "title": row.get_mode_display(),
            "etat": row.get_state_display(),
            "tag": row.state_tag,
            "running": row.is_running,
            "invited": plural(row.n_invites, "prestataire invité", "prestataires invités"),
            "deadline": row.date_limite_texte,
            "countdown": countdown(row),
            "motif": row.motif_fin,
        }
        for row in rows.order_by("-created_at", "-pk")
    ]


def learnt(ingenierie: Ingenierie) -> str:
    """What prestataires-partenaires were asked, given to read and answered, as it is proposed to be told to every
    candidate (001, II.B.2). None is named: no candidate learns of another."""
    told = []
    for row in savoirs_of(ingenierie).answered():
        parts = [f"À l’étape « {Etat(row.moment).label} », il a été demandé à un prestataire associé : {row.question}"]
        if row.donne_a_lire:
            parts.append(f"Il a lu : {row.donne_a_lire}")
        parts.append(f"Il a répondu : {row.reponse}")
        told.append("\n".join(parts))
    return "\n\n".join(told)[:8000]
