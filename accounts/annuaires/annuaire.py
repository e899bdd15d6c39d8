"""A directory: what it holds, its words, who writes in it, and what happens to its sheets.

Two of them: the structures of a DLA, the partners of a région. What is the same is here; each says the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse

from accounts.annuaires import rights
from accounts.annuaires.likeness import NearSheets
from accounts.annuaires.models import SheetModel
from accounts.annuaires.moving import move_sheets
from core import editing, merging
from core.actor import Actor
from core.contacts import ContactKind
from core.errors import DomainError, InvalidInput, NotAllowed
from core.history import HistoryLine
from core.journal import register_verbs
from core.merging import MOVES
from core.models import Contact
from core.registry import Registry


class AlreadyInscribed(InvalidInput):
    """The directory already holds ``existing``, that ``field`` tells to be the same."""

    def __init__(self, annuaire: Annuaire, field: str, existing: Any):
        super().__init__(annuaire.already[field].format(f"« {existing} »"))
        self.title = f"{annuaire.noun.capitalize()} déjà inscrit{annuaire.e}"
        self.field = field
        self.existing = existing


class NearDuplicate(DomainError):
    """``candidates`` have a close name. The person may confirm that it is another."""

    status = 422

    def __init__(self, annuaire: Annuaire, candidates: list[Any]):
        super().__init__(annuaire.near_refusal, reasons=[str(c) for c in candidates])
        self.title = annuaire.perhaps
        self.candidates = candidates


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sheets that may be one, and why."""

    one: Any
    other: Any
    why: str
    score: float


