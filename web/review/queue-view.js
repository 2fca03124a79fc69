// Everything that waits for a reviewer, longest first: checks of who people are, and rewards that are held.

import { element } from "../dom.js";
import { ask, badge, facts, pages, table } from "../partners/parts.js";
import { heading } from "../room/pieces.js";
import { coins, moment } from "../words.js";
import { reasonsInWords, reviewSentence, whyInWords } from "./review-words.js";

/** @typedef {import("./review.js").Around} Around */
/** @typedef {import("./review-api.js").Review} Review */
/** @typedef {import("./review-api.js").Held} Held */
/** @typedef {{since: string, review: Review} | {since: string, held: Held}} Waiting */

/** @param {string} reviewId */
export function reviewAddress(reviewId) {
  return `#/reviews/${reviewId}`;
}

/**
 * @param {Around} around
 * @returns {Promise<import("../room/room.js").View>}
 */
export async function queueView(around) {
  const list = table("What waits, longest first", ["Waits since", "What", "Why", ""]);
  const queue = pages({
    table: list,
    read: reader(around),
    row: (one) => ("review" in one ? reviewRow(one.review) : heldRow(around, one.held)),
    none: () => "Nothing waits for a reviewer.",
    notices: around.notices,
  });
  await queue.begin();
  const words = "Whoever waits longest comes first. Nobody decides on themselves, and what weighs most is approved by two.";
  return { title: "Queue", content: [heading("What waits for you"), element("p", { class: "hint" }, words), queue.element] };
}

/**
 * Reads both lists as one. A cursor holds where each goes on; null where one has ended.
 * @param {Around} around
 */
function reader({ api }) {
  /** @param {string | null} cursor */
  return async (cursor) => {
    /** @type {{reviews: string | null, held: string | null, begun: boolean}} */
    const from = cursor === null ? { reviews: null, held: null, begun: false } : JSON.parse(cursor);
    const ended = Promise.resolve({ items: [], nextCursor: null });
    const [reviews, held] = await Promise.all([
      from.begun && from.reviews === null ? ended : api.listReviews(from.reviews),
      from.begun && from.held === null ? ended : api.listHeld(from.held),
    ]);
    /** @type {Waiting[]} */
    const items = [
      ...reviews.items.map((review) => ({ since: review.since, review })),
      ...held.items.map((one) => ({ since: one.since, held: one })),
    ];
    items.sort((one, other) => one.since.localeCompare(other.since));
    const next = { reviews: reviews.nextCursor, held: held.nextCursor, begun: true };
    return { items, nextCursor: next.reviews === null && next.held === null ? null : JSON.stringify(next) };
  };
}

/** @param {Review} review */
function reviewRow(review) {
  const strong = review.hits.some((hit) => hit.strong);
  const why = element("span", {}, whyInWords(review), strong && " ", strong && badge(["Strong", "bad"]));
  const what = element("span", {}, `A check for tier ${review.tier}`, review.firstApproval !== null && element("br"), review.firstApproval !== null && badge(["One has approved", ""]));
  const open = element("a", { href: reviewAddress(review.reviewId), "aria-label": `Look at the check of ${review.personId}` }, "Look at it");
  return [moment(review.since), what, why, open];
}

/**
 * @param {Around} around
 * @param {Held} held
 */
function heldRow(around, held) {
  const why = `${held.score} points: ${reasonsInWords(held.reasons)}`;
  const actions = element(
    "span",
    { class: "actions" },
    element("button", { type: "button", "aria-label": `Pay the reward of ${held.personId}`, onclick: () => decide(around, held, "release") }, "Pay"),
    element("button", { type: "button", class: "quiet", "aria-label": `Refuse the reward of ${held.personId}`, onclick: () => decide(around, held, "refusal") }, "Refuse"),
  );
  return [moment(held.since), `A reward of ${coins(held.coins)}`, why, actions];
}

/**
 * @param {Around} around
 * @param {Held} held
 * @param {"release" | "refusal"} verdict
 */
function decide({ api, go }, held, verdict) {
  const pays = verdict === "release";
  ask({
    title: pays ? "Pay this reward?" : "Refuse this reward?",
    words: pays ? "Its coins are granted at once, with your name in the entry." : "It is never paid. This cannot be taken back.",
    more: facts([
      ["Viewer", element("code", {}, held.personId)],
      ["For", held.kind],
      ["Coins", coins(held.coins)],
      ["Rule", element("code", {}, held.rule)],
      ["Held for", reasonsInWords(held.reasons)],
    ]),
    yes: pays ? "Pay it" : "Refuse it",
    act: async () => {
      await api.decideHeld(held.claimId, verdict);
      return () => go("#/", pays ? "Paid." : "Refused.");
    },
    inWords: reviewSentence,
  });
}
