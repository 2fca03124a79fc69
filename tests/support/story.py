"""A long series as a real one might be: a hundred episodes whose titles have about 30 characters, and all that can be
written of it."""

from __future__ import annotations

import random

from cliffhanger.catalog.domain import EpisodeLine, Pricing, SeriesPage

DAY_MS = 86_400_000

SYNOPSIS = (
    "Every night at 0:40 a train leaves that is on no timetable. Mara sells tickets at the only window still "
    "lit, and knows better than to ask who buys them. Tonight someone gets off instead: a man in her dead "
    "husband's coat, with a photograph of her as a child, and forty minutes before the conductor counts again. "
    "To keep him she has to board. To come back she must find, among a hundred strangers, the one passenger "
    "who never paid for the journey, and no one alive remembers who tried."
)

TITLES = (
    "The Window That Is Always Lit",
    "A Ticket Nobody Asked Her For",
    "Forty Minutes on Platform Nine",
    "The Black Coat He Was Buried In",
    "What the Photograph Left Out",
    "Stand Behind the Yellow Line",
    "The Conductor Counts to Ninety",
    "Her Mother's Unsent Postcards",
    "Somebody Is in Seat Eleven",
    "Do Not Lean Out of the Window",
    "The Northern Man With Two Departures",
    "Change Here for Yesterday",
    "A Suitcase Full of Other Keys",
    "The Girl Who Missed It Twice",
    "Nine Stations and No Exit",
    "He Knows the Ragged Song She Hums",
    "Brakes, Then a Very Long Silence",
    "The Dining Car Serves at Two",
    "An Heir Travels Second Class",
    "Please Do Not Wake the Judge",
    "The Guilty Bride in Carriage Seven",
    "Whose Ring Is on Her Finger?",
    "Tunnel: Eleven Seconds of Dark",
    "The Porter Remembers a Jealous Fire",
    "A Doctor Without Any Patients",
    "Proof of Payment, Please",
    "The Twins Bought One Amber Ticket",
    "Letters Sewn Into the Lining",
    "Midnight, but Only for Him",
    "She Signs With Her Old Maiden Name",
    "The Bridge Was Closed in 1963",
    "Three Lies About the Weather",
    "Lost Property, Shelf Forty-One",
    "An Offer From the Last Coach",
    "The Widow Refuses Her Fortune",
    "Someone Pulled the Red Handle",
    "Passengers Must Not Be Named",
    "The Perfect Chess Player Gives Up",
    "A Child Asks the Right Thing",
    "The Stationmaster's Daughter",
    "Rain Inside the Broken Compartment",
    "How He Really Lost the Borrowed Hand",
    "Return Tickets Are Not Valid",
    "The Solemn Mirror Facing Backwards",
    "Confession Over Cold Coffee",
    "The Inspector Boards at Dawn",
    "Eleven Names on One Gravestone",
    "What the Stoker Never Burned",
    "A Sleepless Wedding Between Two Stops",
    "Halfway Is Where They Jump",
    "The Stubborn Second Photograph",
    "You Were Never on This Train",
    "The Price of a Good Window Seat",
    "Snow on the Wintry Wrong Mountains",
    "Her Crimson Brother Paid in Advance",
    "The Sleeping Car Is Empty Now",
    "An Anonymous Gift of Gloves",
    "The Signalman's Last Mistake",
    "Quietly, in the Haunted Luggage Van",
    "The Wicked Actress Plays Herself",
    "Ten Years in Ten Minutes",
    "A Moonlit Promise Kept Too Early",
    "The Frozen General Cannot Sleep",
    "Who Rang From Platform Four?",
    "The Drowned Map With No Legend",
    "Betrayal by Candlelight",
    "His Other Family Gets On as Well",
    "The Scarlet Clock Loses an Hour",
    "Every Gilded Door Opens Outward",
    "The Nurse Without a Silent Shadow",
    "One Hollow Passenger Too Many",
    "The Gentle Fare for Coming Home",
    "Blood on a Sudden White Napkin",
    "A Voice From the Forgotten Tender",
    "The Wounded Notary Reads It Twice",
    "They Buried an Empty Box",
    "The Orphan Owns the Furious Railway",
    "Do You Take This Shattered Stranger?",
    "Under the Secret Third Carriage",
    "An Alibi for Everyone but Her",
    "The River Comes Up to Meet Us",
    "Mara Gives Back the Tender Uniform",
    "The Rusted Unpaid Ticket, at Last",
    "He Asks Her, Kindly, to Forget Him",
    "Seventeen Seconds to Choose",
    "The Conductor Takes Off His Cap",
    "No Lights Beyond This Burning Point",
    "A Name the Patient Wind Can't Carry",
    "The House Beside the Faithful Tracks",
    "Her Hand on the Signal Lever",
    "Everything the Dead Still Owe",
    "The Long Way Through the Fire",
    "Last Call for the Bitter Living",
    "Two Seats, Side by Side",
    "The Morning Without a Vanished Train",
    "Somebody Kept the Window Lit",
    "A Velvet Photograph of Nobody",
    "What She Sold the Ruined Conductor",
    "Platform Nine, in Daylight",
    "The Last Train Was the First",
)


def long_series(titles: tuple[str, ...] = TITLES) -> SeriesPage:
    """A series with everything that can be written of it, each episode filmed, marked and released a day later."""
    drawn = random.Random(9)
    lines = []
    for number, title in enumerate(titles, 1):
        duration = drawn.randint(58_000, 179_999)
        own = drawn.choice((None, None, None, drawn.randint(5, 40)))
        cliffhanger = duration - drawn.randint(500, 6_000)
        lines.append(EpisodeLine(number, title, own, duration, cliffhanger, 1_763_000_000_000 + number * DAY_MS))
    return SeriesPage(
        series="the-last-train-was-the-first-one",
        title="The Last Train: Everybody Who Ever Missed It, and the Woman Who Sold the Tickets",
        synopsis=SYNOPSIS,
        language="en",
        owner="4h7d9k2m8q1r5t0v",
        free_episodes=8,
        listed_at=1_763_000_000_000,
        episodes=tuple(lines),
        pricing=Pricing(start=10, rise=2, every=10, most=40),
        ceiling_coins=900,
        rest_discount_percent=15,
        early_hours=48,
        age_rating=12,
        languages=("de", "es-419", "fr", "it", "ja", "pl", "pt-BR", "zh-Hans"),
        tags=(
            "amnesia",
            "found-family",
            "ghosts",
            "marriage",
            "mystery",
            "revenge",
            "romance",
            "second-chance",
            "time-loop",
            "trains",
        ),
        revision=312,
    )
