"""What happens to people and organisations: one function per action, atomic, journaled, without request."""

from accounts.services.actors import actor_for, switch_organisation
from accounts.services.invitations import Acceptance, NewPerson, accept_invitation, account_of, invite
from accounts.services.links import (
    Link,
    OpenLink,
    answered,
    ask_again,
    link_token,
    note_opening,
    open_link,
    read_link,
    take,
    why_closed,
)
from accounts.services.logos import add_logo, remove_logo
from accounts.services.members import add_member, change_role, end_membership, hand_over
from accounts.services.moved_links import move_links
from accounts.services.organisations import create_organisation, update_organisation
from accounts.services.people import change_by_admin, open_account, update_profile
from accounts.services.sent_links import deadline_of, renew_link, resend_link, revoke_link, send_link
from accounts.services.takeover import take_over

__all__ = [
    "Acceptance",
    "Link",
    "NewPerson",
    "OpenLink",
    "accept_invitation",
    "account_of",
    "actor_for",
    "add_logo",
    "add_member",
    "answered",
    "ask_again",
    "change_by_admin",
    "change_role",
    "create_organisation",
    "deadline_of",
    "end_membership",
    "hand_over",
    "invite",
    "link_token",
    "move_links",
    "note_opening",
    "open_account",
    "open_link",
    "read_link",
    "remove_logo",
    "renew_link",
    "resend_link",
    "revoke_link",
    "send_link",
    "switch_organisation",
    "take",
    "take_over",
    "update_organisation",
    "update_profile",
    "why_closed",
]
