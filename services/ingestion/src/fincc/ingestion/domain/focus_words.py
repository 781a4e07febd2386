"""Words that FOCUS prescribes and bills write their own way: units of measure, and the type of a resource by its id."""

from __future__ import annotations

import re

# Written form in lower case → singular and plural of FOCUS's unit format.
_TIMES = {
    word: (name, f"{name}s")
    for name, words in {
        "Year": "y yr yrs",
        "Month": "mo mon",
        "Day": "d",
        "Hour": "h hr hrs",
        "Minute": "min mins",
        "Second": "s sec secs",
    }.items()
    for word in (*words.split(), name.lower(), f"{name.lower()}s")
}
_SIZES = {
    **{f"{prefix}byte{s}": f"{short}B" for s in ("", "s") for prefix, short in
       (("", ""), ("kilo", "K"), ("mega", "M"), ("giga", "G"), ("tera", "T"), ("peta", "P"))},
}  # fmt: skip
_THOUSANDS = {"k": 1_000, "m": 1_000_000, "b": 1_000_000_000}
_QUANTITY = re.compile(r"^(\d+)\s?([KMB]?)\s+(.+)$", re.IGNORECASE)


def unit(written: str) -> str:
    """A unit as FOCUS's unit format has it; what it has no word for stays as written.

    >>> unit("GB-Mo"), unit("Lambda-GB-Second"), unit("hours"), unit("1K tokens"), unit("Terabytes")
    ('GB-Months', 'Lambda GB-Seconds', 'Hours', '1000 Tokens', 'TB')
    """
    amount = _QUANTITY.match(written)
    if amount:
        number = int(amount[1]) * _THOUSANDS.get(amount[2].lower(), 1)
        return f"{number} {unit(amount[3])}"
    top, slash, bottom = written.partition("/")
    if slash and bottom.lower() in _TIMES:
        return f"{unit(top)}/{_TIMES[bottom.lower()][0]}"
    *first, last = written.split("-")
    if last.lower() in _TIMES:
        return "-".join([" ".join(map(_noun, first)), _TIMES[last.lower()][1]] if first else [_TIMES[last.lower()][1]])
    return _noun(written)


def _noun(word: str) -> str:
    return _SIZES.get(word.lower()) or (word[:1].upper() + word[1:] if word.islower() else word)


# The first part of the ids that are no ARN.
_PREFIXES = {
    "i": "ec2:instance", "vol": "ec2:volume", "snap": "ec2:snapshot", "ami": "ec2:image", "nat": "ec2:natgateway",
    "eni": "ec2:network-interface", "eipalloc": "ec2:elastic-ip", "vpn": "ec2:vpn-connection",
    "tgw": "ec2:transit-gateway", "vpce": "ec2:vpc-endpoint", "fs": "elasticfilesystem:file-system",
}  # fmt: skip
_ID = re.compile(r"^([a-z]+)-[0-9a-f]{8,}$")
OTHER_RESOURCE = "Resource"


def resource_type(resource_id: str) -> str:
    """The type that a resource's id tells, as service and type; `Resource` where it tells none.

    >>> resource_type("arn:aws:lambda:us-east-1:217640093481:function:basket")
    'lambda:function'
    >>> resource_type("arn:aws:sqs:us-east-1:217640093481:orders"), resource_type("i-08743559375bc06d4")
    ('sqs', 'ec2:instance')
    """
    if resource_id.startswith("arn:"):
        parts = resource_id.split(":", 5)
        if len(parts) < 6:
            return OTHER_RESOURCE
        kind = re.match(r"/?([A-Za-z][A-Za-z0-9-]*)[/:]", parts[5])
        return f"{parts[2]}:{kind[1]}" if kind else parts[2]
    short = _ID.match(resource_id)
    return _PREFIXES.get(short[1], OTHER_RESOURCE) if short else OTHER_RESOURCE
