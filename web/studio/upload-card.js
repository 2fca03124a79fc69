// One upload on the page: where it stands, what the service found and asks, and what can be done.
//
// The parts stay the same elements while their text changes, so that focus stays where it is and a screen reader is not
// read the whole card at every step; milestones are told by the page's live region (see `milestone`).

import { languageName } from "../choices.js";
import { element } from "../dom.js";
import { day, moment } from "../words.js";
import { KINDS } from "./files.js";
import { adviceFor, bytes, sourceInWords, studioSentence, usd } from "./studio-words.js";

/** @typedef {import("./upload.js").Upload} Upload */
/** @typedef {import("./studio-api.js").UploadState} UploadState */

const STEPS = ["Sent", "Checked", "Transcoded", "Published"];

/** Where an upload stands, in the words of the card's first line. */
const LINES = {
  awaiting: "Waiting for its files. If the page that sent them was closed, send them again.",
  received: "All files are there and are being looked at.",
  transcoding: "Being transcoded.",
  published: "Published: this is what viewers see.",
  failed: "This did not work.",
  retired: "Replaced by a later version.",
};

export class UploadCard {
  /** @type {HTMLElement} */ element;
  /** @type {Upload} */ #upload;
  #title = element("h3", { tabindex: "-1" });
  #line = element("p", { class: "line" });
  #steps = STEPS.map((step) => element("li", {}, step));
  #bar = element("progress", { max: "100" });
  #measure = element("span", { class: "measure" });
  #facts = element("dl", { class: "facts" });
  #problem = element("div", { class: "problem" });
  #cancel = element("button", { type: "button", class: "quiet", onclick: () => this.#upload.cancel() }, "Cancel");
  #retry = element("button", { type: "button", class: "main", onclick: () => this.#upload.send() }, "Try again");

