"""What is written once and never changed: rows that refuse, and say why."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.db import models

from core import clock
from core.canonical import digest
from core.errors import DomainError


class FrozenError(DomainError):
    """Raised when something tries to change what was frozen."""

    title = "Cette version est figée"


class FrozenQuerySet(models.QuerySet):
    """Read only, but for new rows."""

    def _refuse(self) -> None:
        raise FrozenError(self.model.frozen_refusal)

    def update(self, **kwargs: Any) -> int:
        self._refuse()

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        self._refuse()

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse()


class FrozenModel(models.Model):
    """A row that is only ever added. ``frozen_refusal`` is the sentence of the ``FrozenError`` it raises."""

    frozen_refusal: ClassVar[str] = "Une version figée ne se modifie ni ne s’efface."

    objects = FrozenQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise FrozenError(self.frozen_refusal)
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise FrozenError(self.frozen_refusal)


class FrozenContent(FrozenModel):
    """What something said on one day, under a number: its canonical JSON (``core.canonical``) and the SHA-256 of it.

    Give ``contenu`` as :func:`core.canonical.canonical` writes it; the digest follows.
    """

    numero = models.PositiveSmallIntegerField("numéro")
    contenu = models.TextField("contenu")
    empreinte = models.CharField("empreinte SHA-256 du contenu", max_length=64, editable=False)
    le = models.DateTimeField("le", default=clock.now)
    par = models.CharField("par", max_length=200)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            self.empreinte = digest(self.contenu)
        super().save(*args, **kwargs)

    @property
    def data(self) -> dict[str, Any]:
        """The content, parsed."""
        return json.loads(self.contenu)

    @property
    def is_intact(self) -> bool:
        """Does the content still have the SHA-256 it was kept with?"""
        return digest(self.contenu) == self.empreinte
