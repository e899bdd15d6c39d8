"""The retained project, written together before the convention (001 E): versions, comments per section, what differs from
one version to another, until the structures say « projet validé ». Only that version is annexed to the convention."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import services as accounts
from accounts.models import Grant
from consultations.choix.enums import AvisSurProjet, Cote, ModeAvis
from consultations.choix.models import AvisProjet, ChoixPrestataire, Commentaire, VersionProjet
from consultations.choix.registry import PROJET_FIGE
from consultations.lecture.lire import texte
from consultations.lecture.services.precisions import addresses
from consultations.propositions.contenu import BY_CODE, LISTES, sections, vide
from consultations.propositions.reading import Partie, parties
from core import clock, journal, outbox
from core.actor import Actor
from core.canonical import canonical
from core.diffs import Piece, compare
from core.editing import changed_meanwhile, create, lock
from core.errors import InvalidInput, NotAllowed, StaleState
from core.text import typed_text
from partners.portfolio.prestataire.permissions import belonging
from projects.ingenierie import permissions
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import touch
from projects.structures_ciblees.models import StructureCiblee

#: Code of the purpose of the links (``accounts.links``).
LIEN = "projet-retenu"
MAIL = "consultations/projet"
NOBODY = "Le projet s’écrit entre le DLA, le prestataire retenu et les structures."

journal.register_verbs(
    {
        "consultations.projet_version": "a écrit une version du projet retenu",
        "consultations.projet_commentaire": "a commenté le projet retenu",
        "consultations.projet_sollicite": "a demandé à une structure de valider le projet",
        "consultations.projet_avis": "a donné l’avis d’une structure sur le projet",
        "consultations.projet_valide": "a constaté que le projet est validé",
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


def _locked(choix: ChoixPrestataire) -> ChoixPrestataire:
    ingenierie: Ingenierie = lock(choix.ingenierie)
    locked = lock(choix)
    locked.ingenierie = ingenierie
    return locked


def _may(refusal: str) -> None:
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
    """The first version, the proposition itself; none while there is no proposition. In the transaction of the choice."""
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
    locked = _locked(choix)
    _may(why_not_write(locked, actor))
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
                f"La rubrique « {section.titre} » a changé entre-temps (version {last.numero}, par {last.par}) : relisez-la, "
                "reprenez ce qu’il faut, puis enregistrez de nouveau."
            )
    after = {**present, **values}
    several = collective(locked)
    if last is not None and _kept(after, several=several) == _kept(present, several=several):
        return last
    organisation = str(locked.prestataire) if cote == Cote.PRESTATAIRE else str(actor.organisation or actor.label)
    version = _add(locked, last, after, cote or Cote.DLA, mot or f"{section.titre}.", organisation, actor)
    if locked.projet_id is not None:
        _unvalidate(locked, actor)
    _tell_prestataire(locked, version, actor)
    touch(locked.ingenierie_id)
    return version


def _unvalidate(choix: ChoixPrestataire, actor: Actor) -> None:
    was = str(choix.projet)
    choix.projet, choix.projet_valide_at = None, None
    choix.version += 1
    choix.save()
    changes = {"projet": (was, None)}
    journal.record(actor, "consultations.projet_repris", choix, scope=choix.ingenierie, changes=changes)


def _tell_prestataire(choix: ChoixPrestataire, version: VersionProjet, actor: Actor) -> None:
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
    choix = _locked(version.choix)
    _may(why_not_write(choix, actor))
    cote = cote_of(choix, actor)
    who = str(choix.prestataire) if cote == Cote.PRESTATAIRE else str(actor.organisation or actor.label)
    row = _comment(choix, version, rubrique, text, cote or Cote.DLA, who, actor)
    _tell_prestataire(choix, version, actor)
    touch(choix.ingenierie_id)
    return row


def _comment(
    choix: ChoixPrestataire, version: VersionProjet, rubrique: str, text: str, cote: str, who: str, actor: Actor
) -> Commentaire:
    if rubrique not in dict(rubriques(choix)):
        raise InvalidInput("Choisissez la rubrique dont vous parlez.")
    text = typed_text(text, limit=4000)
    if not text:
        raise InvalidInput("Écrivez votre commentaire.")
    row = Commentaire(version_projet=version, rubrique=rubrique, texte=text, cote=cote, de=who[:200])
    return create(row, actor=actor, verb="consultations.projet_commentaire", scope=choix.ingenierie)


# --- The structures -------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_structure(
    choix: ChoixPrestataire, structure: StructureCiblee, *, nom: str, email: str, actor: Actor
) -> AvisProjet:
    """Ask a structure, by a personal link, to read the project and to validate it.

    Raises ``NotAllowed``; ``InvalidInput`` (another ingénierie, nothing written yet, an address known already).
    """
    locked = _locked(choix)
    _may(why_not_ask(locked, actor))
    if structure.ingenierie_id != locked.ingenierie_id:
        raise InvalidInput("Choisissez une structure de cette ingénierie.")
    if derniere(locked) is None:
        raise InvalidInput("Aucune version du projet n’est encore écrite : il n’y a rien à valider.")
    row = AvisProjet.objects.filter(choix=locked, structure_ciblee=structure).first()
    if row is None:
        row = AvisProjet(choix=locked, structure_ciblee=structure)
        create(row, actor=actor, verb="consultations.projet_sollicite", scope=locked.ingenierie)
    row.choix = locked
    accounts.send_link(LIEN, row, name=nom, email=email, actor=actor)
    touch(locked.ingenierie_id)
    return row


def why_closed(avis: AvisProjet) -> str:
    """Why the link of a structure expects nothing any more, or ``""``."""
    if avis.choix.projet_id is not None:
        return "Le projet est validé : il n’attend plus de réponse."
    return why_frozen(avis.choix)


@transaction.atomic
def answer(
    avis: AvisProjet,
    sens: str,
    *,
    numero: int,
    commentaires: Mapping[str, str] | None = None,
    commentaire: str = "",
    actor: Actor,
) -> AvisProjet:
    """The structure answers by its link on the version ``numero`` it read: « projet validé », or what to work on again.

    Raises ``NotAllowed`` (another link), ``LinkClosed``, ``InvalidInput``; ``StaleState`` when a new version was written
    while it read.
    """
    choix = _locked(avis.choix)
    avis.choix = choix
    grant: Grant = accounts.take(actor, LIEN, avis)
    version = derniere(choix)
    if version is None or version.numero != numero:
        raise StaleState("Une nouvelle version du projet vient d’être écrite : relisez-la avant de répondre.")
    said = {code: text for code, text in (commentaires or {}).items() if (text or "").strip()}
    commentaire = typed_text(commentaire, limit=4000)
    if sens not in AvisSurProjet.values:
        raise InvalidInput("Validez le projet, ou dites ce qui est à retravailler.")
    if sens == AvisSurProjet.A_RETRAVAILLER and not said and not commentaire:
        raise InvalidInput("Dites ce qui est à retravailler, sous la rubrique concernée ou en bas de page.")
    for code, text in said.items():
        _comment(choix, version, code, text, Cote.STRUCTURE, str(avis.structure_ciblee), actor)
    values = {
        "version_projet": version, "sens": sens, "date": clock.today(), "mode": ModeAvis.LIEN,
        "qui": grant.recipient_name, "commentaire": commentaire,
    }  # fmt: skip
    row = _record(avis, values, actor, None)
    accounts.answered(grant)
    _settle(choix, version, actor)
    _tell_prestataire(choix, version, actor)
    touch(choix.ingenierie_id)
    return row


@transaction.atomic
def record_avis(
    choix: ChoixPrestataire,
    structure: StructureCiblee | None,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    expected_version: int | None = None,
) -> AvisProjet:
    """Type what a structure said, or what they said together (``None``: in a meeting), with its real date.

    ``values``: sens, date, mode, qui, commentaire. It is about the last version. Raises ``NotAllowed``,
    ``InvalidInput`` (a day to come or before that version, nobody named), ``EditConflict``.
    """
    locked = _locked(choix)
    _may(why_not_ask(locked, actor))
    version = derniere(locked)
    if version is None:
        raise InvalidInput("Aucune version du projet n’est encore écrite : il n’y a rien à valider.")
    if structure is not None and structure.ingenierie_id != locked.ingenierie_id:
        raise InvalidInput("Choisissez une structure de cette ingénierie.")
    if structure is None and not collective(locked):
        raise InvalidInput("Dans une ingénierie individuelle, c’est la structure qui valide.")
    values = {
        **values,
        "qui": typed_text(values.get("qui", ""), limit=200),
        "commentaire": typed_text(values.get("commentaire", ""), limit=4000),
    }
    _check_typed(version, values)
    row = AvisProjet.objects.filter(choix=locked, structure_ciblee=structure).first()
    row = row or AvisProjet(choix=locked, structure_ciblee=structure, version=0)
    saved = _record(row, {**values, "version_projet": version}, actor, expected_version)
    _settle(locked, version, actor)
    touch(locked.ingenierie_id)
    return saved


def _check_typed(version: VersionProjet, values: Mapping[str, Any]) -> None:
    if values.get("sens") not in AvisSurProjet.values:
        raise InvalidInput("Choisissez un avis.")
    if values.get("mode") not in (ModeAvis.TELEPHONE, ModeAvis.COURRIER, ModeAvis.REUNION):
        raise InvalidInput("Dites comment l’avis a été donné.")
    day: dt.date | None = values.get("date")
    if day is None or day > clock.today():
        raise InvalidInput("Indiquez le jour où l’avis a été donné : il n’est pas dans le futur.")
    if day < timezone.localdate(version.le):
        raise InvalidInput("Ce jour précède la dernière version du projet : l’avis ne peut pas porter sur elle.")
    if not values["qui"]:
        raise InvalidInput("Dites qui a donné cet avis, et à quel titre.")
    if values["sens"] == AvisSurProjet.A_RETRAVAILLER and not values["commentaire"]:
        raise InvalidInput("Dites ce qui est à retravailler.")


def _record(row: AvisProjet, values: Mapping[str, Any], actor: Actor, expected_version: int | None) -> AvisProjet:
    if row.pk:
        choix = row.choix
        row = lock(row)
        row.choix = choix
    if expected_version is not None and row.version != expected_version:
        raise changed_meanwhile(row, journal.entries_since(row, expected_version) if row.pk else [])
    changes = {name: (getattr(row, name) if row.pk else None, value) for name, value in values.items()}
    changes["version_projet"] = (None, values["version_projet"].numero)
    for name, value in values.items():
        setattr(row, name, value)
    row.saisi_at, row.by = clock.now(), actor.user
    row.version += 1
    row.save()
    journal.record(actor, "consultations.projet_avis", row, scope=row.choix.ingenierie, changes=changes)
    return row


def _settle(choix: ChoixPrestataire, version: VersionProjet, actor: Actor) -> None:
    """The project is validated when the structures together said so of this version, or each that was asked did."""
    rows = list(AvisProjet.objects.filter(choix=choix))
    together = next((row for row in rows if row.structure_ciblee_id is None), None)
    alone = [row for row in rows if row.structure_ciblee_id is not None]

    def holds(row: AvisProjet) -> bool:
        return row.version_projet_id == version.pk and row.sens == AvisSurProjet.VALIDE

    done = holds(together) if together is not None and together.version_projet_id == version.pk else False
    done = done or (bool(alone) and all(holds(row) for row in alone))
    if done and choix.projet_id != version.pk:
        choix.projet, choix.projet_valide_at = version, clock.now()
        choix.version += 1
        choix.save()
        changes = {"projet": (None, str(version)), "empreinte": (None, version.empreinte)}
        journal.record(actor, "consultations.projet_valide", choix, scope=choix.ingenierie, changes=changes)
    elif not done and choix.projet_id is not None:
        _unvalidate(choix, actor)