  /** @param {Upload} upload */
  constructor(upload) {
    this.#upload = upload;
    this.element = element(
      "article",
      { class: "upload" },
      this.#title,
      element("ol", { class: "steps", "aria-label": "Steps" }, ...this.#steps),
      this.#line,
      element("div", { class: "meter" }, this.#bar, this.#measure),
      this.#facts,
      this.#problem,
      element("p", { class: "actions" }, this.#retry, this.#cancel),
    );
    upload.addEventListener("change", () => this.show());
    this.show();
  }

  /** Brings the card up to date. */
  show() {
    const { phase, state } = this.#upload;
    this.#title.textContent = titleOf(this.#upload);
    this.element.dataset.phase = phase === "over" ? (state?.status ?? "") : phase;
    this.#line.textContent = lineOf(this.#upload);
    const done = stepsDone(this.#upload);
    this.#steps.forEach((step, index) => {
      step.className = index < done ? "done" : "";
      if (index === done && phase !== "over" && phase !== "cancelled") step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    });
    this.#showMeter();
    this.#facts.replaceChildren(...factsOf(this.#upload));
    this.#problem.replaceChildren(...problemOf(this.#upload));
    this.#retry.hidden = phase !== "stopped" && !(phase === "cancelled" && this.#upload.chosen.length > 0);
    this.#cancel.hidden = phase !== "sending" && phase !== "stopped";
  }

  #showMeter() {
    const { phase, state } = this.#upload;
    const transcoding = phase === "following" && state?.status === "transcoding";
    const shown = phase === "sending" || phase === "stopped" || transcoding;
    this.#bar.hidden = this.#measure.hidden = !shown;
    if (!shown) return;
    this.#bar.setAttribute("aria-label", transcoding ? "Transcoded" : "Sent");
    if (transcoding) {
      this.#bar.value = state.percent;
      this.#measure.textContent = `${state.percent} %`;
      return;
    }
    const { sent, total } = this.#upload.bytes;
    this.#bar.value = total === 0 ? 0 : Math.floor((100 * sent) / total);
    this.#measure.textContent = `${bytes(sent)} of ${bytes(total)}`;
  }
}

/** @param {Upload} upload */
function titleOf({ chosen, state }) {
  const video = chosen.find((one) => one.kind === "video");
  if (video !== undefined) return video.file.name;
  return state === null ? "Upload" : `Version of ${moment(state.createdAt)}`;
}

/** @param {Upload} upload */
function lineOf({ phase, state, chosen }) {
  if (phase === "sending") return "The files are being sent. Keep this page open until they are.";
  if (phase === "stopped") return "The files could not all be sent.";
  if (phase === "cancelled") return "Cancelled. Nothing has been published.";
  if (state === null) return "All files have been sent; the service is being told.";
  // The service is told of a file's arrival a moment after the store has it.
  if (state.status === "awaiting" && chosen.length > 0) return "All files have been sent; the service is being told.";
  return LINES[state.status];
}

/** @param {Upload} upload */
function stepsDone({ phase, state, chosen }) {
  if (phase === "sending" || phase === "stopped" || phase === "cancelled") return 0;
  const sentHere = chosen.length > 0 ? 1 : 0;
  if (state === null) return sentHere;
  if (state.status === "failed") return state.problem?.code === "upload_expired" ? 0 : state.source === null ? 1 : 2;
  return { awaiting: sentHere, received: 1, transcoding: 2, published: 4, retired: 4 }[state.status];
}

/** @param {Upload} upload */
function factsOf({ phase, state, chosen }) {
  /** @type {[string, string][]} */
  const facts = [];
  if (state?.source) facts.push(["Video", sourceInWords(state.source)]);
  // The video itself stands above, as what was found in it.
  const parts = state?.parts ?? chosen.map((one) => ({ ...one, arrived: false }));
  for (const part of parts.filter(({ kind }) => kind !== "video")) {
    const waits = phase === "following" && state?.status === "awaiting" && !part.arrived;
    facts.push([KINDS[part.kind], `${languageName(part.language)}${waits ? ", not there yet" : ""}`]);
  }
  if (state?.price) {
    const when = state.status === "published" || state.status === "retired" ? "Cost" : "Costs";
    facts.push([when, `${usd(state.price.microUsd)} to transcode, by the price table of ${day(state.price.tableDate)}`]);
  }
  if (state && state.renditionsPx.length > 0) facts.push(["Renditions", `${state.renditionsPx.join(", ")} pixels wide`]);
  return facts.flatMap(([term, words]) => [element("dt", {}, term), element("dd", {}, words)]);
}

/** @param {Upload} upload */
function problemOf({ phase, state, refusal }) {
  if (phase === "stopped" && refusal !== null) {
    return [element("p", {}, `${studioSentence(refusal)} `, element("code", {}, refusal.code))];
  }
  if (phase !== "over" || !state?.problem) return [];
  const { problem } = state;
  return [
    element("p", {}, `${problem.detail} `, element("code", {}, problem.reason ? `${problem.code}: ${problem.reason}` : problem.code)),
    element("p", {}, element("strong", {}, "What to do: "), adviceFor(problem)),
  ];
}

/**
 * What the live region says when an upload has come a good deal further; polite, so at every quarter and every step only.
 * @param {Upload} upload
 * @returns {string}
 */
export function milestone({ phase, state, where, bytes: { sent, total } }) {
  const name = `Episode ${where.episode}`;
  if (phase === "sending") return total === 0 || sent === 0 ? `${name}: sending.` : `${name}: ${quarter((100 * sent) / total)} % sent.`;
  if (phase === "stopped") return `${name}: the files could not all be sent.`;
  if (phase === "cancelled") return `${name}: cancelled.`;
  if (state === null) return `${name}: all files sent.`;
  if (state.status === "transcoding") return `${name}: ${quarter(state.percent)} % transcoded.`;
  return `${name}: ${state.status === "failed" ? (state.problem?.detail ?? LINES.failed) : LINES[state.status]}`;
}

/** @param {number} percent */
function quarter(percent) {
  return Math.floor(percent / 25) * 25;
}
