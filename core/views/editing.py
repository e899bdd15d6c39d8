"""Edit pages on which two people may meet without losing a word.

How to use::

    class OrganisationForm(VersionedFormMixin, BaseModelForm):      # core.forms
        class Meta:
            model = Organisation
            fields = ["address", "email", "phone"]

    class OrganisationUpdate(VersionedUpdateView):
        form_class = OrganisationForm
        template_name = "accounts/organisation_form.html"           # optional: partials/edit.html by default
        success_message = "Les coordonnées sont enregistrées."

        def get_object(self):                                       # scoped: what one may not see is a 404
            return get_object_or_404(Organisation.objects.visible_to(self.actor), pk=self.kwargs["pk"])

        def refusal(self, obj):                                     # a sentence, or "" when allowed: 403 page
            return "" if permissions.can_edit(self.actor, obj) else "Seuls les responsables…"

        def save(self, form, expected_version):                     # call the service, return the object
            return services.update_organisation(self.object, form.values(), actor=self.actor,
                                                expected_version=expected_version)

        def get_success_url(self):
            return reverse(…)

The service ends in ``core.editing.apply_changes(…, expected_version=…)``, which raises ``EditConflict``. The answer is
then the same page with status 409: the person's own text kept, what the others did at the top, the value recorded now
beside each field that differs, and a fresh version, so that saving again is a conscious choice. A field the person
had not touched and another changed takes the recorded value. Wrong input gives the page with status 422; what the
service finds missing (``ConditionsNotMet``) is said above the form. An accepted form gives a message and a redirect.
Templates: ``{% include "partials/form.html" %}``, or your own ``<form>`` with
``{% if conflict %}{% include "partials/edit_conflict.html" %}{% endif %}{% crispy form %}``.

A page that adds something is a :class:`CreateView`: the same hooks, ``get_object`` returns what one adds to, and
``save(form)`` calls the service; what is sent twice is created once (:mod:`core.views.once`). ``error_field`` names the
field beside which the service's refusal is said; ``done()`` is the answer to an accepted form. ``get_proposals`` gives
what is known already, so that nobody types it twice. Views of several forms may call :func:`conflict_form` themselves.
What a session that ended kept comes back (:mod:`core.views.kept`).
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views import View

from core import journal
from core.actor import Actor
from core.errors import ConditionsNotMet, EditConflict, InvalidInput, NotAllowed
from core.formats import format_date, format_datetime, format_number
from core.views import kept
from core.views.once import sent_once


@dataclass(frozen=True)
class ConflictField:
    """A field where one's own text and the recorded value differ."""

    label: str
    id: str


@dataclass(frozen=True)
class Conflict:
    """What the page shows above the form."""

    title: str
    message: str
    timeline: list[journal.TimelineLine]
    fields: list[ConflictField]


def _recorded(current: models.Model, name: str, field: forms.Field) -> Any:
    value = getattr(current, name, None)
    return list(value.all()) if isinstance(field, forms.ModelMultipleChoiceField) else value


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, models.QuerySet) or isinstance(b, (models.QuerySet, list)):
        return sorted(map(str, a or [])) == sorted(map(str, b or []))
    return (a or None) == (b or None) if not isinstance(a, (bool, int, Decimal)) else a == b


def _flat(choices: Iterable[tuple[Any, Any]]) -> Iterator[tuple[Any, Any]]:
    """The choices of a field, those of its groups too."""
    for value, label in choices:
        if isinstance(label, (list, tuple)):
            yield from label
        else:
            yield value, label


def _show(field: forms.Field, value: Any) -> str:
    """A recorded value in words."""
    if value in (None, "", []):
        return "(vide)"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, (list, tuple)):
        return ", ".join(_show(field, v) for v in value)
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return str(dict(_flat(field.choices)).get(value, value))
    if isinstance(field, forms.DateTimeField):
        return format_datetime(value)
    if isinstance(field, forms.DateField):
        return format_date(value)
    if isinstance(value, Decimal):
        return format_number(value, decimals=getattr(field, "decimal_places", None))
    return str(value)


