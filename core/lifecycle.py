"""State machines declared once: who may do what from which state, on which conditions, with reasons in French.

A model has a :func:`state_field`. Above the models and the permissions, ``lifecycle.py`` declares a :class:`Lifecycle`
and puts it on the model with ``LIFECYCLE.attach(Model)`` (the transitions themselves are django-fsm-2's: the field is
protected, a concurrent transition is refused); it is imported once all apps are there. Services call :func:`perform`.
Pages draw their buttons from :func:`available_actions`, which answers for every action whether it is possible and, if
not, why not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any, ClassVar

from django.db import models, transaction
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from core import journal
from core.actor import Actor
from core.editing import lock
from core.errors import ConditionsNotMet, InvalidInput, NotAllowed, StaleState
from core.models import VersionedModel
from core.text import typed_text

#: Characters a reason may have.
REASON_MAX = 2000
#: Returns why not, in French, or nothing.
Check = Callable[[Any, Actor], str | None]
#: Returns every missing condition, in French (empty when all hold).
Condition = Callable[[Any, Actor], "str | list[str] | None"]


@dataclass(frozen=True)
class Action:
    """One row of the table of a lifecycle.

    ``sources`` are the states it leaves, ``target`` the state it reaches (or a function of the object). ``who`` returns
    a refusal or nothing; ``conditions`` return what is missing or nothing. ``done`` is the journal's wording.
    ``said`` is what the page then tells the person (``{0}`` is the object); ``reason_label`` names the field of the
    reason. ``style`` is a hint for the button (primary, secondary, danger);
    ``confirm`` a question asked before.
    """

    name: str
    label: str
    sources: tuple[str, ...]
    target: str | Callable[[Any], str]
    who: Check
    done: str
    said: str = ""
    conditions: tuple[Condition, ...] = ()
    needs_reason: bool = False
    reason_label: str = "Motif (inscrit au journal)"
    style: str = "secondary"
    confirm: str = ""
    help: str = ""


@dataclass(frozen=True)
class ActionState:
    """What a page shows of an action: possible or not, and why not. ``overridable``: conditions may be overridden."""

    action: Action
    allowed: bool
    refusal: str = ""
    missing: tuple[str, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        return (self.refusal,) if self.refusal else self.missing


def state_field(states: type[models.TextChoices], initial: str) -> FSMField:
    """The protected field of a state: it changes by :func:`perform` only."""
    return FSMField("état", max_length=20, choices=states.choices, default=initial, protected=True, db_index=True)


@dataclass(frozen=True)
class Lifecycle:
    """A state machine: its field, its states (a ``TextChoices``), its actions, and what is said of each state.

    ``next_hint`` says what happens next, ``tags`` how the state is drawn (a CSS class), ``frozen`` why what the object
    holds may not change in that state and what opens it again (absent: it may).
    """

    name: str
    states: type[models.TextChoices]
    initial: str
    actions: tuple[Action, ...]
    field: str = "state"
    next_hint: Mapping[str, str] = dataclass_field(default_factory=dict)
    tags: Mapping[str, str] = dataclass_field(default_factory=dict)
    frozen: Mapping[str, str] = dataclass_field(default_factory=dict)

    def __post_init__(self) -> None:
        values = set(self.states.values)
        if (set(self.next_hint) | set(self.tags) | set(self.frozen)) - values:
            raise ValueError(f"{self.name} : état inconnu")
        for action in self.actions:
            unknown = set(action.sources) - values
            if unknown or (isinstance(action.target, str) and action.target not in values):
                raise ValueError(f"{self.name}.{action.name} : état inconnu")
        wordings: dict[str, set[str]] = {}
        for action in self.actions:
            wordings.setdefault(action.name, set()).add(action.done)
        if any(len(said) > 1 for said in wordings.values()):
            raise ValueError(f"{self.name} : une action de plusieurs lignes se dit d’une seule façon au journal")
        journal.register_verbs({self.verb(a): a.done for a in self.actions})

    def verb(self, action: Action) -> str:
        return f"{self.name}.{action.name}"

    def get(self, name: str) -> Action:
        for action in self.actions:
            if action.name == name:
                return action
        raise InvalidInput("Cette action n’existe pas : rechargez la page.")

    def state_field(self) -> FSMField:
        """The protected field to put on the model."""
        return state_field(self.states, self.initial)

    def attach(self, model: type[models.Model]) -> type[models.Model]:
        """Give ``model`` one django-fsm transition per action and its ``lifecycle``.

        Raises ``ValueError`` when its field does not start where the lifecycle does.
        """
        fsm_field = model._meta.get_field(self.field)
        if fsm_field.default != self.initial or fsm_field.choices != self.states.choices:
            raise ValueError(f"{self.name} : le champ {self.field} du modèle n’a pas les mêmes états")
        by_name: dict[str, list[Action]] = {}
        for action in self.actions:
            by_name.setdefault(action.name, []).append(action)
        for name, rows in by_name.items():
            for row in rows:
                targets = [row.target] if isinstance(row.target, str) else list(self.states.values)
                for target in targets:

                    def method(self) -> None:
                        """Change the state; called by :func:`perform` only."""

                    method.__name__ = f"_to_{target}_{name}"
                    wrapped = transition(field=fsm_field, source=list(row.sources), target=target)(method)
                    setattr(model, method.__name__, wrapped)
        model.lifecycle = self
        return model


class LifecycleQuerySet(models.QuerySet):
    """Refuses ``update``/``bulk_update`` of a state field: states change through :func:`perform`."""

    def _refuse(self, names) -> None:
        lifecycle = getattr(self.model, "lifecycle", None)
        if lifecycle and lifecycle.field in names:
            raise TypeError("L’état ne change que par une action du cycle de vie (core.lifecycle.perform).")

    def update(self, **kwargs):
        # django-fsm's own compare-and-swap goes through `_update`, not through here.
        self._refuse(kwargs)
        return super().update(**kwargs)

    def bulk_update(self, objs, fields, batch_size=None):
        self._refuse(fields)
        return super().bulk_update(objs, fields, batch_size=batch_size)


class LifecycleModel(ConcurrentTransitionMixin, VersionedModel):
    """A versioned object whose state only moves by its lifecycle."""

    lifecycle: ClassVar[Lifecycle]

    class Meta:
        abstract = True

    @property
    def present_state(self) -> str:
        """The code of the state, whatever the field is called."""
        return getattr(self, self.lifecycle.field)

    @property
    def state_tag(self) -> str:
        """The CSS class that draws the state."""
        return self.lifecycle.tags.get(self.present_state, "tag-neutral")

    @property
    def state_hint(self) -> str:
        """What happens next, in French."""
        return self.lifecycle.next_hint.get(self.present_state, "")

    @property
    def why_frozen(self) -> str:
        """Why what it holds may not change now, and what opens it again; empty while it may."""
        return self.lifecycle.frozen.get(self.present_state, "")

    def ensure_open(self) -> None:
        """Raise ``NotAllowed`` when the present state freezes what it holds."""
        if self.why_frozen:
            raise NotAllowed(self.why_frozen)


def _missing(action: Action, obj: Any, actor: Actor) -> tuple[str, ...]:
    missing: list[str] = []
    for condition in action.conditions:
        found = condition(obj, actor)
        if found:
            missing.extend([found] if isinstance(found, str) else found)
    return tuple(missing)


def available_actions(obj: Any, actor: Actor) -> list[ActionState]:
    """Every action that leaves the present state of ``obj``, possible or not for ``actor``, and why not."""
    lifecycle: Lifecycle = obj.lifecycle
    state = getattr(obj, lifecycle.field)
    answer = []
    for action in lifecycle.actions:
        if state not in action.sources:
            continue
        refusal = action.who(obj, actor)
        if refusal:
            answer.append(ActionState(action, False, refusal=refusal))
            continue
        missing = _missing(action, obj, actor)
        answer.append(ActionState(action, not missing, missing=missing))
    return answer


def perform(
    obj: models.Model,
    action_name: str,
    *,
    actor: Actor,
    expected_state: str,
    version: int | None = None,
    reason: str = "",
    scope: models.Model | None = None,
    override: Callable[[Any, tuple[str, ...]], Mapping[str, Any] | None] | None = None,
    before: Callable[[Any], Mapping[str, Any] | None] | None = None,
    effect: Callable[[Any], None] | None = None,
) -> Any:
    """Do one action of the lifecycle of ``obj``, whole or not at all, and return the fresh, locked object.

    The row is locked, compared with what the page showed (``expected_state``, ``version``), then the refusals are
    asked again, the state changes, the journal is written and ``effect`` writes what follows (jobs, mail), all in one
    transaction. ``before`` may set fields of the locked row and returns their changes for the journal. ``override`` is
    asked when conditions are missing: it returns what to journal, or ``None`` when it does not cover them.

    Raises ``StaleState`` (with what happened meanwhile), ``NotAllowed``, ``ConditionsNotMet``, ``InvalidInput``.
    """
    lifecycle: Lifecycle = obj.lifecycle
    reason = typed_text(reason, limit=REASON_MAX)
    with transaction.atomic():
        locked = lock(obj)
        state = getattr(locked, lifecycle.field)
        if state != expected_state or (version is not None and version != locked.version):
            since = journal.entries_since(locked, version if version is not None else locked.version - 1)
            label = lifecycle.states(state).label
            raise StaleState(
                f"Cette page n’était plus à jour : l’état est maintenant « {label} ». "
                "Rien n’a été enregistré ; relisez la situation puis recommencez si c’est encore utile.",
                entries=since,
            )
        row = next((a for a in lifecycle.actions if a.name == action_name and state in a.sources), None)
        if row is None:
            lifecycle.get(action_name)
            raise StaleState(f"« {lifecycle.get(action_name).label} » n’est pas possible depuis cet état.")
        refusal = row.who(locked, actor)
        if refusal:
            raise NotAllowed(refusal)
        if row.needs_reason and not reason:
            raise InvalidInput("Indiquez le motif : il est inscrit au journal.")
        told: dict[str, Any] = {}
        missing = _missing(row, locked, actor)
        if missing:
            covered = override(locked, missing) if override else None
            if covered is None:
                raise ConditionsNotMet("Il manque des conditions pour cette action.", reasons=missing)
            told.update(covered)
        if before:
            told.update(before(locked) or {})
        target = row.target if isinstance(row.target, str) else row.target(locked)
        getattr(locked, f"_to_{target}_{row.name}")()
        told[lifecycle.field] = (state, target)
        locked.version += 1
        locked.save()
        journal.record(actor, lifecycle.verb(row), locked, scope=scope, changes=told, reason=reason)
        if effect:
            effect(locked)
    return locked
