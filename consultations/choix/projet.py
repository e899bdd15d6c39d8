"""The retained project, written together before the convention (001 E): versions, comments per section, what differs
from one version to another, until the structures say « projet validé » (:mod:`consultations.choix.avis`). Only that
version is annexed to the convention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from consultations.choix.enums import Cote
from consultations.choix.models import ChoixPrestataire, Commentaire, VersionProjet
from consultations.choix.registry import PROJET_FIGE
from consultations.lecture.lire import texte
from consultations.lecture.services.precisions import addresses
from consultations.propositions.contenu import BY_CODE, LISTES, sections, vide
from consultations.propositions.reading import Partie, parties
from core import clock, journal, outbox
from core.actor import Actor
from core.canonical import canonical
from core.diffs import Piece, compare
from core.editing import create, lock
from core.errors import InvalidInput, NotAllowed, StaleState
from core.text import typed_text
from partners.portfolio.prestataire.permissions import belonging
from projects.ingenierie import permissions
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import touch

MAIL = "consultations/projet"
NOBODY = "Le projet s’écrit entre le DLA, le prestataire retenu et les structures."

journal.register_verbs(
    {
        "consultations.projet_version": "a écrit une version du projet retenu",
        "consultations.projet_commentaire": "a commenté le projet retenu",
        "consultations.projet_repris": "a repris le projet : il est de nouveau à valider",
    }
)


def projet_valide(choix: ChoixPrestataire) -> VersionProjet | None:
    """The version of the project that the structures validated, or ``None``; its content is ``.data``."""
    return choix.projet


def collective(choix: ChoixPrestataire) -> bool:
    """Is the project that of several structures?"""
    return not choix.ingenierie.is_individuelle


# --- Who ------------------------------------------------------------------------------------------------------------


def cote_of(choix: ChoixPrestataire, actor: Actor) -> Cote | None:
    """In whose name ``actor`` speaks of this project: the DLA (who contributes), the prestataire; ``None``: neither."""
    if belonging(actor, choix.prestataire_id) is not None:
        return Cote.PRESTATAIRE
    return None if permissions.why_not_contribute(actor, choix.ingenierie) else Cote.DLA


def why_frozen(choix: ChoixPrestataire) -> str:
    """Why the project does not change any more, whoever asks, or ``""``."""
    if choix.retire_at is not None:
        return "Le choix de ce prestataire a été retiré : le projet ne se travaille plus."
    if not choix.ingenierie.is_open:
        return "L’ingénierie est terminée : rouvrez-la pour la modifier."
    return next((said for why in PROJET_FIGE if (said := why(choix))), "")


def why_not_write(choix: ChoixPrestataire, actor: Actor) -> str:
    """Why ``actor`` may neither write a version nor comment, or ``""``."""
    if cote_of(choix, actor) is None:
        return permissions.why_not_contribute(actor, choix.ingenierie) or NOBODY
    return why_frozen(choix)


def why_not_ask(choix: ChoixPrestataire, actor: Actor) -> str:
    """Why ``actor`` may not ask the structures, nor type their answers, or ``""``: who contributes to the dossier."""
    return permissions.why_not_contribute(actor, choix.ingenierie) or why_frozen(choix)


def locked_choice(choix: ChoixPrestataire) -> ChoixPrestataire:
    ingenierie: Ingenierie = lock(choix.ingenierie)
    locked = lock(choix)
    locked.ingenierie = ingenierie
    return locked


def allow(refusal: str) -> None:
    if refusal:
        raise NotAllowed(refusal)


# --- Versions -------------------------------------------------------------------------------------------------------


def derniere(choix: ChoixPrestataire) -> VersionProjet | None:
    """The last version, or ``None``."""
    return VersionProjet.objects.filter(choix=choix).order_by("-numero").first()


def contenu_de(version: VersionProjet | None) -> dict[str, Any]:
    """The content of a version, every field there; empty without one."""
    return vide() | (version.data if version is not None else {})


def _kept(contenu: Mapping[str, Any], *, several: bool) -> dict[str, Any]:
    """What a version keeps of a proposition: what it says, not what identified its deposit."""
    fields = [field for section in sections(collective=several) for field in section.champs]
    return {
        **{field: contenu.get(field, "") for field in fields},
        **{
            name: [{field: row.get(field, "") for field in fields} for row in contenu.get(name, [])]
            for name, fields in LISTES.items()
        },
    }


def begin(choix: ChoixPrestataire, contenu: Mapping[str, Any], *, actor: Actor) -> VersionProjet | None:
    """The first version, the proposition itself; none while there is no proposition. In the transaction of the
    choice."""
    if not contenu:
        return None
    return _add(choix, None, contenu, Cote.PRESTATAIRE, "La proposition retenue.", str(choix.prestataire), actor)


def _add(
    choix: ChoixPrestataire,
    last: VersionProjet | None,
    contenu: Mapping[str, Any],
    cote: str,
    mot: str,
    par: str,
    actor: Actor,
) -> VersionProjet:
    version = VersionProjet(
        choix=choix,
        numero=last.numero + 1 if last else 1,
        contenu=canonical(_kept(contenu, several=collective(choix))),
        le=clock.now(),
        par=par[:200],
        cote=cote,
        mot=mot,
    )
    version.save()
    changes = {"numero": (None, version.numero), "empreinte": (None, version.empreinte)}
    journal.record(actor, "consultations.projet_version", version, scope=choix.ingenierie, changes=changes, reason=mot)
    return version


@transaction.atomic
def write_section(
    choix: ChoixPrestataire,
    code: str,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    expected: int = 0,
    mot: str = "",
) -> VersionProjet:
    """Write a new version in which the section ``code`` (of ``consultations.propositions.contenu``) says ``values``;
    the rest is as in the last version. ``expected``: the number of the version the page showed (0: none).

    A version already validated is to be validated again. What changed nothing writes nothing. Raises ``NotAllowed``;
    ``InvalidInput``; ``StaleState`` when somebody else changed that very section meanwhile.
    """
    locked = locked_choice(choix)
    allow(why_not_write(locked, actor))
    cote = cote_of(locked, actor)
    section = BY_CODE.get(code)
    if section is None or (section.collective and not collective(locked)):
        raise InvalidInput("Cette rubrique n’existe pas : rechargez la page.")
    names = (*section.champs, section.liste) if section.liste else section.champs
    if set(values) - set(names):
        raise InvalidInput("Cette rubrique n’existe pas : rechargez la page.")
    mot = typed_text(mot, limit=2000)
    last = derniere(locked)
    present = contenu_de(last)
    if last is not None and last.numero != expected:
        shown = VersionProjet.objects.filter(choix=locked, numero=expected).first()
        before = contenu_de(shown)
        if any(before[name] != present[name] for name in names):
            raise StaleState(
                f"La rubrique « {section.titre} » a changé entre-temps (version {last.numero}, par {last.par}) : "
                "relisez-la, reprenez ce qu’il faut, puis enregistrez de nouveau."
            )
    after = {**present, **values}
    several = collective(locked)
    if last is not None and _kept(after, several=several) == _kept(present, several=several):
        return last
    organisation = str(locked.prestataire) if cote == Cote.PRESTATAIRE else str(actor.organisation or actor.label)
    version = _add(locked, last, after, cote or Cote.DLA, mot or f"{section.titre}.", organisation, actor)
    if locked.projet_id is not None:
        unvalidate(locked, actor)
    tell_prestataire(locked, version, actor)
    touch(locked.ingenierie_id)
    return version


def unvalidate(choix: ChoixPrestataire, actor: Actor) -> None:
    was = str(choix.projet)
    choix.projet, choix.projet_valide_at = None, None
    choix.version += 1
    choix.save()
    changes = {"projet": (was, None)}
    journal.record(actor, "consultations.projet_repris", choix, scope=choix.ingenierie, changes=changes)


def tell_prestataire(choix: ChoixPrestataire, version: VersionProjet, actor: Actor) -> None:
    """Its people learn, in the day's digest, that the DLA wrote or that something was said."""
    if cote_of(choix, actor) == Cote.PRESTATAIRE:
        return
    day = clock.today().isoformat()
    for email in addresses(choix.prestataire_id):
        outbox.queue_mail(
            MAIL,
            to=email,
            context={"choix": choix.pk, "version": version.numero},
            actor=actor,
            scope=choix.ingenierie,
            urgent=False,
            key=f"projet-{choix.pk}-{day}-{email}"[:120],
        )


