"""Forms that every directory has."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Fieldset, Row
from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.annuaires.annuaire import Annuaire
from core.forms import BaseForm, BaseModelForm, VersionedFormMixin
from referentiels.lines import LineFormMixin

HALF = "col-md-6"


class SheetForm(BaseModelForm):
    """The sheet: what tells it is already inscribed is refused, with a link to the one that is there."""

    annuaire: Annuaire

    def __init__(self, *args: Any, actor: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.organisation = self.instance.organisation if self.instance.pk else actor.organisation
        if self.organisation is not None:
            for name in {"departement", "region"} & self.fields.keys():
                self.fields[name].prefer_region(self.organisation.region_id)
            if not self.instance.pk and not self.is_bound:
                self._propose_territory()

    def _propose_territory(self) -> None:
        """An organisation that covers one département works there; else in its région, where a sheet may say so."""
        covered = list(self.organisation.departements.all()[:2])
        if len(covered) == 1:
            self.initial.setdefault("departement", covered[0].pk)
        elif "region" in self.fields:
            self.initial.setdefault("region", self.organisation.region_id)

    def refuse_same(self, field: str, value: str) -> str:
        """Return ``value``, unless it is that of another sheet of the directory."""
        if self.organisation is not None:
            found = self.annuaire.same(self.organisation.pk, {field: value}, exclude=self.instance.pk)
            if found:
                raise ValidationError(self.already(*found), code="duplicate")
        return value

    def already(self, field: str, existing: Any) -> SafeString:
        """What is said of a sheet already inscribed, with the way to it."""
        link = format_html('<a href="{}">{}</a>', self.annuaire.url("detail", existing.pk), existing)
        return format_html(self.annuaire.already[field], link)

    def contact_fieldset(self) -> Fieldset:
        """The main contact, which every sheet has."""
        return Fieldset(
            "Contact",
            Row(Column("contact_name", css_class=HALF), Column("contact_function", css_class=HALF)),
            Row(Column("contact_email", css_class=HALF), Column("contact_phone", css_class=HALF)),
        )


class SheetLineForm(LineFormMixin):
    """One line of an imported file: the same rules; the sheets already known are looked for by the import."""

    def refuse_same(self, field: str, value: str) -> str:
        return value


class ArchiveForm(VersionedFormMixin, BaseForm):
    """Why a sheet leaves the active directory."""

    reason = forms.CharField(label="Motif", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, examples: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = examples
