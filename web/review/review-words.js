// Plain words for reviewers: for refusals, what waits and why, what speaks for a hit, and decisions.

import { sentenceFor } from "../words.js";

/** @type {Record<string, string>} */
const SENTENCES = {
  offline: "You are offline. What you did last may not have arrived; trying again is safe.",
  unreachable: "The service cannot be reached. Trying again is safe: nothing is decided twice.",
  no_answer_in_time: "No answer came in time. Trying again is safe: nothing is decided twice.",
  not_found: "There is nothing of that name.",
  case_closed: "It does not wait any more: somebody has decided, or it is over.",
  four_eyes_required: "This is about yourself. Another reviewer has to look at it.",
  validation_failed: "Something does not fit.",
  sign_in_too_old: "A decision needs a sign-in that is no older than five minutes. What you have picked is kept; nothing is decided yet.",
};

/** Of a sign-in that was made for a decision, and is too old for it. */
export const NOT_ASKED_ANEW = "The sign-in page let you through without asking anew. Sign out, sign in again, and decide then.";

/**
 * One sentence for what went wrong.
 * @param {import("../refusal.js").Refusal} refusal
 */
export function reviewSentence(refusal) {
  return SENTENCES[refusal.code] ?? sentenceFor(refusal);
}

/** @type {Record<string, string>} why a check waits */
const WHYS = {
  hits: "May be on a list of sanctions",
  enhanced: "Asks for tier 2, which is always looked at",
  name_unreadable: "The name cannot be compared with the lists",
};

/** @param {import("./review-api.js").Review} review */
export function whyInWords({ why, kind }) {
  const words = WHYS[why] ?? why;
  return kind === "screening" ? `${words}; verified before` : words;
}

/** @type {Record<string, string>} what speaks for or against a hit */
const REASONS = {
  name_same: "the same name",
  name_alike: "a similar name",
  alias_weak: "by an alias that the list itself calls weak",
  birth_date_same: "born on the same day",
  birth_date_near: "born within two years",
  birth_date_other: "born in another year",
  country_same: "of the same country",
  country_other: "of another country",
  device_shared: "a device with several accounts",
  device_unknown: "a device that was not told",
  young_account: "a young account",
};

/** @param {string[]} codes */
export function reasonsInWords(codes) {
  return codes.map((code) => REASONS[code] ?? code.replaceAll("_", " ")).join(", ");
}

/** @type {[import("./review-api.js").Verdict, string][]} */
export const VERDICTS = [
  ["approve", "Approve"],
  ["refuse", "Refuse"],
  ["again", "Ask to verify again"],
];

/** @type {Record<import("./review-api.js").Verdict, [string, string][]>} which reasons go with which verdict */
export const WHY = {
  approve: [
    ["false_hit", "Somebody else is on the list"],
    ["identity_confirmed", "The identity is beyond doubt"],
  ],
  refuse: [
    ["listed", "It is the person on the list"],
    ["document_doubtful", "The document is doubtful"],
    ["identity_doubtful", "The identity is doubtful"],
  ],
  again: [
    ["more_needed", "More is needed to decide"],
    ["document_doubtful", "The document is doubtful"],
    ["identity_doubtful", "The identity is doubtful"],
  ],
};

/** @type {Record<string, [string, string]>} words, and the badge's kind */
const OUTCOMES = {
  approved: ["Approved", "good"],
  refused: ["Refused", "bad"],
  again: ["Asked to verify again", ""],
  unfinished: ["Never finished", ""],
  canceled: ["Given up", ""],
  gone: ["Erased at the provider", ""],
};

/**
 * @param {import("./review-api.js").Decision} decision
 * @returns {[string, string]}
 */
export function outcomeInWords({ outcome, final }) {
  if (!final) return ["Approved; a second approval is needed", ""];
  return OUTCOMES[outcome] ?? [outcome, ""];
}
