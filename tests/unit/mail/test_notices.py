"""The notice of a disabled endpoint: to each member once, whoever else cannot be sent to."""

from __future__ import annotations

import pytest

from cliffhanger.errors import Unavailable
from cliffhanger.events.catalogue import newest
from cliffhanger.mail.domain import Mail, Recipient
from cliffhanger.mail.notices import Notice, notice_by, render_notice
from cliffhanger.mail.service import PostOffice, send_notice
from cliffhanger.mail.store import MailsStore
from tests.support.dynamodb import MemoryDynamoDB, connect
from tests.support.tables import MAILS


class Post:
    """Takes mails; for some addresses SES is away."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.away: set[str] = set()

    def send(self, address: str, mail: Mail) -> None:
        if address in self.away:
            raise Unavailable
        self.sent.append(address)


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def office(post: Post) -> PostOffice:
    model = MemoryDynamoDB()
    model.call("CreateTable", MAILS)
    mails = MailsStore(connect(model), MAILS["TableName"])
    return PostOffice(
        mails,
        lambda person: Recipient(f"{person}@example.com", None),
        post,  # type: ignore[arg-type]
        "https://watch.example",
    )


def notice() -> Notice:
    made = notice_by(newest("WebhookEndpointDisabled").example)
    assert made is not None
    return made


def test_every_member_is_told_once_however_often_the_event_comes(office: PostOffice, post: Post) -> None:
    assert send_notice(office, notice(), ["pia", "ole"]) == ["sent", "sent"]
    assert send_notice(office, notice(), ["pia", "ole"]) == ["before", "before"]
    assert post.sent == ["ole@example.com", "pia@example.com"]


def test_one_who_cannot_be_sent_to_holds_up_none_of_the_others_and_is_tried_again(
    office: PostOffice, post: Post
) -> None:
    post.away = {"ole@example.com"}
    with pytest.raises(Unavailable):
        send_notice(office, notice(), ["ole", "pia"])
    assert post.sent == ["pia@example.com"]
    post.away = set()
    assert send_notice(office, notice(), ["ole", "pia"]) == ["sent", "before"]


def test_the_mail_says_which_endpoint_why_and_what_to_do() -> None:
    mail = render_notice(notice()._replace(name="<b>Orders</b>"), "https://watch.example")
    for words in ("5e7d9k2m8q1r5t0v", "live", "replay", "https://watch.example/partners.html", "last time"):
        assert words in mail.text
    assert "<b>" not in mail.html


def test_other_events_ask_for_no_notice() -> None:
    assert notice_by(newest("CoinsBought").example) is None
