// The uploads that go on while the creator is elsewhere in the studio, and what is told aloud of them.

import { element } from "../dom.js";
import { episodeAddress } from "./places.js";
import { milestone } from "./upload-card.js";

/** @typedef {import("./upload.js").Upload} Upload */

export class Tray {
  /** @type {import("./uploads.js").Uploads} */ #uploads;
  /** @type {HTMLElement} */ #element;
  /** @type {HTMLElement} */ #news;
  /** @type {Map<Upload, {item: HTMLElement, bar: HTMLProgressElement}>} */ #items = new Map();
  /** @type {Map<Upload, string>} the last that was told of each */ #told = new Map();
  #list = element("ul");

  /**
   * @param {import("./uploads.js").Uploads} uploads
   * @param {HTMLElement} tray
   * @param {HTMLElement} news a polite live region
   */
  constructor(uploads, tray, news) {
    this.#uploads = uploads;
    this.#element = tray;
    this.#news = news;
    tray.replaceChildren(this.#list);
    uploads.addEventListener("change", (event) => event instanceof CustomEvent && this.#take(event.detail));
  }

  /**
   * Shows what runs, but for the episode that is open: its own card does.
   * @param {string} address the place on the page
   */
  show(address = location.hash) {
    const elsewhere = this.#uploads.running.filter((upload) => addressOf(upload) !== address);
    this.#list.replaceChildren(...elsewhere.map((upload) => this.#itemOf(upload)));
    this.#element.hidden = elsewhere.length === 0;
  }

  /** @param {Upload} upload */
  #take(upload) {
    this.show();
    const words = milestone(upload);
    // How one ended elsewhere is told by the studio, with a way to go there.
    const told = upload.phase === "over" && addressOf(upload) !== location.hash;
    if (told || this.#told.get(upload) === words) return;
    this.#told.set(upload, words);
    this.#news.textContent = words;
  }

  /** @param {Upload} upload */
  #itemOf(upload) {
    const { where } = upload;
    let known = this.#items.get(upload);
    if (known === undefined) {
      const bar = element("progress", { max: "100", "aria-label": `Episode ${where.episode}` });
      const link = element("a", { href: addressOf(upload) }, `${where.episode}. ${where.title}`);
      known = { item: element("li", {}, link, bar), bar };
      this.#items.set(upload, known);
    }
    // Without a value the bar says "going on".
    const percent = percentOf(upload);
    if (percent === null) known.bar.removeAttribute("value");
    else known.bar.value = percent;
    return known.item;
  }
}

/** @param {Upload} upload */
export function addressOf({ where }) {
  return episodeAddress(where.seriesId, where.episode);
}

/** @param {Upload} upload */
function percentOf({ phase, bytes: { sent, total }, state }) {
  if (phase === "sending" || phase === "stopped") return total === 0 ? 0 : Math.floor((100 * sent) / total);
  return state?.status === "transcoding" ? state.percent : null;
}
