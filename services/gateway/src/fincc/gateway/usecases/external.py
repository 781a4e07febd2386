"""Signing in with an identity provider: a person it vouches for becomes a user here."""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from fincc.common import audit
from fincc.common.auth import Subject
from fincc.common.clock import Clock
from fincc.common.db import Database, WriteSession
from fincc.common.ids import new_id
from fincc.gateway.domain.credentials import digest
from fincc.gateway.domain.external import LIFETIME_S, Attempt, InitialAdmins, Profile, Refused, own_page, profile_of
from fincc.gateway.domain.roles import ADMIN_ROLE
from fincc.gateway.provider import Provider
from fincc.gateway.repository import bindings, external, users
from fincc.gateway.usecases.passwords import Limits, give_attempt_back, take_attempt
from fincc.gateway.usecases.sessions import Client, start_session
from fincc.gateway.usecases.users import ADMIN

log = logging.getLogger(__name__)

CREATED_BY = "setting initial_admins"


def begin(clock: Clock, page: str) -> Attempt:
    """A sign-in that ends on `page`, if that is one of ours."""
    return Attempt(secrets.token_urlsafe(32), int(clock.now().timestamp()), own_page(page))


async def finish(
    database: Database,
    clock: Clock,
    limits: Limits,
    provider: Provider,
    admins: InitialAdmins,
    attempt: Attempt,
    answer: Mapping[str, str],
    client: Client,
) -> str:
    """The secret of a new session, from the `code` and `iss` of the provider's answer to this attempt.

    Raises Refused, ProviderDown, TooManyAttempts.
    """
    take_attempt(limits, None, client.address, clock.now().timestamp())
    try:
        profile, id_token = await _redeem(database, clock, provider, attempt, answer)
        user_id, secret = await _start(database, clock, admins, profile, client, id_token)
    except Refused:
        who = replace(audit.NOBODY, address=client.address)
        async with database.write() as session:
            await audit.record(session, clock, who, "session.refused", who.id)
        raise
    give_attempt_back(limits, None, client.address)
    log.info("signed in with the identity provider", extra={"user": user_id, "address": client.address})
    return secret


async def _redeem(
    database: Database, clock: Clock, provider: Provider, attempt: Attempt, answer: Mapping[str, str]
) -> tuple[Profile, str]:
    """Whom the provider vouches for, and its ID token; an answer is good once."""
    await provider.check_issuer(answer.get("iss", ""))
    expires_at = clock.now() + timedelta(seconds=LIFETIME_S)
    async with database.write() as session:
        if not await external.use_state(session, digest(attempt.state), expires_at):
            raise Refused("this answer of the provider was used already")
    claims, id_token = await provider.sign_in(answer["code"], attempt)
    return profile_of(claims, provider.names), id_token


async def _start(
    database: Database, clock: Clock, admins: InitialAdmins, profile: Profile, client: Client, id_token: str
) -> tuple[str, str]:
    """Id of the user, and the secret of the new session."""
    async with database.write() as session:
        by = Subject(*await _keep(session, profile), address=client.address)
        made = await _make_admin(session, admins, profile, by.id)
        secret = await start_session(session, clock, by, "identity provider", client, id_token)
        for binding_id, told in made.items():
            await audit.record(session, clock, audit.MACHINE, "role.given", binding_id, after=told)
    return by.id, secret


async def _keep(session: WriteSession, profile: Profile) -> tuple[str, str]:
    """Id and name of the user, made or brought up to date. Never that of a user whom another issuer, or nobody, vouches for."""
    await external.lock_sign_ins(session)
    found = await external.find_external_user(session, profile.issuer, profile.external_id)
    if found is not None and found["is_disabled"]:
        raise Refused("your user here is switched off")
    user_id = found["id"] if found is not None else new_id("usr")
    name = await _free_name(session, profile, user_id)
    values = {
        "name": name,
        "display_name": profile.display_name,
        "email": profile.email,
        "groups": list(profile.groups),
    }
    if found is not None:
        await users.change_user(session, user_id, values)
    else:
        ids = {"id": user_id, "issuer": profile.issuer, "external_id": profile.external_id}
        await external.insert_user(session, {**ids, **values})
    return user_id, name


async def _free_name(session: WriteSession, profile: Profile, user_id: str) -> str:
    """The name the provider gives, with a mark behind it where somebody else has it."""
    name = profile.user_name
    is_like_ours = name == ADMIN or name.startswith("usr_")  # users may be named by id, too
    if not is_like_ours and not await external.is_name_taken(session, name, user_id):
        return name
    mark = hashlib.sha256(f"{profile.issuer} {profile.external_id}".encode()).hexdigest()[:8]
    return f"{name} #{mark}"


async def _make_admin(
    session: WriteSession, admins: InitialAdmins, profile: Profile, user_id: str
) -> dict[str, dict[str, str]]:
    """Binding → what to tell about it, of those that were not there yet."""
    principals = [(bindings.GROUP, group) for group in admins.groups_of(profile)]
    if admins.has(profile):
        principals.append((bindings.USER, user_id))
    made: dict[str, dict[str, str]] = {}
    for kind, principal in principals:
        binding_id = new_id("bnd")
        row = {"principal_kind": kind, "principal": principal, "role": ADMIN_ROLE, "node": None}
        if await bindings.insert_binding(session, {"id": binding_id, **row, "created_by": CREATED_BY}):
            made[binding_id] = {kind: principal, "role": ADMIN_ROLE, "by": CREATED_BY}
    return made
