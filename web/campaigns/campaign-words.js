// Plain words for brands: for refusals of ours, and for why viewers' claims were refused.

import { sentenceFor } from "../words.js";

/** @type {Record<string, string>} */
const SENTENCES = {
  offline: "You are offline.",
  unreachable: "The service cannot be reached.",
  no_answer_in_time: "No answer came in time.",
  not_found: "There is no such campaign of yours.",
};

/**
 * One sentence for what went wrong.
 * @param {import("../refusal.js").Refusal} refusal
 */
export function campaignSentence(refusal) {
  return SENTENCES[refusal.code] ?? sentenceFor(refusal);
}

/** @type {Record<import("./campaign-api.js").Campaign["status"], [string, string]>} words, and the badge's kind */
export const STATUSES = { live: ["Live", "good"], paused: ["Paused", ""], closed: ["Closed", ""] };

/** @type {Record<import("./campaign-api.js").Kind, string>} */
export const KINDS = { cashback: "Purchases", scan: "Scanned codes", "watch.episode": "Sponsored episodes" };

/** @type {Record<string, string>} */
const REASONS = {
  budget_exhausted: "The budget was used up",
  budget_cap_reached: "The viewer had as much as the campaign gives",
  campaign_closed: "Outside the campaign's time, or paused",
  country_refused: "Another country",
  currency_refused: "Another currency",
  nothing_due: "Too little was paid",
  no_rule: "No rule gives anything for it",
  rule_day_cap: "The viewer's day was used up",
  rule_day_times: "The viewer's day was used up",
  campaign_day_cap: "The campaign's day was used up",
  campaigns_day_cap: "The viewer's day of all campaigns was used up",
  age_refused: "Too young",
  age_unknown: "Age not known",
  evidence_refused: "No rule takes that evidence",
};

/** @param {string} reason why a claim was refused */
export function reasonInWords(reason) {
  return REASONS[reason] ?? reason.replaceAll("_", " ");
}
