"""What the installation holds on a person, gathered into one file: each floor adds its sections.

::

    PERSONAL_DATA.register("portefeuille", sections)    # sections(user) -> list[Section]

Every address of the database is looked at without asking a floor (:func:`mentions`), so that a new model that holds
one is told from its first day.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from accounts.links import invitations
from accounts.models import Grant, Membership, User
from core import clock, journal
from core.actor import Actor
from core.files import DOCUMENTS, clean_name, save_file
from core.models import Attachment, GeneratedDocument, Import, JournalEntry, OutboxMail
from core.registry import Registry

DOCUMENT_TYPE = "donnees_personnelles"
#: Rows of one kind that are told one by one; beyond, their number is.
MOST = 5_000
#: Fields that speak of the person whose address stands beside them.
_BESIDE = frozenset(
    {
        "name", "nom", "prenom", "first_name", "last_name", "fonction", "function", "phone", "telephone", "organisme",
        "role", "state", "message", "verified", "primary",
    }
)  # fmt: skip
_README = """Ce fichier contient ce que cette installation de DLA Ingénierie détient sur {about}, au {date}.

donnees.json : les données, par rubrique. Les dates y sont en temps universel.
documents/   : les documents qui portent sur cette personne (CV).

Ce qui n’y est pas : votre mot de passe, dont seule une empreinte est gardée ; le contenu des dossiers auxquels une
personne a contribué, qui appartient à ces dossiers (le fichier dit ce qu’elle y a fait, et quand) ; un nom cité dans un
texte libre ; les lignes d’un tableur en cours d’import, effacées au bout de trente jours ; les sauvegardes.

Corriger, s’opposer, faire effacer : la page « Données personnelles » du site dit comment et à qui écrire.
"""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the file: its title, its rows (what JSON can hold), documents as (name in the file, storage key)."""

    title: str
    rows: list[dict[str, Any]]
    files: list[tuple[str, str]] = field(default_factory=list)


#: ``sections(user)`` → what a floor holds on this person.
PERSONAL_DATA: Registry[Callable[[User], list[Section]]] = Registry("données d’une personne")


def gather(user: User) -> list[Section]:
    """All that is held on ``user``, section by section; those that hold nothing say so."""
    found = [*_account(user), *mentions(user), *_doings(user)]
    return found + [section for sections in PERSONAL_DATA for section in sections(user)]


# --- The account ----------------------------------------------------------------------------------------------------


def _account(user: User) -> list[Section]:
    names = ("email", "first_name", "last_name", "fonction", "phone", "is_active", "date_joined", "last_login")
    keys = [
        {"genre": str(row), **_dates(row)}
        for model in apps.get_models()
        if model._meta.app_label in ("mfa", "socialaccount") and _points_to_user(model)
        for row in model._default_manager.filter(**{_points_to_user(model)[0]: user})
    ]
    belongs = Membership.objects.filter(user=user).select_related("organisation").order_by("started_at", "pk")
    return [
        Section("Compte", [{_label(User, name): getattr(user, name) for name in names}]),
        Section("Moyens de connexion", keys),
        Section(
            "Appartenances à des organisations",
            [
                {"organisation": str(m.organisation), "rôle": m.get_role_display(), "depuis": m.started_at,
                 "terminée le": m.ended_at}
                for m in belongs
            ],
        ),
    ]  # fmt: skip


def _label(model: type[models.Model], name: str) -> str:
    return str(model._meta.get_field(name).verbose_name)


def _dates(row: models.Model) -> dict[str, Any]:
    return {
        str(f.verbose_name): getattr(row, f.attname)
        for f in row._meta.concrete_fields
        if isinstance(f, models.DateField) and getattr(row, f.attname) is not None
    }


def _points_to_user(model: type[models.Model]) -> list[str]:
    return [
        f.name
        for f in model._meta.concrete_fields
        if isinstance(f, models.ForeignKey) and f.related_model is User and not f.primary_key
    ]


# --- Wherever the address stands --------------------------------------------------------------------------------------


def addressed() -> list[tuple[type[models.Model], str]]:
    """Every field of the database that holds an address of somebody: (model, name of the field)."""
    return [
        (model, f.name)
        for model in apps.get_models()
        for f in model._meta.concrete_fields
        if isinstance(f, models.EmailField) and model not in (User, OutboxMail)
    ]


def _beside(model: type[models.Model], name: str) -> list[str]:
    """The fields of a row that speak of the person whose address is in ``name``."""
    prefix = name.removesuffix("email")
    kept = []
    for f in model._meta.concrete_fields:
        if f.is_relation or f.primary_key:
            continue
        mine = f.name.startswith(prefix) if prefix and prefix != name else f.name in _BESIDE
        mine = mine or f.name == "payload"  # what an invitation told her
        if f.name == name or mine or isinstance(f, models.DateField):
            kept.append(f.name)
    return kept


def mentions(user: User) -> list[Section]:
    """The rows that hold the address of ``user``: an invitation, a contact, a participant, a personal link."""
    rows = []
    for model, name in addressed():
        found = model._default_manager.filter(**{f"{name}__iexact": user.email}).order_by("pk")
        for row in found[:MOST]:
            told = {_label(model, n): getattr(row, n) for n in _beside(model, name)}
            rows.append({"où": str(model._meta.verbose_name), "numéro": row.pk, **told})
    return [Section("Là où figure votre adresse électronique", rows)]


# --- What the person did ----------------------------------------------------------------------------------------------


