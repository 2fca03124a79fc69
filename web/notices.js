// What the page says aside: quietly (a status) or because something went wrong (an alert), with what can be done.

import { element } from "./dom.js";
import { sentenceFor } from "./words.js";

/** After this long without an answer, the page says that it is still waiting. */
const PATIENCE_MS = 3_000;

/** @typedef {{label: string, act: () => void}} Action */
/** @typedef {(refusal: import("./refusal.js").Refusal) => string} InWords one sentence for what went wrong */

export class Notices {
  /** @type {HTMLElement} */ #status;
  /** @type {HTMLElement} */ #alert;
  /** @type {InWords} */ #inWords;

  /**
   * @param {HTMLElement} status a live region of role `status`
   * @param {HTMLElement} alert  a live region of role `alert`
   * @param {InWords} [inWords]
   */
  constructor(status, alert, inWords = sentenceFor) {
    this.#status = status;
    this.#alert = alert;
    this.#inWords = inWords;
  }

  /**
   * @param {string} sentence
   * @param {Action} [action]
   */
  say(sentence, action) {
    this.clear();
    this.#status.append(element("p", {}, sentence), action ? button(action) : "");
  }

  /**
   * @param {import("./refusal.js").Refusal} refusal
   * @param {Action} [action]
   */
  complain(refusal, action) {
    this.clear();
    this.#alert.append(complaint(refusal, this.#inWords), action ? button(action) : "");
  }

  /** @param {string} sentence beside what is said already */
  add(sentence) {
    this.#status.append(element("p", {}, sentence));
  }

  clear() {
    this.#status.replaceChildren();
    this.#alert.replaceChildren();
  }

  /**
   * Says that the page is still waiting when an answer takes long.
   * @template T
   * @param {Promise<T>} answer
   * @returns {Promise<T>}
   */
  async patiently(answer) {
    let told = false;
    const timer = setTimeout(() => {
      told = true;
      this.say("Still waiting for an answer …");
    }, PATIENCE_MS);
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
      if (told) this.clear();
    }
  }
}

/**
 * A refusal in plain words, with its code small behind it, for whoever is asked for help.
 * @param {import("./refusal.js").Refusal} refusal
 * @param {InWords} [inWords]
 */
export function complaint(refusal, inWords = sentenceFor) {
  return element("p", {}, inWords(refusal), " ", element("code", {}, refusal.code));
}

/** @param {Action} action */
function button({ label, act }) {
  return element("button", { type: "button", class: "quiet", onclick: act }, label);
}
