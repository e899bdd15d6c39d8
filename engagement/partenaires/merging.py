"""Two partners that become one may both be in an ingénierie: there too they become one; nothing noted is lost."""

from __future__ import annotations

from typing import Any

from accounts import services as accounts
from core import journal
from core.actor import Actor
from core.merging import move_all
from engagement.partenaires.enums import Verdict
from engagement.partenaires.models import ANSWERED, VERDICTS, PartenaireProjet, ReponsePartenaire
from partners.directory.models import Partenaire
from projects.ingenierie.services import touch

journal.register_verbs({"engagement.partenaire_reuni": "a réuni deux partenaires, qui étaient le même"})

_FLAGS = (
    "systeme_intervenant", "comite_pilotage", "groupe_travail", "evaluation", "capitalisation", "transfert",
)  # fmt: skip
#: A verdict, and the text that goes with it.
_TEXT_OF = {
    "problematique_partagee": "problematique_texte",
    "complementaire": "complementaire_texte",
    "interet": "interet_texte",
}
_TEXTS = (
    *_TEXT_OF.values(), "attentes", "motivations", "contradictions", "prise_en_compte", "contribution_technique",
    "contribution_financiere",
)  # fmt: skip


def move_projets(kept: Partenaire, gone: Partenaire, actor: Actor) -> int:
    """Give the ingénieries of ``gone`` to ``kept``; in one that has both, what was noted of both stays on one line."""
    twins = {row.ingenierie_id: row for row in PartenaireProjet.objects.filter(partenaire=kept)}
    rows = list(PartenaireProjet.objects.filter(partenaire=gone).select_related("ingenierie").order_by("pk"))
    for row in rows:
        twin = twins.get(row.ingenierie_id)
        if twin is None:
            row.partenaire = kept
            row.version += 1
            row.save(update_fields=["partenaire", "version"])
        else:
            _unite(twin, row, kept, gone, actor)
        touch(row.ingenierie_id, ended=True)
    return len(rows)


def _unite(stays: PartenaireProjet, goes: PartenaireProjet, kept: Partenaire, gone: Partenaire, actor: Actor) -> None:
    ingenierie = goes.ingenierie
    for serves, other in accounts.move_links(stays, goes, actor=actor, scope=ingenierie):
        _give_draft(serves, other)
    move_all(stays, goes, actor)
    values = _both(stays, goes)
    changes = {name: (getattr(stays, name), value) for name, value in values.items() if getattr(stays, name) != value}
    if stays.famille != goes.famille:
        changes["famille"] = (goes.famille, stays.famille)
    for name, value in values.items():
        setattr(stays, name, value)
    goes.delete()
    stays.version += 1
    stays.save()
    reason = f"« {gone} » et « {kept} » sont le même partenaire."
    journal.record(actor, "engagement.partenaire_reuni", stays, scope=ingenierie, changes=changes, reason=reason)


def _both(stays: PartenaireProjet, goes: PartenaireProjet) -> dict[str, Any]:
    """What the line of both holds: whatever one says, and where they differ, both texts."""
    values: dict[str, Any] = {name: getattr(stays, name) or getattr(goes, name) for name in _FLAGS}
    values |= {name: _joined(getattr(stays, name), getattr(goes, name)) for name in _TEXTS}
    for name, text in _TEXT_OF.items():
        mine, other = getattr(stays, name), getattr(goes, name)
        values[name] = other if mine == Verdict.A_VOIR else mine
        if other not in (values[name], Verdict.A_VOIR):
            asked = goes._meta.get_field(name).verbose_name
            note = f"Noté aussi, sur l’autre fiche du partenaire : {asked}, {Verdict(other).label.lower()}."
            values[text] = _joined(values[text], note)
    roles = " ; ".join(dict.fromkeys(filter(None, (stays.roles.strip(), goes.roles.strip()))))
    if len(roles) <= stays._meta.get_field("roles").max_length:
        values["roles"] = roles
    else:
        values["contribution_technique"] = _joined(values["contribution_technique"], f"Rôle : {goes.roles}")
    for name in ("presence", "genre", "prestataire"):
        values[name] = getattr(stays, name) or getattr(goes, name)
    values["added_at"] = min(stays.added_at, goes.added_at)
    return values


def _joined(one: str, other: str) -> str:
    return "\n\n".join(dict.fromkeys(filter(None, (one.rstrip(), other.rstrip()))))


def _give_draft(serves: Any, other: Any) -> None:
    """What was begun by a link that no longer serves goes on by the one that does."""
    begun = ReponsePartenaire.objects.filter(grant=other, sent_at=None).first()
    if begun is None:
        return
    mine = ReponsePartenaire.objects.filter(grant=serves, sent_at=None).first()
    if mine is None:
        begun.grant = serves
        begun.save(update_fields=["grant"])
        return
    for name in ANSWERED:
        there, more = getattr(mine, name), getattr(begun, name)
        setattr(mine, name, (there or more) if name in VERDICTS else _joined(there, more))
    mine.version += 1
    mine.save()
    begun.delete()
