"""Whoever has the present answer gets 304 and no body; nobody else does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliffhanger.web.calls import Answer, Call, render
from cliffhanger.web.etags import etag_answer, is_held

BODY = {"seriesId": "the-last-train", "episodes": [1, 2, 3]}


def ask(if_none_match: str | None = None, body: Any = BODY, headers: dict[str, str] | None = None) -> Answer:
    sent = {} if if_none_match is None else {"if-none-match": if_none_match}
    return etag_answer(Call(None, None, None, None, {"headers": sent}), body, headers)


TAG = ask().headers["etag"]


def test_the_first_answer_is_whole_and_tells_its_tag() -> None:
    answer = render(ask())
    assert answer["statusCode"] == 200
    assert answer["body"] == '{"seriesId":"the-last-train","episodes":[1,2,3]}'
    assert answer["headers"] == {"content-type": "application/json", "cache-control": "no-cache", "etag": TAG}
    assert len(TAG) == 28
    assert TAG[0] == TAG[-1] == '"'


@pytest.mark.parametrize(
    "held",
    [TAG, f"W/{TAG}", "*", " * ", f'"other", {TAG}', f'W/"other",W/{TAG}', f'"a,b" , {TAG}', f'{TAG}, "other"'],
)
def test_who_holds_it_gets_no_body(held: str) -> None:
    answer = render(ask(held))
    assert (answer["statusCode"], answer["body"]) == (304, "")
    assert answer["headers"] == {"cache-control": "no-cache", "etag": TAG}


@pytest.mark.parametrize(
    "held",
    ["", '"other"', 'W/"other"', TAG.strip('"'), TAG[:-1], f"'{TAG[1:-1]}'", '"*"', TAG.upper(), '""', "W/", '"' * 99],
)
def test_who_holds_something_else_gets_it_whole(held: str) -> None:
    assert ask(held).status == 200


def test_another_body_has_another_tag() -> None:
    assert ask(TAG, {**BODY, "episodes": [1, 2]}).status == 200


def test_headers_stand_on_both_answers() -> None:
    headers = {"cache-control": "private, max-age=5", "vary": "accept-language"}
    for answer in (ask(headers=headers), ask(TAG, headers=headers)):
        assert {name: answer.headers[name] for name in headers} == headers


def test_an_event_without_headers_holds_nothing() -> None:
    assert etag_answer(Call(None, None, None, None, {"headers": None}), BODY).status == 200


tags = st.text(st.characters(min_codepoint=0x23, max_codepoint=0x7E), max_size=8)


@given(st.lists(st.tuples(st.booleans(), tags), max_size=5), tags)
def test_a_tag_is_held_exactly_when_it_is_named(named: list[tuple[bool, str]], tag: str) -> None:
    sent = ", ".join(f'W/"{one}"' if weak else f'"{one}"' for weak, one in named)
    assert is_held(sent, tag) == (tag in [one for _, one in named])
