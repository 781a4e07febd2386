import base64
import hashlib

from fincc.gateway.domain.page import content_security_policy, plain_page


def test_an_inline_script_is_allowed_by_its_hash_and_nothing_else_is():
    script = 'document.documentElement.dataset.theme = "dark"'
    policy = content_security_policy(f"<html><script>{script}</script><script type=module src=/assets/a.js></script>")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in policy
    assert "unsafe-eval" not in policy
    assert policy.count("sha256-") == 1


def test_a_page_without_inline_scripts_allows_none():
    policy = content_security_policy('<script src="/assets/a.js"></script>')
    assert "script-src 'self';" in policy
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "frame-ancestors 'none'" in policy


def test_text_of_a_plain_page_cannot_become_markup():
    assert "<script>" not in plain_page("<script>", "<script>alert(1)</script>")