class Annuaire:
    """One directory. One instance for the process, given to the pages of ``accounts.annuaires.views``."""

    model: type[SheetModel]
    contact_model: type[Contact]
    #: Of its addresses and of its verbs in the journal.
    namespace: str
    #: What a person sets, in the order of the sheet; of ``one_of``, one at most is filled.
    fields: Sequence[str]
    one_of: Sequence[str] = ()
    #: « Structures », « structure » (also the name of the sheet for its contacts), « structures ».
    title: str
    noun: str
    nouns: str
    #: Answers to « inscrit… » and « retiré… ».
    feminine: bool
    #: « une structure », « une autre structure », « la structure », « de la structure », « cette structure ».
    a: str
    another: str
    the: str
    of: str
    this: str
    #: The fields that tell one sheet from another, with what is said of one already inscribed (« {} »).
    already: Mapping[str, str]
    #: How the value of such a field is looked for.
    same_lookup = "exact"
    #: Sentences: of a close name (service, page), of a new sheet, of an empty list, of the examples of a reason.
    near_refusal: str
    near_intro: str
    new_intro: str
    empty_list: str
    reason_examples: str
    search_label: str
    #: Sentences of the pages of its duplicates, and at most how many likely pairs are looked at.
    intro: str
    empty: str
    moves: str
    which: str
    none_near: str
    pairs_max: int
    #: The panel of what it took part in, as higher floors tell it (``history_providers``).
    history_title: str
    history_empty: str
    history_providers: Registry

    def __init__(self) -> None:
        self.contacts = ContactKind(self)

    def register(self) -> Annuaire:
        """Declare its verbs, and what becomes of its contacts when two sheets become one."""
        verbs = {
            "create": f"a inscrit {self.the} à l’annuaire",
            "update": f"a modifié la fiche {self.of}",
            "archive": f"a retiré {self.the} de l’annuaire actif",
            "reactivate": f"a remis {self.the} dans l’annuaire actif",
            "taken_over": "a fait passer la fiche à une autre organisation, qui reprend la sienne",
            "merge": "a réuni une autre fiche à celle-ci",
            "merged_into": "a réuni cette fiche à une autre, qui la remplace",
        }
        register_verbs({f"{self.namespace}.{name}": sentence for name, sentence in verbs.items()})
        self.contacts.register()
        MOVES.register(f"{self.model._meta.label_lower}.organisation", partial(move_sheets, self))
        MOVES.register(f"{self.contact_model._meta.label_lower}.{self.contacts.owner}", self.contacts.move)
        return self

    # --- Words ---

    @property
    def e(self) -> str:
        return "e" if self.feminine else ""

    @property
    def perhaps(self) -> str:
        return f"{self.this.capitalize()} est peut-être déjà inscrit{self.e}"

    def url(self, name: str, *args: Any) -> str:
        """One of its addresses."""
        return reverse(f"{self.namespace}:{name}", args=args)

    # --- Who reads ---

    def listed(self, actor: Actor) -> QuerySet:
        """What the list shows to ``actor``."""
        return self.model.objects.visible_to(actor)

    def visible(self, actor: Actor) -> QuerySet:
        """What ``actor`` reads, with what the pages of a sheet show."""
        return self.model.objects.visible_to(actor).with_sheet_data()

    def readable(self, actor: Actor) -> QuerySet:
        """The same, but those merged into another."""
        return self.visible(actor).present()

    def can_view(self, actor: Actor, sheet: Any) -> bool:
        """May ``actor`` read the sheet? Same answer as ``visible_to``."""
        raise TypeError(f"{type(self).__name__}.can_view manque.")

    def why_not_list(self, actor: Actor) -> str | None:
        """Why ``actor`` may not open the directory, or ``None``."""
        return None if rights.can_list(actor) else self._not_a_keeper()

    def why_not_look(self, actor: Actor) -> str | None:
        """Why the actor may not open the page of the pairs, or ``None``."""
        return None if rights.keeps_directory(actor) else self._not_a_keeper()

    def _not_a_keeper(self) -> str:
        return f"L’annuaire des {self.nouns} est tenu par les DLA et les C2RA : vous n’en êtes pas membre."

    # --- Who writes ---

    def why_not_create(self, actor: Actor) -> str | None:
        """Why ``actor`` may not add a sheet, or ``None``."""
        if not rights.keeps_directory(actor):
            return f"Seuls les membres d’un DLA ou d’un C2RA inscrivent des {self.nouns}."
        return rights.read_only(actor)

    def why_not_edit(self, actor: Actor, sheet: Any) -> str | None:
        """Why ``actor`` may not change the sheet, or ``None``: members (not read-only) of the owner."""
        if actor.is_system:
            return None
        refusal = rights.why_not_write(
            actor, sheet, f"Cette fiche est tenue par {sheet.organisation} : seuls ses membres la modifient."
        )
        if refusal is None and sheet.merged_into_id is not None:
            return "Cette fiche a été réunie à une autre, qui la remplace : c’est elle qu’il faut modifier."
        return refusal

    def can_create(self, actor: Actor) -> bool:
        return self.why_not_create(actor) is None

    def can_edit(self, actor: Actor, sheet: Any) -> bool:
        return self.why_not_edit(actor, sheet) is None

    # --- What is there already ---

    def same(self, organisation_id: int, values: Mapping[str, Any], *, exclude: int | None = None):
        """The sheet of this directory that ``values`` tell to be the same: ``(field, sheet)``, or ``None``."""
        for field in self.already:
            if values.get(field):
                found = self.model.objects.own(organisation_id).exclude(pk=exclude)
                found = found.filter(**{f"{field}__{self.same_lookup}": values[field].strip()}).order_by("pk").first()
                if found is not None:
                    return field, found
        return None

    def may_be(self, actor: Actor, values: Mapping[str, Any]) -> QuerySet:
        """The sheets that a new one with these values may be."""
        raise TypeError(f"{type(self).__name__}.may_be manque.")

    def alike(self, sheets: QuerySet, name: str, *, limit: int = 5) -> list[Any]:
        """Those of ``sheets`` whose name or sigle is close to ``name``."""
        close = NearSheets(sheets.values_list("pk", "name", "sigle")).near(name)[:limit]
        if not close:
            return []
        found = self.model.objects.filter(pk__in=close).with_list_related_data()
        return list(found.order_by("search_text", "pk"))

    def near(self, obj: Any, limit: int) -> list[int]:
        """The primary keys of the sheets of the same directory with a near name."""
        sheets = self.model.objects.own(obj.organisation_id).exclude(pk=obj.pk)
        return [sheet.pk for sheet in self.alike(self.near_among(sheets, obj), obj.name, limit=limit)]

    def near_among(self, sheets: QuerySet, obj: Any) -> QuerySet:
        """Those of ``sheets``, of its own directory, that may be ``obj``."""
        return sheets

    # --- What happens ---

    def checked(self, sheet: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        """Try ``values`` on a copy of the sheet; returns them as recorded. Raises ``InvalidInput``."""
        return editing.checked(sheet, values, only=self.fields, constraints=False)

    def refuse_same(self, organisation_id: int, values: Mapping[str, Any], *, exclude: int | None = None) -> None:
        """Raise ``AlreadyInscribed`` for values that are those of another sheet of the directory."""
        found = self.same(organisation_id, values, exclude=exclude)
        if found:
            raise AlreadyInscribed(self, *found)

    def check_values(self, kept: Any, values: Mapping[str, Any], *, ignoring: int | None = None) -> None:
        """Refuse what :meth:`update` would refuse of these values, writing nothing.

        ``ignoring``: the primary key of a sheet that is about to give its values to this one.

        Raises ``InvalidInput``, ``AlreadyInscribed``.
        """
        self.refuse_same(kept.organisation_id, self.checked(kept, values), exclude=ignoring or kept.pk)

    def create(self, values: Mapping[str, Any], *, actor: Actor, confirmed: bool = False, reason: str = "") -> Any:
        """Inscribe a sheet in the directory of the actor's organisation.

        ``confirmed``: the person has seen the sheets with a close name and says it is another one. ``reason`` enters
        the journal.

        Raises ``NotAllowed``, ``InvalidInput``, ``AlreadyInscribed``, ``NearDuplicate``.
        """
        refusal = self.why_not_create(actor)
        if refusal:
            raise NotAllowed(refusal)
        sheet = self.model(organisation=actor.organisation)
        values = self.checked(sheet, values)
        self.refuse_same(sheet.organisation_id, values)
        if not confirmed:
            candidates = self.alike(self.may_be(actor, values), values["name"])
            if candidates:
                raise NearDuplicate(self, candidates)
        for name, value in values.items():
            setattr(sheet, name, value)
        try:
            with transaction.atomic():
                return editing.create(sheet, actor=actor, verb=f"{self.namespace}.create", reason=reason)
        except IntegrityError:
            # A colleague, or the other half of a double click, was a moment quicker.
            self.refuse_same(sheet.organisation_id, values)
            raise

    def update(
        self, sheet: Any, values: Mapping[str, Any], *, actor: Actor, expected_version: int | None, reason: str = ""
    ) -> Any:
        """Change a sheet. Raises ``NotAllowed``, ``InvalidInput``, ``AlreadyInscribed``, ``EditConflict``."""
        refusal = self.why_not_edit(actor, sheet)
        if refusal:
            raise NotAllowed(refusal)
        values = self.checked(sheet, values)
        self.refuse_same(sheet.organisation_id, values, exclude=sheet.pk)
        verb = f"{self.namespace}.update"
        try:
            with transaction.atomic():
                return editing.apply_changes(
                    sheet, values, actor=actor, verb=verb, expected_version=expected_version, reason=reason
                )
        except IntegrityError:
            self.refuse_same(sheet.organisation_id, values, exclude=sheet.pk)
            raise

    def set_active(
        self, sheet: Any, active: bool, *, actor: Actor, expected_version: int | None, reason: str = ""
    ) -> Any:
        """Set a sheet aside or take it back; its history stays.

        Setting aside needs a reason. Raises ``NotAllowed``, ``InvalidInput``, ``EditConflict``.
        """
        refusal = self.why_not_edit(actor, sheet)
        if refusal:
            raise NotAllowed(refusal)
        reason = reason.strip()
        if not active and not reason:
            raise InvalidInput(f"Indiquez pourquoi {self.the} quitte l’annuaire actif : c’est inscrit au journal.")
        if len(reason) > 500:
            raise InvalidInput("Ce motif est trop long : 500 caractères au plus.")
        return editing.apply_changes(
            sheet,
            {"is_active": active},
            actor=actor,
            verb=f"{self.namespace}.{'reactivate' if active else 'archive'}",
            expected_version=expected_version,
            reason=reason,
        )

    # --- Two sheets made one ---

    def pairs(self, actor: Actor) -> list[Pair]:
        """The likely pairs, the likeliest first, ``pairs_max`` at most, without those said distinct."""
        raise TypeError(f"{type(self).__name__}.pairs manque.")

    def why_not_merge(self, actor: Actor, kept: Any, gone: Any) -> str | None:
        """Why the actor may not make these two one, or ``None``."""
        if kept.organisation_id != gone.organisation_id:
            return "Ces deux fiches sont dans deux annuaires : chacun tient le sien."
        return self.why_not_edit(actor, kept) or self.why_not_edit(actor, gone)

    def why_not_tell_apart(self, actor: Actor, one: Any, other: Any) -> str | None:
        """Why the actor may not say that these are two, or ``None``."""
        return self.why_not_merge(actor, one, other)

    def merge(
        self,
        kept: Any,
        gone: Any,
        chosen: Mapping[str, str],
        *,
        actor: Actor,
        versions: tuple[int | None, int | None],
    ) -> Any:
        """Make one sheet of two: ``kept`` takes what ``chosen`` says (field → ``KEPT``, ``GONE`` or ``BOTH``) and all
        that points to ``gone``, which stays as it was, hidden, and leads to ``kept``.

        Raises ``NotAllowed``, ``InvalidInput``, ``StaleState``, ``EditConflict``.
        """
        if kept.pk == gone.pk:
            raise InvalidInput("Choisissez deux fiches différentes.")
        refusal = self.why_not_merge(actor, kept, gone)
        if refusal:
            raise NotAllowed(refusal)
        if set(chosen) - set(self.fields):
            raise InvalidInput("Un des choix ne porte pas sur un champ de la fiche : rechargez la page.")
        with transaction.atomic():
            kept, gone = merging.lock_both(kept, gone, versions)
            values = merging.chosen_values(kept, gone, chosen)
            self.check_values(kept, values, ignoring=gone.pk)
            self.contacts.keep_mains(kept, gone, values, actor)
            verbs = f"{self.namespace}.merge", f"{self.namespace}.merged_into"
            return merging.settle(kept, gone, values, actor=actor, verbs=verbs)

    def tell_apart(self, one: Any, other: Any, *, actor: Actor) -> None:
        """These are two: the pair is not signalled again. Raises ``NotAllowed``, ``InvalidInput``."""
        if one.pk == other.pk:
            raise InvalidInput("Choisissez deux fiches différentes.")
        refusal = self.why_not_tell_apart(actor, one, other)
        if refusal:
            raise NotAllowed(refusal)
        merging.say_distinct(one, other, actor=actor)

    # --- For the pages ---

    def rows(self, sheets: Iterable[Any]) -> list[dict[str, Any]]:
        """A row for each sheet, from ``with_list_related_data()``."""
        return [
            {
                "pk": sheet.pk,
                "url": self.url("detail", sheet.pk),
                "name": sheet.name,
                "sigle": sheet.sigle,
                "active": sheet.is_active,
                "organisation": sheet.organisation.name,
                **self.details(sheet),
            }
            for sheet in sheets
        ]

    def details(self, sheet: Any) -> dict[str, str]:
        """The rest of a row: the columns of the list; ``near``, ``where`` and ``about`` for who looks for the same."""
        raise TypeError(f"{type(self).__name__}.details manque.")

    def history(self, sheet: Any, actor: Actor) -> list[HistoryLine]:
        """Everything it took part in, as higher floors tell it."""
        return [line for provider in self.history_providers for line in provider([sheet], actor).get(sheet.pk, ())]
