"""The one way to write a form: limits, clean text, French numbers and dates, errors that name their field.

Use :class:`BaseModelForm` (or :class:`BaseForm`), render it with ``{% crispy form %}`` inside your own ``<form>``::

    <form method="post" novalidate data-warn-unsaved>
      {% csrf_token %}
      {% crispy form %}
      <button class="btn btn-primary">Enregistrer</button>
    </form>

or, for a whole ordinary form, with ``{% include "partials/form.html" with submit="Enregistrer" cancel=url %}``.
A long form shows first what one needs first, and folds the rest (:class:`Fold`).
``{% crispy form %}`` puts the summary of errors (``partials/form_errors.html``) at the top by itself: do not include
it again. Labels are above, the help text before the field, errors beside it and linked to it.

What the base does to the fields it finds (nothing to write in your forms):

- every text is limited: ``max_length`` of the model, else :data:`LONG_TEXT` characters; the limit is told by a message
  and never by cutting what was pasted; ends of lines become ``\\n``, or a space in a field of one line; invisible
  characters are taken out (``core.text``); NUL characters are refused (by Django);
- a text whose name ends in ``phone`` is a telephone (``core.phones``);
- ``DecimalField``: text input, accepts « 1 234,56 € » and « 1234.56 »;
- ``DateField`` and ``DateTimeField``: the browser's own date input, and years that are a slip of the hand refused;
- a form made from a model with a ``version`` (add :class:`VersionedFormMixin`) carries it, see
  :class:`core.views.editing.VersionedUpdateView`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, LayoutObject, Row
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.template.loader import render_to_string

from core import clock
from core.formats import format_number
from core.phones import clean_phone, format_phone
from core.text import LONG_TEXT, clean_address, clean_line, clean_lines

#: Digits of the largest primary key that every database keeps.
MAX_KEY_DIGITS = 18
#: The years of a date typed here: from this one, to so many from now.
FIRST_YEAR, YEARS_AHEAD = 1900, 20
_SPACES = re.compile(r"[\s\u00a0\u202f€]+")
#: What people write for a number: no « 1e3 », no « NaN ». Only the digits 0 to 9.
_NUMBER = re.compile(r"[+-]?[0-9]*\.?[0-9]*")


class FrenchDecimalField(forms.DecimalField):
    """A decimal typed as people write it here: « 1 234,56 », with or without « € »; a point is understood too."""

    widget = forms.TextInput
    default_error_messages = {"invalid": "Saisissez un nombre, par exemple 1 234,56."}

    def widget_attrs(self, widget):
        return {"inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value):
        if isinstance(value, str):
            value = _SPACES.sub("", value).replace("−", "-").replace(",", ".")
            if not _NUMBER.fullmatch(value):
                raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)

    def prepare_value(self, value):
        # What was typed is shown again as typed; what is recorded is written the French way.
        if value is None or isinstance(value, str):
            return value
        return format_number(value, decimals=self.decimal_places)


class TooLongValidator(MaxLengthValidator):
    """Says by how much, so that one knows what to cut."""

    def __call__(self, value):
        extra = len(value) - self.limit_value
        if extra > 0:
            raise ValidationError(
                f"Ce texte est trop long : {format_number(len(value))} caractères pour "
                f"{format_number(self.limit_value)} au plus. Retirez-en {format_number(extra)}.",
                code="max_length",
            )


def _tune_text(field: forms.CharField) -> None:
    limit = field.max_length or LONG_TEXT
    field.validators = [v for v in field.validators if not isinstance(v, MaxLengthValidator)]
    field.validators.append(TooLongValidator(limit))
    # The attribute would cut a pasted text in silence.
    field.widget.attrs.pop("maxlength", None)
    if isinstance(field.widget, forms.Textarea) and field.widget.attrs.get("rows") in (None, "10"):
        field.widget.attrs["rows"] = "4"
    clean_input(field)


def clean_input(field: forms.CharField) -> None:
    """What is typed in ``field`` becomes what is recorded (``core.text``) before it is validated."""
    clean = _cleaner(field)
    if clean is not None:
        original = field.to_python
        field.to_python = lambda value: original(clean(value) if isinstance(value, str) else value)


def _cleaner(field: forms.CharField) -> Callable[[str], str] | None:
    """How what is typed in this field becomes what is recorded; ``None`` for a password, kept to the letter."""
    if isinstance(field.widget, forms.PasswordInput):
        return None
    if isinstance(field, (forms.EmailField, forms.URLField)):
        return clean_address
    return clean_line if type(field.widget) is forms.TextInput else clean_lines


def _tune_phone(field: forms.CharField) -> None:
    """A telephone is recorded, refused and shown in one way (``core.phones``)."""
    line = field.to_python
    field.to_python = lambda value: clean_phone(line(value))
    field.prepare_value = lambda value: format_phone(value) if isinstance(value, str) else value
    field.widget.input_type = "tel"


def _tune_date(field: forms.DateField | forms.DateTimeField) -> None:
    """A year typed « 26 » or « 2206 » is a slip of the hand."""
    is_day = isinstance(field, forms.DateField)
    least, most = dt.date(FIRST_YEAR, 1, 1), dt.date(clock.today().year + YEARS_AHEAD, 12, 31)
    attrs = field.widget.attrs
    attrs.setdefault("min", least.isoformat() if is_day else f"{least}T00:00")
    attrs.setdefault("max", most.isoformat() if is_day else f"{most}T23:59")

    def check(value: dt.date) -> None:
        if not least.year <= value.year <= most.year:
            raise ValidationError(
                f"Vérifiez l’année : {value.year}. Elle va de {least.year} à {most.year}.", code="year"
            )

    field.validators = [*field.validators, check]


def _decimal(field: forms.DecimalField) -> FrenchDecimalField:
    tuned = FrenchDecimalField(
        max_value=field.max_value,
        min_value=field.min_value,
        max_digits=field.max_digits,
        decimal_places=field.decimal_places,
        required=field.required,
        label=field.label,
        help_text=field.help_text,
        initial=field.initial,
        disabled=field.disabled,
    )
    for validator in field.validators:
        if validator not in tuned.validators:
            tuned.validators.append(validator)
    return tuned


def _tune_choice(field: forms.ChoiceField) -> None:
    """Words instead of Django's line of dashes, which a screen reader spells."""
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == "---------":
            field.empty_label = "Choisir…"
    elif isinstance(field.widget, forms.Select) and not callable(getattr(field, "_choices", None)):
        field.choices = [(k, "Choisir…" if v == "---------" else v) for k, v in field.choices]


