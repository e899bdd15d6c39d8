"""What happens to people and organisations: one function per action, atomic, journaled, without request."""

from accounts.services.actors import actor_for, switch_organisation
from accounts.services.invitations import (
    Acceptance,
    InvitationLink,
    accept_by_account,
    accept_by_new_person,
    ask_renewal,
    invitation_token,
    invite,
    read_token,
    resend_invitation,
    revoke_invitation,
)
from accounts.services.links import (
    Link,
    LinkClosed,
    OpenLink,
    answered,
    ask_again,
    deadline_of,
    link_token,
    note_opening,
    open_link,
    renew_link,
    resend_link,
    revoke_link,
    send_link,
    take,
    why_closed,
)
from accounts.services.links import read_token as read_link
from accounts.services.members import add_member, change_role, end_membership, hand_over
from accounts.services.moved_links import move_links
from accounts.services.organisations import create_organisation, update_organisation
from accounts.services.people import change_by_admin, open_account, update_profile

__all__ = [
    "Acceptance",
    "InvitationLink",
    "Link",
    "LinkClosed",
    "OpenLink",
    "accept_by_account",
    "accept_by_new_person",
    "actor_for",
    "add_member",
    "answered",
    "ask_again",
    "ask_renewal",
    "change_by_admin",
    "change_role",
    "create_organisation",
    "deadline_of",
    "end_membership",
    "hand_over",
    "invitation_token",
    "invite",
    "link_token",
    "move_links",
    "note_opening",
    "open_account",
    "open_link",
    "read_link",
    "read_token",
    "renew_link",
    "resend_invitation",
    "resend_link",
    "revoke_invitation",
    "revoke_link",
    "send_link",
    "switch_organisation",
    "take",
    "update_organisation",
    "update_profile",
    "why_closed",
]
