"""The forms of the payments."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Layout, Row

from core.forms import BaseModelForm, VersionedFormMixin
from core.uploads import UploadField
from missions.paiements.models import Paiement

_THIRD = "col-sm-4"


class _Demande(BaseModelForm):
    class Meta:
        model = Paiement
        fields = ["demande_le", "montant_demande", "facture"]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["demande_le"].required = self.fields["montant_demande"].required = True

    def build_layout(self) -> Layout:
        return Layout(
            Row(*(Column(name, css_class=_THIRD) for name in self._meta.fields)),
            *(name for name in ("fichier", "version") if name in self.fields),
        )


class DemandeForm(_Demande):
    """What is asked for, with the invoice."""

    fichier = UploadField(label="La facture", required=False)

    def __init__(self, *args: Any, facture_due: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["fichier"].required = facture_due


class DemandeEditForm(VersionedFormMixin, _Demande):
    """The same, corrected."""


class PaiementForm(VersionedFormMixin, BaseModelForm):
    """What was really paid, and when."""

    class Meta:
        model = Paiement
        fields = ["paye_le", "montant_paye"]
        help_texts = {"montant_paye": "Ce qui a quitté le compte, au centime."}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        noted = self.instance.paye_le is not None
        self.fields["paye_le"].required = self.fields["montant_paye"].required = not noted
        if noted:
            self.fields["paye_le"].help_text = "Noté par erreur ? Videz la date et le montant : le paiement s’efface."

    def build_layout(self) -> Layout:
        return Layout(Row(*(Column(name, css_class="col-sm-6") for name in self._meta.fields)), "version")
