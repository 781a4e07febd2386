"""What kind of thing a resource is, from how a bill or a cloud names it.

Kinds are written like the Resource Groups Tagging API does, `service:type`. Source of the forms: the ARN formats in
AWS's Service Authorization Reference, and the ids that Cost and Usage Reports carry in `lineItem/ResourceId`.
"""

from __future__ import annotations

import re

_PREFIXES = {
    "ami": "ec2:image",
    "cgw": "ec2:customer-gateway",
    "eipalloc": "ec2:elastic-ip",
    "eni": "ec2:network-interface",
    "fs": "elasticfilesystem:file-system",
    "i": "ec2:instance",
    "igw": "ec2:internet-gateway",
    "lt": "ec2:launch-template",
    "nat": "ec2:natgateway",
    "sg": "ec2:security-group",
    "snap": "ec2:snapshot",
    "subnet": "ec2:subnet",
    "tgw": "ec2:transit-gateway",
    "vol": "ec2:volume",
    "vpc": "ec2:vpc",
    "vpce": "ec2:vpc-endpoint",
    "vpn": "ec2:vpn-connection",
}
_SHORT = re.compile(r"^([a-z]+)-[0-9a-f]{8,17}$")
_BY_SERVICE = {
    "Amazon Simple Storage Service": "s3:bucket",
    "AmazonS3": "s3:bucket",
    "Amazon DynamoDB": "dynamodb:table",
    "AmazonDynamoDB": "dynamodb:table",
}
_WHOLE = {"s3": "s3:bucket", "sns": "sns:topic", "sqs": "sqs:queue"}
"""Services whose ARNs name the resource without its type."""


def resource_type(resource_id: str, service: str | None, written: str | None = None) -> str:
    """`service:type`. `written` is the bill's own ResourceType, taken where there is one; a thing of unknown form is
    called by its service."""
    if written:
        return written
    if resource_id.startswith("arn:"):
        return _of_arn(resource_id)
    short = _SHORT.match(resource_id)
    if short and short[1] in _PREFIXES:
        return _PREFIXES[short[1]]
    return _BY_SERVICE.get(service or "", service or "unknown")


def _of_arn(arn: str) -> str:
    fields = arn.split(":", 5)
    if len(fields) < 6:
        return "unknown"
    service, rest = fields[2], fields[5]
    if service in _WHOLE:
        return _WHOLE[service]
    kind = re.split(r"[:/]", rest, maxsplit=1)[0]
    return f"{service}:{kind}" if kind != rest else service


def name_in(resource_id: str) -> str | None:
    """The part of an id that people chose: the last of an ARN, or a name; None for ids made by machines."""
    if resource_id.startswith("arn:"):
        fields = resource_id.split(":", 5)
        parts = re.split(r"[:/]", fields[5]) if len(fields) == 6 else []
        named = [p for p in parts if p and not _MADE.match(p)]
        return named[-1] if named else None
    return None if _SHORT.match(resource_id) or _MADE.match(resource_id) else resource_id


_MADE = re.compile(r"^[0-9a-f-]{8,}$")
# Matched against the name turned around: from its end there is one place to begin, and a thousand digits take no minutes.
_WORDS = "|".join(w[::-1] for w in ["prod", "production", "staging", "stage", "dev", "test", "qa", "blue", "green"])
_TAIL = re.compile(rf"(?:\d+v|{_WORDS}|(?=[0-9a-f]*\d)[0-9a-f]+)[-_.]?", re.IGNORECASE)
_LONGEST_NAME = 1000


def stem(name: str) -> str:
    """A name without numbers and stages at its end, so that siblings are called alike: checkout-api-7-prod → checkout-api.

    A name that is nothing else stays, and so does what is too long for a name.
    """
    if len(name) > _LONGEST_NAME:
        return name
    backwards = name[::-1]
    while (tail := _TAIL.match(backwards)) and tail.end() < len(backwards):
        backwards = backwards[tail.end() :]
    return backwards[::-1]


def aliases(resource_id: str) -> tuple[str, ...]:
    """How a bill may write what a cloud calls by this ARN: as it is, or by its last part (`i-…`, a bucket's name)."""
    if not resource_id.startswith("arn:"):
        return (resource_id,)
    last = re.split(r"[:/]", resource_id)[-1]
    return (resource_id, last)
