"""Personal links: what each purpose says of itself. Upper floors register theirs from ``AppConfig.ready()``.

See « un lien personnel » in docs/ajouter.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models
from django.http import HttpResponse

from core.actor import Actor
from core.registry import Registry

#: A page of a link: called with the request and ``link=`` (an ``accounts.services.links.OpenLink``).
LinkPage = Callable[..., HttpResponse]


def _nothing(obj: Any) -> str:
    return ""


def _nobody(obj: Any) -> Sequence[tuple[str, str]]:
    return ()


def _untold(obj: Any, ended: bool) -> None:
    return None


def _nothing_joined(obj: Any) -> Sequence[tuple[str, bytes, str]]:
    return ()


@dataclass(frozen=True)
class LinkPurpose:
    """One thing that somebody without account may be asked, on one type of object.

    ``label`` names it (« Questionnaire du partenaire »); ``subject`` is the subject of the mail and the title of the
    page, ``asks`` who asks and why (one or two sentences, plain text), ``duration`` how long it takes (« dix
    minutes »), ``thanks`` what happens after the answer. The three functions of the object that follow say, for the
    people of the application, who sees its links (``reads``), why one may not send, send again or revoke
    (``refusal``, a sentence or nothing) and where the object is (``url``).

    ``pages`` are the pages of the link: ``""`` is ``/lien/<token>/``, ``"dossier"`` is ``/lien/<token>/dossier/``;
    without any, the link does not open from there. ``single_use``: the answer is given once (the service calls
    ``answered``); otherwise the link opens until its deadline: ``deadline(object)`` when it is given, else ``lifetime``
    after the sending (``None``: until it is revoked).

    ``shows`` says what of the dossier the person will read, to who is about to send the link.

    ``mail`` is the template of the mail, ``verbs`` how its entries in the journal begin (``lien.envoye``…),
    ``issuer(actor, object)`` the organisation in whose name it leaves. ``invites``: whoever holds the link opens an
    account by it, or signs in; a page of its own sends it, what it carries beside is in ``Grant.payload``, and its
    address is erased with the account. ``ask_at`` names the page where the holder of a dead link asks for another, when
    nobody of an organisation can be told.

    ``load`` gives the object (``None`` when it is gone), ``scope`` the dossier whose journal tells of the link,
    ``closed`` a sentence when the object expects no answer any more (« L’ingénierie est terminée. »), ``suggests`` the
    (name, address) to propose, ``changed(object, ended)`` writes what goes with a sending or a revocation, in its
    transaction (``ended``: the dossier may be over), ``attachments`` gives the (file name, content, MIME type) that go
    with the mail, asked by the worker that sends it.
    """

    label: str
    model: str
    subject: Callable[[Any], str]
    asks: Callable[[Any], str]
    duration: str
    thanks: str
    url: Callable[[Any], str]
    reads: Callable[[Actor, Any], bool]
    refusal: Callable[[Actor, Any], str | None]
    pages: Mapping[str, LinkPage] = field(default_factory=dict)
    single_use: bool = True
    lifetime: dt.timedelta | None = dt.timedelta(days=30)
    deadline: Callable[[Any], dt.datetime | None] | None = None
    loader: Callable[[int], Any] | None = None
    scope: Callable[[Any], models.Model | None] = lambda obj: obj
    closed: Callable[[Any], str] = _nothing
    shows: str = ""
    suggests: Callable[[Any], Sequence[tuple[str, str]]] = _nobody
    changed: Callable[[Any, bool], None] = _untold
    attachments: Callable[[Any], Sequence[tuple[str, bytes, str]]] = _nothing_joined
    mail: str = "accounts/lien"
    verbs: str = "lien"
    issuer: Callable[[Actor, Any], models.Model | None] = lambda actor, obj: actor.organisation
    invites: bool = False
    ask_at: str = ""

    def load(self, object_id: int) -> Any:
        """The object, or ``None`` when it is gone."""
        if self.loader is not None:
            return self.loader(object_id)
        return apps.get_model(self.model)._base_manager.filter(pk=object_id).first()


#: By code, as it is written in the rows and in addresses: lower case and hyphens, never changed once in use.
LINK_PURPOSES: Registry[LinkPurpose] = Registry("usages des liens personnels")


def invitations() -> list[str]:
    """The codes of the purposes that invite somebody to open an account."""
    return [code for code, purpose in LINK_PURPOSES.items() if purpose.invites]
