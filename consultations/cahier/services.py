"""What happens to a cahier des charges: one function per action of the business."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from consultations.cahier import annexes, content, prefill
from consultations.cahier.enums import EtatCahier
from consultations.cahier.models import (
    REPARTITION,
    CahierDesCharges,
    CompteurReference,
    VersionDiffusee,
    check_together,
)
from consultations.cahier.sections import Section, section_for
from core import clock, journal
from core.actor import Actor
from core.canonical import canonical
from core.documents.frozen import kept_document
from core.documents.jobs import request_document
from core.editing import apply_changes, checked, create, lock, lock_rows, section_version
from core.errors import InvalidInput, NotAllowed, StaleState
from core.lifecycle import perform
from core.models import Job, JobState
from projects.ingenierie import permissions
from projects.ingenierie.models import Ingenierie
from projects.ingenierie.services import ensure_open, touch
from referentiels.fuseaux import fuseau_of

journal.register_verbs(
    {
        "consultations.creation": "a commencé le cahier des charges",
        "consultations.section": "a modifié le cahier des charges",
        "consultations.prerempli": "a complété le cahier des charges à partir du dossier",
        "consultations.repris": "a repris le texte du dossier dans le cahier des charges",
        "consultations.version_diffusee": "a figé la version diffusée",
    }
)

DOCUMENT_CAHIER = "cahier_des_charges"
DOCUMENT_DIFFUSE = "cahier_diffuse"
_MANY = frozenset({"themes", "structures_choisies"})
_TOGETHER = ("jours_min", "jours_max", *REPARTITION, "date_restitution")


# --- Birth ----------------------------------------------------------------------------------------------------------


def _prefix(pilote: Organisation) -> str:
    year = clock.today().year
    if pilote.kind == OrganisationKind.DLA:
        codes = sorted(pilote.departements.values_list("code", flat=True))
        who = f"DLA{codes[0]}" if codes else f"DLA{pilote.region.code}"
    else:
        who = f"C2RA{pilote.region.code}" if pilote.region_id else pilote.kind.upper()
    return f"CDC-{year}-{who}".upper()


def _next_reference(pilote: Organisation) -> str:
    prefix = _prefix(pilote)
    CompteurReference.objects.get_or_create(prefixe=prefix)
    counter = lock_rows(CompteurReference.objects.filter(prefixe=prefix)).get()
    counter.dernier += 1
    counter.save(update_fields=["dernier"])
    return str(counter)


def create_cahier(ingenierie: Ingenierie, actor: Actor) -> CahierDesCharges:
    """Start the cahier des charges of ``ingenierie``, prefilled from the project, with its reference for good.

    A second click gets the cahier that is there. Raises ``NotAllowed``.
    """
    ensure_open(ingenierie, actor)
    with transaction.atomic():
        locked = lock(ingenierie)
        existing = CahierDesCharges.objects.filter(ingenierie=locked).first()
        if existing:
            return existing
        cahier = CahierDesCharges(
            ingenierie=ingenierie,
            reference=_next_reference(ingenierie.pilote),
            fuseau=fuseau_of(ingenierie.departements.values_list("code", flat=True)),
        )
        many: dict[str, list] = {}
        for field, proposal in prefill.proposals(ingenierie).items():
            if field in _MANY:
                many[field] = proposal.value
            else:
                setattr(cahier, field, proposal.value)
        create(cahier, actor=actor, verb="consultations.creation", scope=ingenierie, many_to_many=many)
        touch(ingenierie.pk)
    return cahier


# --- Writing --------------------------------------------------------------------------------------------------------


def ensure_writable(cahier: CahierDesCharges, actor: Actor) -> None:
    """Raise ``NotAllowed`` unless ``actor`` contributes and the cahier is being written."""
    ensure_open(cahier.ingenierie, actor)
    cahier.ensure_open()


def _write(
    cahier: CahierDesCharges,
    values: Mapping[str, Any],
    many: Mapping[str, Any],
    *,
    actor: Actor,
    verb: str,
    expected_version: int | None,
) -> CahierDesCharges:
    with transaction.atomic():
        locked = lock(cahier)
        locked.ingenierie = cahier.ingenierie
        ensure_writable(locked, actor)
        chosen = many.get("structures_choisies")
        if chosen is not None and any(s.ingenierie_id != locked.ingenierie_id for s in chosen):
            raise InvalidInput("Un cahier des charges ne présente que des structures de son ingénierie.")
        fresh = apply_changes(
            locked,
            checked(locked, values),
            actor=actor,
            verb=verb,
            expected_version=section_version(locked, (*values, *many), expected_version),
            scope=cahier.ingenierie,
            many_to_many=many,
        )
        touch(locked.ingenierie_id)
    return fresh


def update_section(
    cahier: CahierDesCharges,
    code: str,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    expected_version: int | None = None,
) -> CahierDesCharges:
    """Save some fields of the section ``code`` (lists of objects included, ``themes`` and ``structures_choisies``).

    People who write two different sections do not meet. Raises ``NotAllowed`` (rights, text validated or diffused),
    ``InvalidInput`` (unknown field, days or dates in disorder, negative cost), ``EditConflict``.
    """
    section = section_for(cahier, code)
    if section is None or set(values) - set(section.fields):
        raise InvalidInput("Cette section n’existe pas : rechargez la page.")
    if set(values) & set(_TOGETHER):
        wrong = check_together({n: values.get(n, getattr(cahier, n)) for n in _TOGETHER}, cahier.date_debut)
        if wrong:
            raise InvalidInput(" ".join(wrong.values()))
    plain = {name: value for name, value in values.items() if name not in _MANY}
    many = {name: list(value) for name, value in values.items() if name in _MANY}
    return _write(cahier, plain, many, actor=actor, verb="consultations.section", expected_version=expected_version)


def prefill_empty(cahier: CahierDesCharges, *, actor: Actor) -> tuple[CahierDesCharges, list[str]]:
    """« Préremplir »: fill from the project the fields where nothing was typed; returns the cahier and their names."""
    ensure_writable(cahier, actor)
    with transaction.atomic():
        locked = lock(cahier)
        found = [p for p in prefill.proposals(cahier.ingenierie).values() if prefill.is_empty(locked, p.field)]
        values = {p.field: p.value for p in found if p.field not in _MANY}
        values = {k: v for k, v in values.items() if not (k == "regime" and v == locked.regime)}
        # A lone bound must not end up on the wrong side of the one that was typed.
        for name, other, wrong in (
            ("jours_min", locked.jours_max, lambda a, b: a > b),
            ("jours_max", locked.jours_min, lambda a, b: a < b),
        ):
            if name in values and other is not None and wrong(values[name], other):
                values[name] = other
        if check_together({n: values.get(n, getattr(locked, n)) for n in _TOGETHER}, cahier.date_debut):
            values = {k: v for k, v in values.items() if k not in _TOGETHER}
        many = {p.field: p.value for p in found if p.field in _MANY}
        fresh = _write(cahier, values, many, actor=actor, verb="consultations.prerempli", expected_version=None)
    return fresh, sorted((*values, *many))


def section_proposals(cahier: CahierDesCharges, section: Section) -> list[prefill.Proposal]:
    """What the project proposes for the fields of ``section``, in their order."""
    return list(prefill.proposals(cahier.ingenierie, section.fields).values())


def refresh_section(
    cahier: CahierDesCharges,
    code: str,
    fields: Collection[str],
    *,
    actor: Actor,
    expected_version: int | None,
    fingerprint: str,
) -> CahierDesCharges:
    """Replace ``fields`` of a section by what the project says, as it was shown (``fingerprint`` of the proposals).

    Raises ``StaleState`` when the project changed since it was shown, and what :func:`update_section` raises.
    """
    section = section_for(cahier, code)
    if section is None:
        raise InvalidInput("Cette section n’existe pas : rechargez la page.")
    found = section_proposals(cahier, section)
    if prefill.fingerprint(found) != fingerprint:
        raise StaleState(
            "Le dossier a changé depuis l’affichage de cette page : rien n’a été remplacé. Relisez les différences."
        )
    chosen = [p for p in found if p.field in fields]
    if not chosen:
        raise InvalidInput("Choisissez au moins un texte à remplacer.")
    return _write(
        cahier,
        {p.field: p.value for p in chosen if p.field not in _MANY},
        {p.field: p.value for p in chosen if p.field in _MANY},
        actor=actor,
        verb="consultations.repris",
        expected_version=expected_version,
    )


# --- Lifecycle ------------------------------------------------------------------------------------------------------


def perform_action(
    cahier: CahierDesCharges,
    action: str,
    *,
    actor: Actor,
    expected_state: str,
    version: int | None = None,
    reason: str = "",
) -> CahierDesCharges:
    """Validate, take up the writing again, diffuse, or open a new version.

    Diffusing freezes the content in a :class:`VersionDiffusee` and asks for its PDF, in the same transaction.
    Raises what :func:`core.lifecycle.perform` raises.
    """

    def before(locked: CahierDesCharges) -> dict[str, Any]:
        locked.state_since = clock.now()
        if action == "valider":
            locked.empreinte_validee = content.digest(content.build(locked))
        elif action == "rectifier":
            was = locked.numero
            locked.numero += 1
            locked.motif_rectification = reason.strip()
            locked.empreinte_validee = ""
            return {"numero": (was, locked.numero)}
        elif action == "reprendre":
            locked.empreinte_validee = ""
        return {}

    def effect(locked: CahierDesCharges) -> None:
        if action == "diffuser":
            _freeze(locked, actor)
        touch(locked.ingenierie_id)

    return perform(
        cahier,
        action,
        actor=actor,
        expected_state=expected_state,
        version=version,
        reason=reason,
        scope=cahier.ingenierie,
        before=before,
        effect=effect,
    )


def _freeze(cahier: CahierDesCharges, actor: Actor) -> VersionDiffusee:
    now = clock.now()
    frozen = content.build(cahier) | {"diffusee_le": now.isoformat(), "diffusee_par": actor.label}
    version = VersionDiffusee(
        cahier=cahier,
        numero=cahier.numero,
        contenu=canonical(frozen),
        date_limite=cahier.date_limite,
        motif=cahier.motif_rectification,
        le=now,
        par=actor.label[:200],
    )
    version.save()
    annexes.freeze(cahier, version)
    journal.record(
        actor,
        "consultations.version_diffusee",
        version,
        scope=cahier.ingenierie,
        changes={"numero": (None, version.numero), "empreinte": (None, version.empreinte)},
    )
    request_document(DOCUMENT_DIFFUSE, version.pk, actor=actor, keep=True, key=f"cahier-diffuse-{version.pk}")
    return version


def valider(cahier: CahierDesCharges, actor: Actor, version: int | None = None) -> CahierDesCharges:
    """The pilot validates a complete text. Raises ``ConditionsNotMet`` with what is missing."""
    return perform_action(cahier, "valider", actor=actor, expected_state=EtatCahier.BROUILLON, version=version)


def reprendre(cahier: CahierDesCharges, actor: Actor, version: int | None = None) -> CahierDesCharges:
    """The pilot opens a validated text again."""
    return perform_action(cahier, "reprendre", actor=actor, expected_state=EtatCahier.VALIDE, version=version)


def diffuser(cahier: CahierDesCharges, actor: Actor, version: int | None = None) -> CahierDesCharges:
    """The pilot diffuses a validated text: the version is frozen, its PDF asked for."""
    return perform_action(cahier, "diffuser", actor=actor, expected_state=EtatCahier.VALIDE, version=version)


def rectifier(cahier: CahierDesCharges, actor: Actor, reason: str, version: int | None = None) -> CahierDesCharges:
    """The pilot opens a new version of a diffused text, with the reason (printed on it)."""
    return perform_action(
        cahier, "rectifier", actor=actor, expected_state=EtatCahier.DIFFUSE, version=version, reason=reason
    )


def pdf_job(version: VersionDiffusee) -> Job | None:
    """The job that makes the PDF of a diffused version (the last one asked for)."""
    return Job.objects.filter(key__startswith=f"cahier-diffuse-{version.pk}.").order_by("-pk").first() or (
        Job.objects.filter(key=f"cahier-diffuse-{version.pk}").first()
    )


def remake_pdf(version: VersionDiffusee, *, actor: Actor) -> Job:
    """Ask again for the PDF of a diffused version whose making failed.

    Raises ``NotAllowed`` for who is not the pilot, ``StaleState`` when the PDF is there or being made.
    """
    refusal = permissions.why_not_pilot(actor, version.cahier.ingenierie)
    if refusal:
        raise NotAllowed(refusal)
    with transaction.atomic():
        lock(version.cahier)
        failed = pdf_job(version)
        if kept_document(version, DOCUMENT_DIFFUSE) or (failed and failed.state != JobState.ECHEC):
            raise StaleState("Le PDF de cette version est prêt, ou déjà en cours de fabrication.")
        number = failed.pk if failed else 0
        return request_document(
            DOCUMENT_DIFFUSE, version.pk, actor=actor, keep=True, key=f"cahier-diffuse-{version.pk}.{number}"
        )