def _as_posted(field: forms.Field, value: Any) -> list[str] | None:
    """What the browser would post for this recorded value; ``None`` when the widget has several parts."""
    if isinstance(field.widget, forms.MultiWidget):
        return None
    if isinstance(field.widget, forms.CheckboxInput):
        return ["on"] if value else []
    if value is None:
        return [""]
    values = value if isinstance(value, (list, tuple)) else [value]
    answer = []
    for one in values:
        one = field.prepare_value(one)
        one = field.widget.format_value(one)
        answer.extend(str(v) for v in (one if isinstance(one, (list, tuple)) else [one]) if v is not None)
    return answer


def _bases(error: EditConflict, current: models.Model) -> tuple[dict[str, Any], dict[str, str]]:
    """For each field the others changed: the value before them, and who changed it last."""
    bases: dict[str, Any] = {}
    who: dict[str, str] = {}
    for entry in error.entries:
        for name, pair in entry.changes.items():
            who[name] = entry.actor_label
            if pair is not None:
                bases.setdefault(name, pair[0])
    return bases, who


def conflict_form(form: Any, error: EditConflict) -> tuple[Any, Conflict]:
    """Return ``form`` bound again for a second, conscious saving, and what to show above it.

    ``form`` is the valid bound form whose saving raised ``error`` (``error.current`` is the object as recorded now).
    """
    current = error.current
    data = form.data.copy()
    bases, who = _bases(error, current)
    taken: set[str] = set()
    differs: list[str] = []
    for name, field in form.fields.items():
        if name == "version" or not hasattr(current, name):
            continue
        own, recorded = form.cleaned_data.get(name), _recorded(current, name, field)
        if _same(own, recorded):
            continue
        untouched = (
            name in bases
            and journal.plain(sorted(str(o) for o in own) if isinstance(own, (models.QuerySet, list)) else own)
            == bases[name]
        )
        posted = _as_posted(field, recorded) if untouched else None
        if posted is not None:
            data.setlist(form.add_prefix(name), posted)
            taken.add(name)
        else:
            differs.append(name)
    data[form.add_prefix("version")] = str(current.version)
    kwargs: dict[str, Any] = {"prefix": form.prefix, "initial": form.initial}
    if isinstance(form, forms.BaseModelForm):
        kwargs["instance"] = copy.copy(current)
    again = _rebuild(form, data, kwargs)
    fields = []
    for name in differs:
        field = again.fields[name]
        field.recorded_now = _show(field, _recorded(current, name, field))
        field.recorded_by = who.get(name, "")
        bound = again[name]
        fields.append(ConflictField(str(bound.label), bound.auto_id))
    for name in taken:
        again.fields[name].taken_over = True
    return again, Conflict(error.title, error.message, journal.describe(error.entries), fields)


def _rebuild(form: Any, data: Any, kwargs: dict[str, Any]) -> Any:
    builder = getattr(form, "rebuild", None)
    if builder is not None:
        return builder(data, **kwargs)
    again = copy.copy(form)
    again.fields = copy.deepcopy(form.fields)
    again._bound_fields_cache = {}
    again._errors = None
    again.data = data
    if "instance" in kwargs:
        again.instance = kwargs["instance"]
    return again


