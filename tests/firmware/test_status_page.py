"""The status page in a real browser, from the built firmware."""

import pytest
from aiohttp import web
from browser import Browser
from camera_model import make
from camera_process import TOKEN, CameraProcess
from camera_server import CameraServer

from contract import api
from contract import model as model_file

MARKUP = "<img src=x onerror=document.title='owned'><b>bold</b>"


class Server(CameraServer):
    async def do_markup(self, request):
        return web.Response(status=500, reason=MARKUP)


@pytest.fixture(scope="module")
def server():
    with Server() as running:
        yield running


@pytest.fixture(scope="module")
def camera(server, tmp_path_factory):
    source = {"type": "snapshot", "url": server.url(), "interval_ms": 50, "timeout_s": 5}
    with CameraProcess(tmp_path_factory.mktemp("page"), {"source": source}) as running:
        running.put_model(make(sequence=7, change=lambda spec, _: spec["smoothing"].update(stale_s=1)))
        server.grey = 20
        running.wait("closed", lambda: running.status["state"]["state"] == "closed")
        yield running


@pytest.fixture(scope="module")
def page(camera, tmp_path_factory):
    with Browser(tmp_path_factory.mktemp("browser")) as browser:
        browser.open(f"http://127.0.0.1:{camera.port}{api.PAGE}")
        yield browser


def says(page, element, text):
    page.wait(f"document.getElementById({element!r})?.innerText.includes({text!r})")


def shown(page):
    return page.value("!document.getElementById('main').hidden")


def test_page_needs_no_token_and_shows_nothing_without_one(page):
    says(page, "login", "token")
    assert not shown(page) and page.value("document.title") == "Doorlens"


def test_wrong_token_is_said_and_not_kept(page):
    page.type("token", "not-" + TOKEN)
    page.press_enter()
    says(page, "why", "refuses this token")
    assert not shown(page) and page.value("sessionStorage.length") == 0
    page.complaints.clear()  # the browser's own about status 401


def test_right_token_shows_state_picture_region_events_and_health(page, camera):
    page.type("token", TOKEN)
    page.press_enter()
    says(page, "state", "closed")
    says(page, "health", "snapshot, works")
    says(page, "events", "closed")
    says(page, "log", "unsigned models are accepted")
    assert shown(page) and page.text("camera") == "door" and page.value("document.title") == "door: closed"
    page.wait("document.getElementById('picture').naturalWidth === 320")
    x0, y0, x1, y1 = model_file.parse(bytearray(make())).region
    drawn = page.value("['x','y','width','height'].map(name => +document.getElementById('region').getAttribute(name))")
    assert drawn == [x0, y0, x1 - x0, y1 - y0] == [*camera.status["view"]["region"][:2], *drawn[2:]]
    assert not page.complaints, "nothing breaks the policy"


def test_new_state_comes_by_itself(page, server):
    server.grey = 235
    says(page, "state", "open")
    says(page, "events", "closed \u2192 open")
    assert "since" in page.text("since") and "score" in page.text("reason")


def test_token_survives_a_reload_but_is_for_this_tab_only(page, camera):
    page.value("window.before = true")
    page("Page.reload")
    page.wait("!window.before")
    says(page, "state", "open")
    assert page.value("localStorage.length") == 0 and page.value("document.cookie") == ""


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800)])
def test_page_fits_a_phone_and_a_desk(page, width, height):
    page.resize(width, height, width < 500)
    page.wait(f"innerWidth === {width} && document.documentElement.scrollWidth <= innerWidth")


def test_words_of_the_source_are_text_and_the_state_becomes_unknown(page, server, camera):
    server.behaviour = "markup"
    says(page, "state", "unknown")
    says(page, "health", MARKUP)
    says(page, "note", "no picture comes")
    assert page.value("document.querySelectorAll('#health b, #health img').length") == 0 and page.value("document.title") == "door: unknown"
    assert "reason: no_frame" in page.text("reason")
    server.behaviour = "good"
    says(page, "state", "open")


def test_camera_that_is_gone_is_said_to_be(page, camera):
    camera.kill()
    says(page, "failure", "does not answer")
    camera.start()
    says(page, "state", "open")
    page.wait("document.getElementById('failure').innerText === ''")


def test_browser_never_asks_for_what_is_not_there(camera):
    assert camera.metrics["tokens_refused"] == 0, "an icon without a token would lock the address out"
