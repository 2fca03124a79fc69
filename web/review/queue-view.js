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
  const me = await around.api.whoAmI();
  const list = table("What waits, longest first", ["Waits since", "What", "Why", ""]);
  const queue = pages({
    table: list,
    read: reader(around),
    row: (one) => ("review" in one ? reviewRow(one.review, me) : heldRow(around, one.held)),
    none: () => "Nothing waits for a reviewer.",
    notices: around.notices,
  });
  await queue.begin();
  const words = "Whoever waits longest comes first. Nobody decides on themselves, and what weighs most is approved by two.";
  return { title: "Queue", content: [heading("What waits for you"), element("p", { class: "hint" }, words), queue.element] };
}

/** Later than any time. */
const NEVER = "~";

/**
 * Reads both lists as one. A cursor holds where each goes on, null where one has ended, and up to when each has been read: what is
 * later than where one of them stands waits until that has come further, or somebody who has waited longer would come after it.
 * @param {Around} around
 */
function reader({ api }) {
  /** @type {Waiting[]} */
  let waiting = [];
  /** @param {string | null} cursor */
  return async (cursor) => {
    /** @type {{next: (string | null)[], read: string[]}} */
    const { next, read } = cursor === null ? { next: ["", ""], read: ["", ""] } : JSON.parse(cursor);
    if (cursor === null) waiting = [];
    const behind = read[0] <= read[1] ? read[0] : read[1];
    const take = async (/** @type {number} */ at, /** @type {(cursor: string | null) => Promise<import("./review-api.js").Page<Review | Held>>} */ list) => {
      const from = next[at];
      if (from === null || read[at] > behind) return [];
      const page = await list(from || null);
      next[at] = page.nextCursor;
      read[at] = page.nextCursor === null ? NEVER : (page.items.at(-1)?.since ?? read[at]);
      return page.items;
    };
    const [reviews, held] = await Promise.all([take(0, (from) => api.listReviews(from)), take(1, (from) => api.listHeld(from))]);
    waiting.push(...reviews.map((one) => ({ since: one.since, review: /** @type {Review} */ (one) })));
    waiting.push(...held.map((one) => ({ since: one.since, held: /** @type {Held} */ (one) })));
    waiting.sort((one, other) => one.since.localeCompare(other.since));
    const until = read[0] <= read[1] ? read[0] : read[1];
    const items = waiting.filter(({ since }) => since <= until);
    waiting = waiting.filter(({ since }) => since > until);
    return { items, nextCursor: until === NEVER ? null : JSON.stringify({ next, read }) };
  };
}

/**
 * @param {Review} review
 * @param {string | null} me
 */
function reviewRow(review, me) {
  const strong = review.hits.some((hit) => hit.strong);
  const { personId, firstApproval } = review;
  const why = element("span", {}, whyInWords(review), strong && " ", strong && badge(["Strong", "bad"]));
  const approved = firstApproval !== null && badge([firstApproval === me ? "You have approved; another reviewer decides" : `${firstApproval} has approved`, ""]);
  const what = element("span", {}, `A check for tier ${review.tier} of `, element("code", {}, personId), approved && element("br"), approved);
  const open = element("a", { href: reviewAddress(review.reviewId), "aria-label": `Look at the check of ${personId}` }, "Look at it");
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
  const what = element("span", {}, `A reward of ${coins(held.coins)} for `, element("code", {}, held.personId));
  return [moment(held.since), what, why, actions];
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
