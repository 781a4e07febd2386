"""AWS: the Resource Groups Tagging API for all that is or was tagged, and describes for what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator

from fincc.compliance.domain.inventory import Area, CloudResource
from fincc.compliance.scanners.aws.client import AwsAccount, AwsClient, CannotRead
from fincc.compliance.scanners.aws.listings import GLOBAL, LISTINGS, Listing, tagged
from fincc.compliance.scanners.base import Piece, Step, Target


class AwsScanner:
    """Reads accounts × regions × services one after the other; see `Scanner`."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._client = AwsClient(target.partition, target.endpoint_url, target.access)

    def check(self) -> list[Step]:
        steps: list[Step] = []
        try:
            here = self._client.identity()
            steps.append(Step("credentials", True, f"signed in to account {here}"))
            for account in self._accounts(here):
                session = self._client.account(account, here, self._target.role_name)
                steps.append(Step(f"account {account}", True, "can be entered"))
                for region in list(self._target.regions)[:1]:
                    next(iter(tagged(session, region)), None)
                    steps.append(Step(f"account {account}", True, f"tags can be read in {region}"))
        except CannotRead as error:
            steps.append(Step(error.step, False, error.detail))
        if all(s.ok for s in steps) and not self._target.regions:
            steps.append(
                Step("regions", False, "no region is named, and no bill was ingested to take them from: name some")
            )
        return steps

    def _accounts(self, here: str) -> list[str]:
        """Without a role only the account of the credentials can be read."""
        if self._target.role_name is None:
            return [here]
        return list(self._target.accounts) or [here]

    def scan(self) -> Iterator[Piece]:
        try:
            here = self._client.identity()
        except CannotRead as error:
            yield Piece(Step(error.step, False, error.detail))
            return
        for account in self._accounts(here):
            try:
                session = self._client.account(account, here, self._target.role_name)
            except CannotRead as error:
                yield Piece(Step(error.step, False, error.detail))
                continue
            yield from self._account(session)

    def _account(self, session: AwsAccount) -> Iterator[Piece]:
        of_arn: dict[str, CloudResource] = {}
        for region in self._target.regions:
            piece = _read_tagged(session, region)
            of_arn.update({r.resource_id: r for r in piece.resources})
            yield piece
            for listing in LISTINGS:
                yield _read(session, region, listing, of_arn if piece.step.ok else None)
        yield _read(session, None, GLOBAL, of_arn)


def _read_tagged(session: AwsAccount, region: str) -> Piece:
    name = f"{session.account} {region} tagged resources"
    try:
        found = list(tagged(session, region))
    except CannotRead as error:
        return Piece(Step(name, False, error.detail))
    return Piece(Step(name, True, f"{len(found):,} resources"), found)


def _read(session: AwsAccount, region: str | None, listing: Listing, of_arn: dict[str, CloudResource] | None) -> Piece:
    """`of_arn` is None when what is tagged could not be read: then a listing without tags of its own says nothing."""
    name = f"{session.account} {region or 'all regions'} {listing.name}"
    if of_arn is None and not listing.knows_tags:
        return Piece(Step(name, False, "not judged, because the tagged resources could not be read"))
    try:
        found = list(listing.read(session, region))
    except CannotRead as error:
        return Piece(Step(name, False, error.detail))
    if not listing.knows_tags and of_arn is not None:
        found = [of_arn.get(r.resource_id, r) for r in found]
    area = Area(session.account, region, listing.types)
    return Piece(Step(name, True, f"{len(found):,} resources"), found, area)