def differences(before: VersionProjet | None, after: VersionProjet, *, several: bool) -> list[dict[str, Any]]:
    """What differs from one version to another, section by section: those that changed, word by word."""
    old = {partie.code: texte(partie) for partie in parties_de(before, several=several)}
    told = []
    for partie in parties_de(after, several=several):
        here, there = old[partie.code], texte(partie)
        if here != there:
            pieces: list[Piece] = compare(here, there)
            told.append({"code": partie.code, "titre": partie.titre, "pieces": pieces})
    return told


def parties_de(version: VersionProjet | None, *, several: bool) -> list[Partie]:
    """The sections of a version as they are read, those that say nothing included."""
    codes = {section.code for section in sections(collective=several)}
    return [partie for partie in parties(contenu_de(version)) if partie.code in codes]


# --- Comments -------------------------------------------------------------------------------------------------------


def rubriques(choix: ChoixPrestataire) -> list[tuple[str, str]]:
    """(code, title) of the sections of the project."""
    return [(s.code, s.titre) for s in sections(collective=collective(choix))]


@transaction.atomic
def comment(version: VersionProjet, rubrique: str, text: str, *, actor: Actor) -> Commentaire:
    """Say something of a section of a version: the DLA or the prestataire; structures do so with their avis.

    Raises ``NotAllowed``, ``InvalidInput``.
    """
    choix = locked_choice(version.choix)
    allow(why_not_write(choix, actor))
    cote = cote_of(choix, actor)
    who = str(choix.prestataire) if cote == Cote.PRESTATAIRE else str(actor.organisation or actor.label)
    row = add_comment(choix, version, rubrique, text, cote or Cote.DLA, who, actor)
    tell_prestataire(choix, version, actor)
    touch(choix.ingenierie_id)
    return row


def add_comment(
    choix: ChoixPrestataire, version: VersionProjet, rubrique: str, text: str, cote: str, who: str, actor: Actor
) -> Commentaire:
    if rubrique not in dict(rubriques(choix)):
        raise InvalidInput("Choisissez la rubrique dont vous parlez.")
    text = typed_text(text, limit=4000)
    if not text:
        raise InvalidInput("Écrivez votre commentaire.")
    row = Commentaire(version_projet=version, rubrique=rubrique, texte=text, cote=cote, de=who[:200])
    return create(row, actor=actor, verb="consultations.projet_commentaire", scope=choix.ingenierie)
