"""Signing in to a room of the service through the hosted page of the running platform."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from local.cast import User


def sign_in(page: Page, user: User, room: str) -> None:
    """Through the hosted page, which asks who, then how, then for the password."""
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Username").fill(user.email)
    page.get_by_role("button", name="Next").click()
    how, password = page.get_by_role("button", name="Password"), page.get_by_label("Password for")
    expect(how.or_(password)).to_be_visible()
    if how.is_visible():
        how.click()
    password.fill(user.password)
    page.get_by_role("button", name="Sign in").click()
    # By way of the viewers' page, whose headings are others.
    page.wait_for_url(f"**/{room}**")
