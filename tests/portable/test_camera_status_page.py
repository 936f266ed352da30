from binascii import b2a_base64
from hashlib import sha256

from camera_firmware import status_page


def between(text, begin, end):
    assert text.count(begin) == 1 == text.count(end), (begin, end)
    return text.split(begin)[1].split(end)[0]


def test_policy_allows_this_script_and_this_style_and_nothing_else():
    page, headers = status_page.page(), status_page.headers()
    for begin, end, directive in (("<script>", "</script>", "script-src"), ("<style>", "</style>", "style-src")):
        digest = b2a_base64(sha256(between(page, begin, end).encode()).digest()).decode().strip()
        assert "%s 'sha256-%s';" % (directive, digest) in headers
    assert headers.startswith("Content-Security-Policy: default-src 'none';") and "unsafe" not in headers
    assert not headers.endswith("\n") and headers.count("\r\n") == headers.count("\n") == 3


def test_page_is_small_and_needs_nothing_from_elsewhere():
    page = status_page.page()
    assert len(page.encode()) < 15000 and "%s" not in page
    for word in ("http:", "https:", "//", "@import", "url(", "<link rel=\"stylesheet"):
        assert word not in page, word
    assert page.count("src=") == 0 and page.count("href=") == 1, "the empty icon, so that no browser asks for one"


def test_text_of_the_camera_is_never_read_as_html():
    script = between(status_page.page(), "<script>", "</script>")
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval", "Function(", "DOMParser", "srcdoc"):
        assert word not in script, word
