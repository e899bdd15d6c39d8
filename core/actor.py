"""Who acts: a user under one membership, the holder of a personal link, or a job of the system.

Services, predicates, querysets and the journal take an ``Actor``; none of them ever sees a request.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Actor:
    """One who acts.

    ``kind`` is ``user``, ``link``, ``system`` or ``anonymous``. ``membership`` is the active membership of a user
    (an ``accounts.Membership``; ``None`` for a user who belongs to no organisation yet), ``grant`` the link in use.
    ``label`` is how the journal names the actor.
    """

    kind: str
    label: str
    user: Any = None
    membership: Any = None
    grant: Any = None

    @classmethod
    def system(cls, job: str) -> Actor:
        """The application itself, acting in the job named ``job``."""
        return cls(kind="system", label=f"Application ({job})")

    @classmethod
    def for_user(cls, user: Any, membership: Any = None) -> Actor:
        """``user`` acting for the organisation of ``membership`` (or for none)."""
        return cls(kind="user", label=user.get_full_name() or user.email, user=user, membership=membership)

    @classmethod
    def anonymous(cls) -> Actor:
        """Somebody unknown: may nothing."""
        return cls(kind="anonymous", label="Anonyme")

    @property
    def organisation(self) -> Any:
        """The organisation the actor acts for, or ``None``."""
        return self.membership.organisation if self.membership else None

    @property
    def organisation_id(self) -> int | None:
        return self.membership.organisation_id if self.membership else None

    @property
    def region_id(self) -> int | None:
        """The région of that organisation; ``None`` for a national one, or none."""
        return self.membership.organisation.region_id if self.membership else None

    @property
    def user_id(self) -> int | None:
        return self.user.pk if self.user is not None else None

    @property
    def is_system(self) -> bool:
        return self.kind == "system"
