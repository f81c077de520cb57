"""Which names and origins a session can be opened from."""

from __future__ import annotations

from http.client import HTTPConnection

import pytest

from tests.browser.conftest import Server

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize(
    ("name", "origin", "status"),
    [
        ("127.0.0.1:8501", "http://127.0.0.1:8501", 101),
        ("localhost:8501", "http://localhost:8501", 101),
        ("127.0.0.1:8501", "http://page.example", 403),
        ("page.example:8501", "http://page.example:8501", 403),  # a page that has given its name this machine's address
    ],
)
def test_a_page_on_the_web_opens_no_session(newsstand: Server, name: str, origin: str, status: int) -> None:
    connection = HTTPConnection("127.0.0.1", newsstand.port, timeout=30)
    handshake = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
    key = {"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    connection.request("GET", "/_stcore/stream", headers={"Host": name, "Origin": origin, **handshake, **key})
    assert connection.getresponse().status == status
    connection.close()