def _tune_many(field: forms.ModelMultipleChoiceField) -> None:
    """A key beyond what a database keeps is one more choice that does not exist."""
    original = field.clean

    def clean(value):
        for key in value if isinstance(value, (list, tuple)) else ():
            if len(str(key)) > MAX_KEY_DIGITS:
                raise ValidationError(field.error_messages["invalid_choice"], params={"value": key})
        return original(value)

    field.clean = clean


def _tune(fields: dict[str, forms.Field]) -> None:
    for name, field in fields.items():
        if isinstance(field, forms.ModelMultipleChoiceField):
            _tune_many(field)
        if type(field) is forms.DecimalField:
            fields[name] = _decimal(field)
        elif isinstance(field, forms.CharField):
            _tune_text(field)
            if name.split("_")[-1] == "phone":
                _tune_phone(field)
        elif isinstance(field, forms.ChoiceField):
            _tune_choice(field)
        elif isinstance(field, (forms.DateField, forms.DateTimeField)):
            if type(field) is forms.DateField and type(field.widget) is forms.DateInput:
                field.widget = forms.DateInput(attrs={**field.widget.attrs, "type": "date"}, format="%Y-%m-%d")
            elif type(field) is forms.DateTimeField and type(field.widget) is forms.DateTimeInput:
                field.widget = forms.DateTimeInput(
                    attrs={**field.widget.attrs, "type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
                )
            _tune_date(field)


class _TunedForm:
    """What :class:`BaseForm` and :class:`BaseModelForm` share."""

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        _tune(self.fields)

    @property
    def helper(self) -> FormHelper:
        """Crispy's helper; override ``build_layout`` to give a layout, or this for more."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.include_media = False
        helper.layout = self.build_layout()
        helper.render_hidden_fields = True
        return helper

    def build_layout(self) -> Any:
        """A ``crispy_forms.layout.Layout``, or ``None`` for the fields in order."""
        return None

    def values(self) -> dict[str, Any]:
        """The cleaned values to give to a service: without ``version`` and without many-to-many lists."""
        many = self._many_names()
        return {k: v for k, v in self.cleaned_data.items() if k != "version" and k not in many}

    def many_to_many(self) -> dict[str, list]:
        """The cleaned many-to-many lists, for ``core.editing.apply_changes(many_to_many=…)``."""
        return {k: list(v) for k, v in self.cleaned_data.items() if k in self._many_names()}

    def _many_names(self) -> set[str]:
        return {n for n, f in self.fields.items() if isinstance(f, forms.ModelMultipleChoiceField)}


class BaseForm(_TunedForm, forms.Form):
    """An ordinary form of the application."""


class BaseModelForm(_TunedForm, forms.ModelForm):
    """A form drawn from a model. It never saves by itself: views give :meth:`values` to a service."""

    def save(self, commit: bool = True):
        raise TypeError("Un formulaire n’enregistre pas : la vue passe form.values() à un service.")


class Fold(LayoutObject):
    """Fields of a layout that one may do without: folded until one of them says something, or is refused.

    ``Fold("Facultatif : site, notes", "website", "notes")``. A value of the model's own default says nothing; nor do
    the fields named by ``filled``, which come with a value. Works without JavaScript (``<details>``).
    """

    template = "widgets/replie.html"

    def __init__(self, title: str, *fields: Any, filled: tuple[str, ...] = ()) -> None:
        self.title, self.fields, self.filled = title, list(fields), filled

    def render(self, form: Any, context: Any, template_pack: Any = None, **kwargs: Any) -> str:
        names = [pointer.name for pointer in self.get_field_names()]
        opened = any(form[name].errors or (name not in self.filled and _says(form, name)) for name in names)
        fields = self.get_rendered_fields(form, context, **kwargs)
        return render_to_string(self.template, {"title": self.title, "open": opened, "fields": fields})


def _says(form: Any, name: str) -> bool:
    """Does the field show something else than what an empty form shows?"""
    if getattr(form.fields[name], "recorded_now", ""):  # somebody else wrote there meanwhile
        return True
    value = form[name].value()
    if value is None or value is False or value == "" or (hasattr(value, "__len__") and not len(value)):
        return False
    model = form._meta.model if isinstance(form, forms.BaseModelForm) else None
    field = {f.name: f for f in model._meta.fields}.get(name) if model else None
    return field is None or not field.has_default() or str(field.get_default()) != str(value)


#: A page that did not post what every page posts: it was drawn long ago, or by hand.
OUT_OF_DATE = "Cette page n’est plus à jour : rechargez-la puis recommencez."
#: The largest whole number that the database keeps in a version.
MAX_VERSION = 2_147_483_647


class ActionForm(forms.Form):
    """What a button of a lifecycle posts (``partials/cycle_actions.html``): the action, and what the page showed."""

    action = forms.SlugField()
    expected_state = forms.SlugField()
    version = forms.IntegerField(min_value=0, max_value=MAX_VERSION)
    reason = forms.CharField(required=False)  # its length is told by core.lifecycle.perform, which keeps what was typed


class VersionForm(forms.Form):
    """What a plain button posts: the version of what its page showed."""

    version = forms.IntegerField(min_value=0, max_value=MAX_VERSION)


class VersionedFormMixin(forms.Form):
    """Adds the hidden ``version`` of the page. Put it first: ``class F(VersionedFormMixin, BaseModelForm)``.

    The version comes from ``initial["version"]``, else from ``instance`` (model forms): 0 when it is not saved yet.
    """

    version = forms.IntegerField(
        widget=forms.HiddenInput,
        min_value=0,
        max_value=MAX_VERSION,
        error_messages={"required": OUT_OF_DATE},
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        instance = getattr(self, "instance", None)
        if instance is not None:
            self.initial.setdefault("version", instance.version if instance.pk else 0)


class ContactFields(BaseModelForm):
    """Somebody to reach (``core.models.Contact``): a directory gives the model in ``Meta(ContactFields.Shown)``."""

    class Shown:
        fields = ["name", "function", "email", "phone", "note"]
        help_texts = {
            "name": "Avec l’accord de la personne : elle est lue par tous ceux qui lisent la fiche.",
            "note": "Par exemple : suit les financements, relaie l’information aux structures.",
        }

    def build_layout(self) -> Layout:
        half = "col-md-6"
        return Layout(
            Row(Column("name", css_class=half), Column("function", css_class=half)),
            Row(Column("email", css_class=half), Column("phone", css_class=half)),
            "note",
        )
