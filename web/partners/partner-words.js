// Plain words for partners: for refusals, modes, states, what an attempt came to, and times to the second.

import { duration, sentenceFor } from "../words.js";

/** @typedef {import("../refusal.js").Refusal} Refusal */

/** @type {Record<import("./places.js").Mode, string>} */
export const MODE_NAMES = { sandbox: "Sandbox", live: "Live" };
/** @type {Record<import("./places.js").Mode, string>} */
export const MODE_WORDS = {
  sandbox: "Made-up events only. Nothing here is real, and nothing of it reaches live endpoints.",
  live: "Real events of real viewers. What is changed here counts at once.",
};

/** @type {Record<string, string>} */
const SENTENCES = {
  offline: "You are offline. What you did last may not have arrived; trying again is safe.",
  unreachable: "The service cannot be reached. Trying again is safe: nothing is done twice.",
  no_answer_in_time: "No answer came in time. Trying again is safe: nothing is done twice.",
  not_found: "There is no such thing of yours in this mode.",
  validation_failed: "Something does not fit.",
  rotation_running: "A rotation is under way already. Rotate without overlap to end the old secret now, or wait until it has ended.",
  quota_reached: "Today's quota of requests is used up. It begins anew at midnight (UTC).",
  endpoints_full: "There are as many endpoints as there may be. Delete one first.",
  clients_full: "There are as many clients as there may be. Remove one first.",
  replays_full: "As many replays as may be are running. Wait until one has ended.",
  rate_limited: "Too many requests in a minute. Wait a moment, then try again.",
  undecided: "Whether it was done is not certain yet. Trying again is safe: nothing is done twice.",
};

/**
 * One sentence for what went wrong.
 * @param {Refusal} refusal
 */
export function consoleSentence(refusal) {
  return SENTENCES[refusal.code] ?? sentenceFor(refusal);
}

/** @type {Record<import("./partner-api.js").EndpointStatus, [string, string]>} words, and the badge's kind */
const ENDPOINT_STATUSES = { active: ["Active", "good"], paused: ["Paused", ""], disabled: ["Disabled", "bad"] };

/** @param {import("./partner-api.js").EndpointStatus} status */
export function statusInWords(status) {
  return ENDPOINT_STATUSES[status];
}

/** @type {Record<string, string>} */
const REASONS = {
  gone: "It answered 410 Gone, so nothing more is sent to it.",
  failing: "Every attempt of five days failed, so nothing more is sent to it.",
  exhausted: "A delivery ran out of attempts, and nothing else came through since it began.",
};

/** @param {string | null} reason why an endpoint was disabled */
export function reasonInWords(reason) {
  return REASONS[reason ?? ""] ?? "Nothing more is sent to it.";
}

/** @type {Record<import("./partner-api.js").State, [string, string]>} */
const STATES = {
  pending: ["Under way", ""],
  delivered: ["Delivered", "good"],
  failed: ["Failed", "bad"],
  held: ["Held back", ""],
  dropped: ["Not wanted", ""],
};

/**
 * @param {import("./partner-api.js").Delivery} delivery
 * @returns {[string, string]} words, and the badge's kind
 */
export function stateInWords({ status, attempts }) {
  return status === "pending" && attempts > 0 ? ["Retrying", ""] : STATES[status];
}

/** @type {[import("./partner-api.js").State, string][]} */
export const STATE_CHOICES = [
  ["pending", "Under way"],
  ["delivered", "Delivered"],
  ["failed", "Failed"],
  ["held", "Held back: the endpoint was paused or disabled"],
  ["dropped", "Not wanted any more"],
];

/** @type {Record<string, string>} why there was no answer */
const SILENCES = {
  address_refused: "The name leads to an address that nothing is sent to",
  name_unknown: "The name was not found",
  connect_failed: "No connection",
  tls_failed: "The certificate was not trusted, or TLS failed",
  timed_out: "No answer in time",
  closed: "The connection was closed before an answer",
  not_http: "The answer was no HTTP",
  too_long: "The answer's head was too long",
};

/** @param {import("./partner-api.js").Attempt} attempt */
export function outcomeInWords({ status, code }) {
  return status ? `Answered ${status}` : (SILENCES[code ?? ""] ?? "No answer");
}

/** The event that tries an endpoint; to a live one nothing else is sent that has not happened. */
export const TEST = "WebhookEndpointTested";

/** @type {Record<string, string>} */
export const SCOPES = {
  "webhooks:read": "Read endpoints and deliveries",
  "webhooks:write": "Change endpoints, replay deliveries",
  "events:send": "Send sandbox events",
  "requests:read": "Read the request log and the usage",
  "campaigns:read": "Read campaigns and their reports",
  "purchases:write": "Tell of purchases and returns",
};

/** @param {string[]} types */
export function typesInWords(types) {
  return types.includes("*") ? "Every event" : types.join(", ");
}

/** @param {string} instant RFC 3339 */
export function second(instant) {
  return new Date(instant).toLocaleString("en-GB", {
    day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit",
  });
}

/** @param {string} instant RFC 3339, to come */
export function untilInWords(instant) {
  const milliseconds = Date.parse(instant) - Date.now();
  if (milliseconds <= 0) return "now";
  return milliseconds < 3_600_000 ? `in ${duration(milliseconds)}` : `in ${Math.round(milliseconds / 3_600_000)} h`;
}

/** @param {number} count of milliseconds */
export function milliseconds(count) {
  return count < 1_000 ? `${count} ms` : `${(count / 1_000).toFixed(1)} s`;
}
