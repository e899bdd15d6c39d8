"""What was shared with a structure, and a plan as it stood on one day, never change afterwards."""

from __future__ import annotations

import pytest
from django.db.models import ProtectedError

from core.models import FrozenError
from structures.plans import services as plans
from tests.factories import StructureFactory, diagnostic_of, member_actor, plan_of

pytestmark = pytest.mark.django_db


def shared_version():
    diagnostic = diagnostic_of(shared=True)
    return diagnostic, diagnostic.versions.get()


def actualisation():
    structure = StructureFactory()
    plan = plan_of(structure)
    made = plans.actualise(plan, actor=member_actor(structure.organisation))
    return plan, made


@pytest.mark.parametrize("make", [shared_version, actualisation])
def test_what_was_frozen_is_neither_changed_nor_deleted(make):
    _, frozen = make()
    rows = type(frozen).objects.filter(pk=frozen.pk)
    before = rows.values().get()
    frozen.contenu = {"structure": "Autre"}
    for change in (
        frozen.save,
        frozen.delete,
        rows.delete,
        lambda: rows.update(contenu={}),
        lambda: rows.bulk_update([frozen], ["contenu"]),
    ):
        with pytest.raises(FrozenError, match="ne se modifie ni ne s’efface"):
            change()
    assert rows.values().get() == before


@pytest.mark.parametrize("make", [shared_version, actualisation])
def test_what_holds_something_frozen_is_not_deleted_either(make):
    holder, frozen = make()
    for delete in (holder.delete, type(holder).objects.filter(pk=holder.pk).delete):
        with pytest.raises(ProtectedError):
            delete()
    assert type(frozen).objects.filter(pk=frozen.pk).exists()
