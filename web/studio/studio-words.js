// Plain words for creators: for refusals, for what became of an upload, for sizes, money and videos.

import { duration, sentenceFor } from "../words.js";

/** @typedef {import("../refusal.js").Refusal} Refusal */
/** @typedef {import("./studio-api.js").Problem} Problem */

/** Codes of the studio itself, for what no problem document of the service can say. */
export const OWN_CODES = /** @type {const} */ (["upload_interrupted", "store_refused", "form_expired"]);

/** @type {Record<string, string>} */
const SENTENCES = {
  upload_interrupted: "The connection broke while the file was being sent. Try again: what has arrived is not sent twice.",
  store_refused: "The file was not taken. Try again, or choose it anew.",
  form_expired: "The permission to send this file has run out. Try again to get a new one.",
  offline: "You are offline. What you saved last may not have arrived; trying again is safe.",
  unreachable: "The service cannot be reached. Trying again is safe: nothing is done twice.",
  no_answer_in_time: "No answer came in time. Trying again is safe: nothing is done twice.",
  not_found: "There is no such series or episode of yours.",
  not_owner: "This series belongs to someone else.",
  validation_failed: "Something does not fit.",
  series_changed: "The series has been changed elsewhere meanwhile. Nothing was overwritten.",
  page_too_large: "The series has grown too large. Shorten the synopsis or the titles.",
  episode_out_of_order: "Episodes are added one after the other. Go back to the series to add the next.",
  rate_limited: "Too many requests in a minute. Wait a moment, then try again.",
};

/**
 * One sentence for what went wrong.
 * @param {Refusal} refusal
 */
export function studioSentence(refusal) {
  return SENTENCES[refusal.code] ?? sentenceFor(refusal);
}

const EXPORT_AGAIN = "Export the video again, as MP4 with H.264 if you can, see that it plays on this machine, and send that.";
const UPRIGHT = "Export it upright, 9 wide by 16 high, for example 1080 by 1920, and send that.";
const SUBTITLES = "Correct the subtitles, and send them with the video once more.";
const DUB = "Export the dub as long as the video and with sound, and send it with the video once more.";

/** @type {Record<string, string>} what to do about a failed upload, by the reason's stable word, else by the code */
const ADVICE = {
  unreadable: EXPORT_AGAIN,
  no_video: EXPORT_AGAIN,
  picture: "Send a video; the episode's poster is taken from it.",
  archive: "Unpack it, and send the video that is in it.",
  not_vertical: UPRIGHT,
  too_small: UPRIGHT,
  too_large: UPRIGHT,
  too_short: "Send a longer video, or join this one with the next.",
  too_long: "Cut it, or make two episodes of it.",
  frame_rate_too_low: "Export it with 24 to 60 pictures a second, and send that.",
  frame_rate_too_high: "Export it with 24 to 60 pictures a second, and send that.",
  subtitles_malformed: SUBTITLES,
  subtitles_overlap: SUBTITLES,
  subtitles_markup: SUBTITLES,
  subtitles_empty: SUBTITLES,
  subtitles_too_many: SUBTITLES,
  subtitles_too_long: SUBTITLES,
  subtitles_past_end: SUBTITLES,
  dub_length: DUB,
  dub_silent: DUB,
  wrong_size: "Do not change the file while it is being sent. Send it again.",
  replaced: "Send one file only, and leave this page open until it has been sent.",
  transcode_budget_reached: "Wait for the next month, or ask whoever runs this service for a larger budget.",
  upload_expired: "Send the files again, and leave this page open until they have been sent.",
  transcode_failed: "Send the video again. If it fails once more, export it anew.",
};

/** @param {Problem} problem */
export function adviceFor(problem) {
  return ADVICE[problem.reason] ?? ADVICE[problem.code] ?? "Send the video again.";
}

/** @param {number} count of bytes */
export function bytes(count) {
  if (count < 1_000) return `${count} bytes`;
  if (count < 1_000_000) return `${Math.round(count / 1_000)} kB`;
  if (count < 1_000_000_000) return `${(count / 1_000_000).toFixed(1)} MB`;
  return `${(count / 1_000_000_000).toFixed(2)} GB`;
}

/**
 * @param {number} microUsd millionths of a US dollar
 */
export function usd(microUsd) {
  if (microUsd > 0 && microUsd < 100) return "under $0.0001";
  const options = { style: "currency", currency: "USD", maximumFractionDigits: microUsd < 1_000_000 ? 4 : 2 };
  return (microUsd / 1_000_000).toLocaleString("en-US", /** @type {Intl.NumberFormatOptions} */ (options));
}

/** @param {import("./studio-api.js").Source} source */
export function sourceInWords({ widthPx, heightPx, durationMs, frameRate, hasAudio }) {
  const rate = `${Number(frameRate.toFixed(2))} pictures a second`;
  return `${widthPx} by ${heightPx}, ${duration(durationMs)}, ${rate}, ${hasAudio ? "with sound" : "silent"}`;
}

/** @param {string} month for example `2026-12` */
export function monthInWords(month) {
  return new Date(`${month}-01T00:00:00Z`).toLocaleDateString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
}
