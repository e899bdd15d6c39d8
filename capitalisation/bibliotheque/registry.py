"""What the rooms above add to the library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from core.actor import Actor
from core.registry import Registry

#: Who else reads resources (the members of a committee): ``(actor)`` gives the condition on ``Ressource``.
LECTEURS_EN_PLUS: Registry[Callable[[Actor], Q]] = Registry("autres lecteurs d’une ressource")
#: What is missing before a decision (``"publier"``, ``"promouvoir"``…): ``(ressource, action, actor)`` gives sentences.
AVANT_DECISION: Registry[Callable[[Any, str, Actor], list[str]]] = Registry("ce qu’il faut avant une décision")
#: What follows an action of its life, in its transaction: ``(ressource, action, actor, reason)``.
A_LA_DECISION: Registry[Callable[[Any, str, Actor, str], None]] = Registry("ce qui suit une décision")
#: Panels of the page of a resource: ``(ressource, actor)`` gives ``(template, context)`` or ``None``.
PANNEAUX: Registry[Callable[[Any, Actor], tuple[str, dict[str, Any]] | None]] = Registry("panneaux d’une ressource")
#: Why a resource may not be deleted (others use it), or ``""``.
POURQUOI_GARDER: Registry[Callable[[Any], str]] = Registry("ce qui empêche d’effacer une ressource")
#: What else is written when a resource is indexed (``services.ressources.reindex``): ``(ressource)``.
A_L_INDEXATION: Registry[Callable[[Any], None]] = Registry("ce qui suit l’indexation d’une ressource")
