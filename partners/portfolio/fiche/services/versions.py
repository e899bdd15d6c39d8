"""Writing a fiche: a new version, its rubrics, sending it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core import clock, journal
from core.actor import Actor
from core.editing import apply_changes, checked, lock, section_version
from core.errors import InvalidInput, NotAllowed
from core.lifecycle import perform
from partners.portfolio.fiche import notices
from partners.portfolio.fiche.enums import EN_COURS, EtatFiche
from partners.portfolio.fiche.models.blocs import REMOVED
from partners.portfolio.fiche.models.fiche import FicheVersion
from partners.portfolio.fiche.rubriques import BY_CODE, RUBRIQUES
from partners.portfolio.fiche.services.verification import mark_verified
from partners.portfolio.prestataire import permissions
from partners.portfolio.prestataire.models import Prestataire

journal.register_verbs(
    {
        "portfolio.version": "a commencé une version de la fiche",
        "portfolio.rubrique": "a modifié la fiche",
    }
)

_FIELDS = tuple(name for rubrique in RUBRIQUES for name in rubrique.fields)
MANY = tuple(name for rubrique in RUBRIQUES for name in rubrique.many)
#: What the prestataire itself repeats of its fiche: field of the fiche → field of the prestataire.
_REPEATED = {"raison_sociale": "name", "sigle": "sigle", "kind": "kind", "commune": "commune"}
#: Said again with each version: an engagement is not copied.
_NOT_COPIED = frozenset({"charte"})


def under_way(prestataire: Prestataire) -> FicheVersion | None:
    """The version being written or reviewed."""
    return FicheVersion.objects.filter(prestataire=prestataire, state__in=EN_COURS).first()


@transaction.atomic
def start_version(prestataire: Prestataire, *, actor: Actor) -> FicheVersion:
    """The version being written, begun now if there is none: a copy of the last one, to be confirmed or changed.

    The published version stays what it is. Raises ``NotAllowed``.
    """
    refusal = permissions.why_not_write(actor, prestataire)
    if refusal:
        raise NotAllowed(refusal)
    locked = lock(prestataire)
    running = under_way(locked)
    if running is not None:
        return running
    last = FicheVersion.objects.filter(prestataire=locked).order_by("-numero").first()
    fiche = FicheVersion(prestataire=locked, numero=last.numero + 1 if last else 1)
    if last is None:
        fiche.raison_sociale, fiche.kind = locked.name, locked.kind
    else:
        for name in _FIELDS:
            if name not in _NOT_COPIED:
                setattr(fiche, name, getattr(last, name))
        fiche.assurance_expire_le = last.assurance_expire_le
    fiche.save(force_insert=True)
    if last is not None:
        _copy_lists(last, fiche)
    journal.record(actor, "portfolio.version", fiche, scope=locked, changes={"numero": (None, fiche.numero)})
    return fiche


def _copy_lists(last: FicheVersion, fiche: FicheVersion) -> None:
    for name in MANY:
        getattr(fiche, name).set(getattr(last, name).all())
    for reference in last.references.order_by("pk"):
        reference.pk, reference.fiche, reference.version = None, fiche, 1
        reference.save(force_insert=True)
    copied: dict[int, Any] = {}
    for intervenant in last.intervenants.exclude(nom=REMOVED).order_by("pk"):
        secteurs = list(intervenant.secteurs.all())
        was = intervenant.pk
        intervenant.pk, intervenant.fiche, intervenant.version = None, fiche, 1
        intervenant.save(force_insert=True)
        intervenant.secteurs.set(secteurs)
        copied[was] = intervenant
    for piece in last.pieces.order_by("pk"):
        piece.intervenant = copied.get(piece.intervenant_id)
        piece.pk, piece.fiche = None, fiche
        piece.save(force_insert=True)


def ensure_written(fiche: FicheVersion, actor: Actor) -> None:
    """Raise ``NotAllowed`` unless ``actor`` may change this version now."""
    refusal = permissions.why_not_write(actor, fiche.prestataire)
    if refusal:
        raise NotAllowed(refusal)
    fiche.ensure_open()


def update_rubrique(
    fiche: FicheVersion,
    code: str,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    expected_version: int | None = None,
    only: bool = False,
) -> FicheVersion:
    """Save ``values`` of the rubric ``code`` (lists included); two people in two rubrics do not meet.

    ``only`` saves these fields alone, and meets only who changed one of them. Raises ``NotAllowed``, ``InvalidInput``,
    ``EditConflict``.
    """
    rubrique = BY_CODE.get(code)
    known = {*rubrique.fields, *rubrique.many} if rubrique else set()
    if not values or not set(values) <= known:
        raise InvalidInput("Cette rubrique n’existe pas : rechargez la page.")
    columns = {name: value for name, value in values.items() if name not in MANY}
    lists = {name: value for name, value in values.items() if name in MANY}
    watched = set(values) if only else known
    with transaction.atomic():
        version = section_version(fiche, watched, expected_version)
        locked = lock(fiche)
        ensure_written(locked, actor)
        check_together(locked, columns)
        fresh = apply_changes(
            fiche,
            checked(locked, columns, only=known),
            actor=actor,
            verb="portfolio.rubrique",
            expected_version=version,
            scope=fiche.prestataire,
            many_to_many=lists,
        )
        if not only and not actor.is_system:
            mark_verified(fresh, code, actor=actor)
        accepted = FicheVersion.objects.filter(prestataire=fresh.prestataire_id, state=EtatFiche.FIGEE)
        if not accepted.exists():
            repeat(fresh)
    return fresh


@transaction.atomic
def verify(fiche: FicheVersion, code: str, *, actor: Actor) -> None:
    """« J’ai vérifié cette rubrique »: what the former fiche said is right. Raises ``NotAllowed``, ``InvalidInput``."""
    if code not in BY_CODE:
        raise InvalidInput("Cette rubrique n’existe pas : rechargez la page.")
    ensure_written(fiche, actor)
    mark_verified(fiche, code, actor=actor)


def check_together(fiche: FicheVersion, values: Mapping[str, Any]) -> None:
    """What must hold between fields, also when only one of them is saved. Raises ``InvalidInput``."""
    low = values.get("prix_min", fiche.prix_min)
    high = values.get("prix_max", fiche.prix_max)
    if low is not None and high is not None and high < low:
        raise InvalidInput("Le prix le plus haut est inférieur au plus bas.")
    year = values.get("annee_creation")
    if year is not None and year > clock.today().year:
        raise InvalidInput("L’année de création est dans le futur.")
    if "raison_sociale" in values and not values["raison_sociale"].strip():
        raise InvalidInput("La raison sociale ne peut pas rester vide.")


def repeat(fiche: FicheVersion) -> None:
    """Write on the prestataire what it repeats of ``fiche``."""
    prestataire = lock(fiche.prestataire)
    changed = False
    for name, target in _REPEATED.items():
        value = getattr(fiche, name)
        if value != getattr(prestataire, target) and (value or target != "name"):
            setattr(prestataire, target, value)
            changed = True
    if changed:
        prestataire.version += 1
        prestataire.save()


def submit(fiche: FicheVersion, *, actor: Actor, **shown: Any) -> FicheVersion:
    """Send the fiche to the C2RA of its home région. ``shown`` is what the page showed (``expected_state``,
    ``version``): as :func:`core.lifecycle.perform`, whose errors it raises.
    """

    def before(locked: FicheVersion) -> dict[str, Any]:
        was, locked.submitted_at = locked.submitted_at, clock.now()
        return {"submitted_at": (was, locked.submitted_at)}

    return perform(
        fiche,
        "soumettre",
        actor=actor,
        scope=fiche.prestataire,
        before=before,
        effect=lambda locked: notices.submitted(locked, actor=actor),
        **shown,
    )


def withdraw(fiche: FicheVersion, *, actor: Actor, **shown: Any) -> FicheVersion:
    """Take the fiche back from the C2RA to go on writing. As :func:`submit`."""
    return perform(fiche, "reprendre", actor=actor, scope=fiche.prestataire, **shown)
