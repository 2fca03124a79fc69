// Plain words: for what went wrong, for coins, for receipts, for times.

import { Refusal } from "./refusal.js";

/** Codes of the page itself, for what no problem document of the service can say. */
export const OWN_CODES = /** @type {const} */ ([
  "offline",
  "unreachable",
  "no_answer_in_time",
  "service_down",
  "unreadable_answer",
  "config_missing",
  "state_mismatch",
  "sign_in_refused",
  "sign_in_ended",
  "player_missing",
  "cannot_play_here",
  "stream_refused",
  "stream_missing",
  "stream_unreachable",
  "stream_broken",
  "page_fault",
]);

/** @type {Record<string, string>} what a viewer reads for a code; a code that is not here shows the service's own title */
const SENTENCES = {
  offline: "You are offline. What you did last may not have arrived; trying again is safe.",
  unreachable: "The service cannot be reached. Trying again is safe: nothing is charged twice.",
  no_answer_in_time: "No answer came in time. Trying again is safe: nothing is charged twice.",
  service_down: "The service is not answering right now. Try again in a moment.",
  unreadable_answer: "The answer could not be read. Something between you and the service may be in the way.",
  config_missing: "This page is not set up completely: its config.json is missing or incomplete.",
  state_mismatch: "That sign-in did not start in this tab, so it was not accepted. Please sign in again.",
  sign_in_refused: "The sign-in was not completed. Please try again.",
  sign_in_ended: "Your sign-in has ended. Please sign in again.",
  player_missing: "The player could not be loaded. Try again.",
  cannot_play_here: "This browser cannot play the video.",
  stream_refused: "The video was refused. Open the episode again.",
  stream_missing: "The video is not there.",
  stream_unreachable: "The video cannot be reached. Try again.",
  stream_broken: "The video cannot be played.",
  page_fault: "Something went wrong on this page. Reload it.",
  token_missing: "Sign in first.",
  not_found: "There is no such thing here.",
  validation_failed: "This address does not fit.",
  insufficient_coins: "You do not have enough coins. Nothing was charged.",
  price_changed: "The price has changed. Nothing was charged.",
  generation_unknown: "That offer was out of date. Nothing was charged; this is the present one.",
  episode_free: "This episode is free: it needs no unlocking.",
  episode_unavailable: "This episode is not published yet.",
  account_frozen: "Support has frozen your account. Nothing was charged.",
  episode_included: "Your membership plays this episode already. Nothing was charged.",
  spend_limit_reached: "That would go beyond the limit that you have set. Nothing was charged.",
  auto_unlock_off: "Going on by itself is switched off. Nothing was charged.",
  age_restricted: "This series has an age rating. Tell your birth date in your account to watch it.",
  rate_limited: "Too many requests in a short time. Wait a moment, then try again.",
  switched_off: "This is switched off for the moment. Nothing was charged.",
  undecided: "Whether it went through is not certain yet. Trying again is safe: nothing is charged twice.",
  busy: "Too much at once. Nothing changed; try again.",
  unavailable: "Something the service needs is not answering. Nothing changed; try again.",
};

/**
 * One sentence for what went wrong.
 * @param {Refusal} refusal
 */
export function sentenceFor(refusal) {
  return SENTENCES[refusal.code] ?? (refusal.title ? `${refusal.title}.` : "That did not work.");
}

/**
 * Whatever was thrown, as a refusal.
 * @param {unknown} error
 */
export function asRefusal(error) {
  return error instanceof Refusal ? error : new Refusal("page_fault", { cause: error });
}

/** @param {number} count */
export function coins(count) {
  return `${count.toLocaleString("en")} ${count === 1 ? "coin" : "coins"}`;
}

/**
 * An amount as the viewer's language writes it: "$0.99".
 * @param {{amount: number, currency: string, digits?: number}} money in the smallest unit, `digits` behind the point
 */
export function inMoney({ amount, currency, digits = 2 }) {
  const format = { style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits };
  return (amount / 10 ** digits).toLocaleString("en", /** @type {Intl.NumberFormatOptions} */ (format));
}

/** @type {Record<string, string>} */
const UNITS = { coin: "bought", bonus: "bonus", game: "game" };

/**
 * Coins of one lot: "18 bonus coins (to spend before 3 December 2026)". The service rounds expiry to a day, UTC.
 * @param {{unit: string, coins: number, expiresAt?: string | null}} lot
 */
export function lotInWords(lot) {
  const kind = UNITS[lot.unit] ?? lot.unit;
  const until = lot.expiresAt ? ` (to spend before ${day(lot.expiresAt)})` : "";
  return `${lot.coins.toLocaleString("en")} ${kind} ${lot.coins === 1 ? "coin" : "coins"}${until}`;
}

/**
 * "a", "a and b", "a, b and c".
 * @param {string[]} parts
 */
export function listed(parts) {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
}

/** @param {string} instant RFC 3339 */
export function day(instant) {
  return new Date(instant).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

/** @param {string} instant RFC 3339 */
export function moment(instant) {
  return new Date(instant).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" });
}

/**
 * A place in a video: "1:05".
 * @param {number} seconds
 */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/**
 * "Episode 3", "Episodes 3 to 5".
 * @param {number} first
 * @param {number} last
 */
export function episodesInWords(first, last) {
  return first === last ? `Episode ${first}` : `Episodes ${first} to ${last}`;
}

/** @param {number} milliseconds */
export function duration(milliseconds) {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
