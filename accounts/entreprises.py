"""Filling a form from the public directory of companies: values are proposed, and what was typed is never replaced
without being ticked.

A page that asks a SIRET takes :class:`FromDirectoryMixin`; its form lists in ``from_directory`` the fields that the
directory knows. Two buttons of the form post it where it is, without saving: ``annuaire=remplir`` fills what is empty
and shows what differs; ``annuaire=prendre`` takes the fields ticked under ``prendre``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from core import entreprises
from core.entreprises import DirectoryError, Entreprise
from core.identifiers import clean_siret
from referentiels import lists
from referentiels.fields import ReferenceField
from referentiels.models import Departement, FormeJuridique

#: The longest beginning of a legal category of INSEE that tells one of our forms; the rest is left to the person.
_FORMES = {
    "1": "entreprise-individuelle",
    "5458": "scop", "5558": "scop", "5658": "scop",
    "5460": "autre-cooperative", "5560": "autre-cooperative", "5660": "autre-cooperative",
    "54": "societe-commerciale", "55": "societe-commerciale", "56": "societe-commerciale", "57": "societe-commerciale",
    "721": "collectivite", "722": "collectivite", "723": "collectivite",
    "7331": "etablissement-enseignement",
    "7343": "groupement-collectivites", "7344": "groupement-collectivites", "7346": "groupement-collectivites",
    "7348": "groupement-collectivites", "7353": "groupement-collectivites", "7354": "groupement-collectivites",
    "7355": "groupement-collectivites",
    "7361": "etablissement-public", "74": "etablissement-public", "7410": "gip",
    "8210": "mutuelle", "84": "syndicat-professionnel",
    "9220": "association-1901", "9221": "association-1901", "9222": "association-1901",
    "9223": "groupement-employeurs", "9230": "association-utilite-publique", "9260": "association-droit-local",
}  # fmt: skip


def forme_of(nature: str) -> FormeJuridique | None:
    """Our legal form for a legal category of INSEE, when it surely is one."""
    for length in range(len(nature), 0, -1):
        if code := _FORMES.get(nature[:length]):
            return lists.by_code(FormeJuridique).get(code)
    return None


def values_of(found: Entreprise) -> dict[str, Any]:
    """What the directory says, by the names of our fields; only what it says."""
    departement = lists.by_code(Departement).get(found.departement)
    told = {
        "name": found.name,
        "raison_sociale": found.name,
        "sigle": found.sigle,
        "forme_juridique": forme_of(found.nature),
        "ape": found.ape,
        "rna": found.rna,
        "address": found.address,
        "code_postal": found.code_postal,
        "commune": found.commune,
        "departement": departement,
        "region": departement.region if departement else None,
        "annee_creation": found.year,
    }
    return {name: value for name, value in told.items() if value}


@dataclass(frozen=True, slots=True)
class Difference:
    """A field where what is typed is not what the directory says."""

    name: str
    label: str
    typed: str
    found: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What came of asking: the fields filled, those that differ, or why nothing came."""

    filled: tuple[str, ...] = ()
    differs: tuple[Difference, ...] = ()
    closed: bool = False
    refusal: str = ""

    @property
    def nothing_new(self) -> bool:
        return not (self.filled or self.differs or self.refusal)


def _shown(field: forms.Field, raw: Any) -> str:
    """A posted value in words."""
    if isinstance(field, (forms.ModelChoiceField, ReferenceField)):
        try:
            return str(field.clean(raw))
        except ValidationError:
            return str(raw)
    return str(raw)


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace(".", "").split())


class FromDirectoryMixin:
    """Put before a ``FormPage`` whose form says what the directory fills (``from_directory``)."""

    request: HttpRequest
    proposal: Proposal | None = None

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.fill()
        return super().post(request, *args, **kwargs) if form is None else self.show(form)

    def fill(self) -> Any:
        """The form filled as a button of the directory asks, not saved; ``None`` when none was pressed."""
        asked = self.request.POST.get("annuaire")
        if not asked or not self.directory_context()["from_directory"]:
            return None
        data = self.request.POST.copy()
        self.proposal = self._propose(data, set(data.getlist("prendre")) if asked == "prendre" else set())
        return self._unsaved(data)

    def directory_context(self) -> dict[str, Any]:
        """What ``annuaires/entreprises.html`` shows."""
        offered = entreprises.is_on() and bool(getattr(self.form_class, "from_directory", ()))
        return {"from_directory": offered, "proposal": self.proposal}

    def siret(self, data: Mapping[str, Any]) -> str:
        """The SIRET to ask about, as typed."""
        return data.get("siret", "")

    def _propose(self, data: Any, taken: set[str]) -> Proposal:
        """Fill ``data`` (what was posted); says what was done."""
        try:
            siret = clean_siret(self.siret(data))
        except ValidationError as error:
            return Proposal(refusal=" ".join(error.messages))
        if not siret:
            return Proposal(refusal="Saisissez d’abord le SIRET : c’est lui que l’annuaire reconnaît.")
        try:
            found = entreprises.look_up(siret)
        except DirectoryError as error:
            return Proposal(refusal=error.sentence)
        form = self.form_class(**self.get_form_kwargs())
        filled, differs = [], []
        values = values_of(found)
        for name in form.from_directory:
            field, value = form.fields.get(name), values.get(name)
            if field is None or value is None:
                continue
            key, typed = form.add_prefix(name), data.get(form.add_prefix(name), "").strip()
            same = typed and _folded(_shown(field, typed)) == _folded(str(value))
            if not typed or (name in taken and not same):
                data[key] = str(getattr(value, "pk", value))
                filled.append(str(form[name].label))
            elif not same:
                differs.append(Difference(name, str(form[name].label), _shown(field, typed), str(value)))
        return Proposal(tuple(filled), tuple(differs), closed=found.closed)

    def _unsaved(self, data: Any) -> Any:
        """The form with what was typed and what was filled, nothing of it checked nor saved yet."""
        kwargs = {k: v for k, v in self.get_form_kwargs().items() if k not in ("data", "files")}
        form = self.form_class(**kwargs)
        for name, field in form.fields.items():
            key = form.add_prefix(name)
            many = isinstance(field, (forms.MultipleChoiceField, forms.ModelMultipleChoiceField))
            form.initial[name] = data.getlist(key) if many else data.get(key, "")
            if isinstance(field, forms.BooleanField):
                form.initial[name] = key in data
        return form

    def get_context(self, **context: Any) -> dict[str, Any]:
        return super().get_context(**{**self.directory_context(), **context})