def _doings(user: User) -> list[Section]:
    written = JournalEntry.objects.filter(actor_user_id=user.pk).order_by("at", "pk")
    members = Membership.objects.filter(user=user).values("pk")
    about = JournalEntry.objects.filter(object_type="accounts.user", object_id=user.pk) | JournalEntry.objects.filter(
        object_type="accounts.membership", object_id__in=members
    )
    return [
        Section("Journal : ce que vous avez fait", [_entry(e) for e in written[:MOST]] + _more(written)),
        Section("Journal : ce qui a été fait de votre compte", entry_rows(about.order_by("at", "pk")[:MOST])),
        Section("Ce qui vous désigne", _designations(user)),
        Section(
            "Courriers envoyés à votre adresse",
            [
                {"modèle": m.template, "demandé le": m.created_at, "envoyé le": m.sent_at, "état": m.state}
                for m in OutboxMail.objects.filter(to__iexact=user.email).order_by("pk")[:MOST]
            ],
        ),
        Section(
            "Fichiers que vous avez déposés",
            [
                {"nom": a.original_name, "octets": a.size, "le": a.uploaded_at, "retiré le": a.removed_at}
                for a in Attachment.objects.filter(uploaded_by_id=user.pk).order_by("pk")[:MOST]
            ]
            + [
                {"nom": i.filename, "octets": None, "le": i.created_at, "retiré le": None}
                for i in Import.objects.filter(created_by_id=user.pk).order_by("pk")[:MOST]
            ],
        ),
    ]


def _entry(entry: JournalEntry) -> dict[str, Any]:
    """What the person did, without what the dossier holds: that is not hers."""
    return {
        "quand": entry.at,
        "action": journal.VERBS.get(entry.verb, entry.verb),
        "sur": entry.object_type,
        "numéro": entry.object_id,
        "au nom de": entry.organisation_label,
    }


def _more(queryset: models.QuerySet) -> list[dict[str, Any]]:
    count = queryset.count()
    return [{"et aussi": f"{count - MOST} lignes plus récentes, de même nature"}] if count > MOST else []


def entry_rows(entries: Iterable[JournalEntry]) -> list[dict[str, Any]]:
    """Entries about the person: who did what, and why."""
    return [
        {"quand": e.at, "qui": e.actor_label, "au nom de": e.organisation_label,
         "action": journal.VERBS.get(e.verb, e.verb), "motif": e.reason}
        for e in entries
    ]  # fmt: skip


def _designations(user: User) -> list[dict[str, Any]]:
    """Rows of any floor that name the person by her account: what, under which name, how many."""
    rows = []
    for model in apps.get_models():
        if model._meta.app_label in ("mfa", "socialaccount", "account", "admin") or model is Membership:
            continue
        for name in _points_to_user(model):
            found = model._default_manager.filter(**{name: user}).order_by("pk")
            keys = list(found.values_list("pk", flat=True)[:MOST])
            if keys:
                rows.append({"quoi": str(model._meta.verbose_name), "comme": _label(model, name), "numéros": keys})
    return rows


# --- The file ---------------------------------------------------------------------------------------------------------


def archive(sections: Iterable[Section], *, about: str) -> bytes:
    """The ZIP: a text that says what it holds, the data as JSON, the documents. A file that is gone is told."""
    sections = list(sections)
    now = clock.now()
    out = io.BytesIO()
    told: dict[str, Any] = {"personne": about, "établi le": now, "rubriques": []}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for section in sections:
            names = []
            for number, (name, key) in enumerate(section.files, 1):
                inside = f"documents/{number:02d}-{clean_name(name)}"
                if default_storage.exists(key):
                    with default_storage.open(key) as source:
                        target.writestr(inside, source.read())
                    names.append(inside)
                else:
                    names.append(f"{inside} (fichier effacé)")
            part = {"titre": section.title, "lignes": section.rows}
            told["rubriques"].append(part | ({"documents": names} if names else {}))
        text = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        target.writestr("donnees.json", text)
        target.writestr("lisez-moi.txt", _README.format(about=about, date=f"{now:%d/%m/%Y}"))
    return out.getvalue()


def keep_archive(content: bytes, obj: models.Model, *, actor: Actor, job_id: int | None, scope: models.Model):
    """Keep the file for the days of a preview, read by who asked for it only. A job run again gets its first one."""
    done = GeneratedDocument.objects.filter(job_id=job_id).first() if job_id is not None else None
    if done is not None:
        return done
    return GeneratedDocument.objects.create(
        document_type=DOCUMENT_TYPE,
        object_type=obj._meta.label_lower,
        object_id=obj.pk,
        scope_type=scope._meta.label_lower,
        scope_id=scope.pk,
        title="Données personnelles",
        filename=f"donnees-personnelles-{clock.today():%Y-%m-%d}.zip",
        template=DOCUMENT_TYPE,
        kept=False,
        storage_key=save_file(DOCUMENTS, ContentFile(content)),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        made_at=clock.now(),
        made_by_id=actor.user_id,
        made_by_label=actor.label[:200],
        job_id=job_id,
    )


def summary(user: User) -> list[tuple[str, int]]:
    """How many invitations and links hold the address of ``user``: what the page says before the file is asked for."""
    received = Grant.objects.filter(recipient_email__iexact=user.email)
    return [
        ("Appartenances à des organisations", Membership.objects.filter(user=user).count()),
        ("Invitations reçues", received.filter(purpose__in=invitations()).count()),
        ("Liens personnels reçus", received.exclude(purpose__in=invitations()).count()),
        ("Lignes du journal dont vous êtes l’auteur", JournalEntry.objects.filter(actor_user_id=user.pk).count()),
    ]