class FormPage(View):
    """One form on one page: what an edit page and a create page share.

    ``self.actor`` and ``self.object`` (what is edited, or what one adds to) are there for the hooks.
    """

    form_class: type | None = None
    template_name = "partials/edit.html"
    page_title = ""
    submit_label = "Enregistrer"
    success_message = ""
    #: The field beside which a refusal of the service is said; above the form by default.
    error_field: str | None = None
    actor: Actor
    object: Any
    #: The labels of the fields filled from what is known (:meth:`get_proposals`).
    proposed: Sequence[str] = ()

    # --- Hooks ---
    def get_object(self) -> Any:
        """The object, scoped to ``self.actor``: what one may not see is a 404."""
        raise TypeError(f"{type(self).__name__}.get_object manque.")

    def refusal(self, obj: Any) -> str:
        """Why the actor may not write here (403 page), or ``""``."""
        return ""

    def get_form_kwargs(self) -> dict[str, Any]:
        """Add what your form needs."""
        return {"data": self.request.POST, "files": self.request.FILES} if self.request.method == "POST" else {}

    def get_initial(self) -> dict[str, Any]:
        """Initial values of a form that is not drawn from a model."""
        return {}

    def get_proposals(self) -> dict[str, Any]:
        """What is already known elsewhere, by field: proposed where the field is still empty, and said to be."""
        return {}

    def get_success_url(self) -> str:
        raise TypeError(f"{type(self).__name__}.get_success_url manque.")

    def get_success_message(self) -> str:
        return self.success_message

    def get_cancel_url(self) -> str:
        return self.get_success_url()

    def get_page_title(self) -> str:
        return self.page_title

    def get_context(self, **context: Any) -> dict[str, Any]:
        """The template's context: add your own by ``super().get_context(**context, …)``."""
        return {
            "object": self.object,
            "page_title": self.get_page_title(),
            "submit_label": self.submit_label,
            "cancel_url": self.get_cancel_url(),
            "conflict": None,
            "refused": None,
            "proposed": self.proposed,
            **context,
        }

    # --- Machinery ---
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.actor = request.actor
        self.object = self.get_object()
        refusal = self.refusal(self.object)
        if refusal:
            raise NotAllowed(refusal)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form_class(**self.get_form_kwargs())
        self.propose(form)
        kept.put_back(request, form)
        return self.show(form)

    def propose(self, form: Any) -> None:
        """Write the proposals in the empty fields of a form just drawn; :attr:`proposed` names those fields."""
        known = {name: value for name, value in self.get_proposals().items() if name in form.fields and value}
        empty = [name for name in known if not form.get_initial_for_field(form.fields[name], name)]
        form.initial |= {name: known[name] for name in empty}
        self.proposed = [str(form[name].label) for name in empty]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form_class(**self.get_form_kwargs())
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            self.call_service(form)
        except EditConflict as error:
            again, conflict = conflict_form(form, error)
            self.object = error.current
            return self.show(again, status=409, conflict=conflict)
        except ConditionsNotMet as error:
            return self.show(form, status=error.status, refused=error)
        except InvalidInput as error:
            form.add_error(self.error_field, error.sentence)
            return self.show(form, status=422)
        return self.done()

    def done(self) -> HttpResponse:
        """The answer to an accepted form."""
        messages.success(self.request, self.get_success_message())
        return redirect(self.get_success_url())

    def call_service(self, form: Any) -> None:
        raise TypeError(f"{type(self).__name__}.call_service manque.")

    def show(self, form: Any, *, status: int = 200, **context: Any) -> HttpResponse:
        return render(self.request, self.template_name, self.get_context(form=form, **context), status=status)


class VersionedUpdateView(FormPage):
    """Edits ``self.object``; see the module's docstring. ``save(form, expected_version)`` calls the service."""

    page_title = "Modifier"
    success_message = "C’est enregistré."

    def save(self, form: Any, expected_version: int) -> Any:
        raise TypeError(f"{type(self).__name__}.save manque.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Model forms receive a copy: validation never touches ``self.object``."""
        if self.form_class is not None and issubclass(self.form_class, forms.BaseModelForm):
            drawn_from = {"instance": copy.copy(self.object)}
        else:
            drawn_from = {"initial": {**self.get_initial(), "version": self.object.version}}
        return {**drawn_from, **super().get_form_kwargs()}

    def call_service(self, form: Any) -> None:
        self.object = self.save(form, form.cleaned_data["version"])


class CreateView(FormPage):
    """Adds something to ``self.object`` (its parent, or ``None``). ``save(form)`` calls the service, which creates it.

    What was created is ``self.created`` when the success address is asked.
    """

    page_title = "Ajouter"
    submit_label = "Ajouter"
    success_message = "C’est ajouté."
    created: Any = None

    def save(self, form: Any) -> Any:
        raise TypeError(f"{type(self).__name__}.save manque.")

    def get_object(self) -> Any:
        return None

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": self.get_initial(), **super().get_form_kwargs()}

    @method_decorator(sent_once)
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().post(request, *args, **kwargs)

    def call_service(self, form: Any) -> None:
        self.created = self.save(form)
