// Plain words for payouts: why none can be made, how far one is, what to do about it.

import { moment, sentenceFor } from "../words.js";
import { shown } from "./money.js";

/** @typedef {import("./earnings-api.js").Payout} Payout */

const UNDER_WAY = ["requested", "held", "sending", "inTransit", "returning"];

/** @type {Record<string, string>} by the rule that is in the way, or that a payout has failed by */
const RULES = {
  verification_required: "Show who you are first.",
  verification_pending: "Your identity is being checked. You will have a mail when that is done.",
  verification_refused: "Your identity could not be confirmed, so nothing can be paid out. It can be tried anew 30 days after, or ask support.",
  no_destination: "Say first which bank it is to go to.",
  destination_restricted: "The payment provider still asks something about your bank.",
  cooling_off: "Your bank was changed a short while ago. Nothing is paid out to it yet, in case that was not you.",
  currency: "There are no payouts in this currency.",
  speed: "Your bank takes no instant payouts.",
  below_minimum: "That is less than the smallest payout.",
  over_payable: "That is more than can be paid out now.",
  disputed: "A payment that you had a share in is disputed. What is left can be paid out.",
  over_day_limit: "That is more than may be paid out in a day. Take less, or wait until tomorrow.",
  over_month_limit: "That is more than may be paid out in a month. Take less, or wait until the next one.",
  too_many: "There were too many payouts this month, or requests today.",
  frozen: "Your account is frozen. Ask support.",
  debt: "What you owe is repaid first, by what you earn next.",
  canceled: "It was called off.",
  expired: "It took too long.",
  provider_refused: "The payment provider did not take it. Look at your bank's details.",
  bank_refused: "Your bank did not take it. Look at your bank's details.",
};

/** @type {Record<string, string>} by a payout's status */
const STATES = {
  requested: "asked for",
  held: "set aside, about to leave",
  sending: "leaving",
  inTransit: "on its way to your bank",
  paid: "paid",
  returning: "coming back",
  failed: "failed, and on your account as before",
  returned: "sent back by your bank, and on your account again",
};

/** @type {Record<string, string>} by what a payout waits for */
const WAITS = {
  switched_off: "It waits: payouts are switched off for the moment.",
  provider: "It waits for the payment provider to answer.",
};

/** @type {Record<string, string>} codes that say something else here than elsewhere */
const CODES = {
  sign_in_too_old: "Where money goes is decided only after a fresh sign-in, no older than five minutes. You come back to this place.",
  sign_in_not_new: "The sign-in page let you pass without asking who you are. Sign out, sign in, and come back here.",
  payout_fee_changed: "The fee has changed. Nothing has left; look at it again.",
  service_down: "The service is not answering right now. Trying again is safe: nothing is paid out twice.",
  unreachable: "The service cannot be reached. Trying again is safe: nothing is paid out twice.",
  no_answer_in_time: "No answer came in time. Trying again is safe: nothing is paid out twice.",
  undecided: "Whether it went through is not certain yet. Trying again is safe: nothing is paid out twice.",
  switched_off: "Payouts are switched off for the moment. Nothing has left.",
  provider_unavailable: "The payment provider is not answering. Nothing has left; try again in a moment.",
};

/**
 * @param {import("../refusal.js").Refusal} refusal
 * @returns {string}
 */
export function inWords(refusal) {
  const { code, members } = refusal;
  if (code === "verification_too_soon") return `You have tried before. You can again from ${moment(String(members["retryAt"]))} on.`;
  const until = refusal.number("until");
  if (code === "payout_refused") return because(String(members["rule"]), { until: until === null ? "" : moment(new Date(until).toISOString()) });
  return CODES[code] ?? sentenceFor(refusal);
}

/** @typedef {{minimum?: string, more?: string, until?: string, day?: string, month?: string}} Figures amounts and a time, in words */

/**
 * @param {string} rule
 * @param {Figures} [figures] as far as they are known
 * @returns {string}
 */
export function because(rule, { minimum = "", more = "", until = "", day = "", month = "" } = {}) {
  if (rule === "below_minimum" && minimum) return `The smallest payout is ${minimum}${more && `: ${more} more is needed`}.`;
  if (rule === "cooling_off" && until) return `Your bank was changed. Nothing is paid out to it before ${until}, in case that was not you.`;
  if (rule === "over_day_limit" && day) return `No more than ${day} may be paid out in a day. Take less, or wait until tomorrow.`;
  if (rule === "over_month_limit" && month) return `No more than ${month} may be paid out in a month. Take less, or wait until the next one.`;
  return RULES[rule] ?? `Not now: ${rule.replaceAll("_", " ")}.`;
}

/** @param {Payout} payout */
export function isUnderWay({ status }) {
  return UNDER_WAY.includes(status);
}

/** @param {Payout} payout */
export function inShort({ amount, currency, status }) {
  return `${shown(amount, currency)}: ${STATES[status] ?? status}`;
}

/** @param {string} waitsFor */
export function waiting(waitsFor) {
  return WAITS[waitsFor] ?? "It does not go on at present. We have been told, and look into it.";
}
