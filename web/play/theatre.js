// One series: its stage, its story and its episodes; with an episode in the address, that one plays.

import { element, part } from "../dom.js";
import { addressOf } from "../place.js";
import { Refusal } from "../refusal.js";
import { episodeItems, factsOf } from "./episodes.js";

/** @typedef {import("../api.js").Series} Series */
/** @typedef {import("../api.js").Episode} Episode */

/**
 * @typedef {object} Around
 * @property {import("../api.js").Api} api
 * @property {import("../auth.js").Session} session
 * @property {import("../notices.js").Notices} notices
 * @property {import("./watch.js").Watch} watch
 */

export class Theatre {
  /** @type {Around} */ #around;
  #title = part("series-title", HTMLElement);
  #synopsis = part("synopsis", HTMLElement);
  #facts = part("facts", HTMLElement);
  #start = part("start", HTMLAnchorElement);
  #lists = [part("episodes", HTMLOListElement), part("episodes-sheet-list", HTMLOListElement)];
  /** @type {Series | null} */ #series = null;
  /** @type {number | null} the episode that is open */ #ordinal = null;
  /** @type {Set<number>} episodes of this series that are the viewer's */ #owned = new Set();

  /** @param {Around} around */
  constructor(around) {
    this.#around = around;
  }

  /**
   * Shows the series, and its episode when one is named.
   * @param {string} seriesId
   * @param {number | null} ordinal
   * @param {() => boolean} stillThere false once the viewer has gone elsewhere meanwhile
   * @throws {Refusal} `not_found` for an episode that there is not, or why the series cannot be read
   */
  async visit(seriesId, ordinal, stillThere) {
    const { api, notices, watch } = this.#around;
    const known = this.#series?.seriesId === seriesId ? this.#series : null;
    if (known === null) this.#forget();
    const series = known ?? (await notices.patiently(api.getSeries(seriesId)));
    if (!stillThere()) return;
    this.#series = series;
    this.#ordinal = ordinal;
    this.#show();
    if (known === null) this.#readOwned();
    const episode = series.episodes.find((one) => one.episode === ordinal);
    if (episode !== undefined) return void watch.visit(series, episode);
    watch.close(series);
    notices.clear();
    if (ordinal !== null) throw new Refusal("not_found", { status: 404 });
    const first = this.#first();
    if (first !== undefined && this.isOpen(first)) watch.prepare(series, first);
  }

  /** @param {Episode} episode */
  isOpen(episode) {
    return episode.free || this.#owned.has(episode.episode);
  }

  /**
   * Marks episodes as the viewer's.
   * @param {number} first
   * @param {number} last
   */
  own(first, last) {
    for (let one = first; one <= last; one += 1) this.#owned.add(one);
    this.#show();
  }

  /** The series could not be read: what is shown is what there was. */
  fail() {
    if (this.#series === null) this.#title.textContent = "Cliffhanger";
  }

  /** Another viewer, or none: what was one's own is asked for again. */
  turnOver() {
    this.#owned.clear();
    this.#show();
    this.#readOwned();
  }

  /** Reads the series again behind what is open, because something about it turned out to be out of date. */
  async refresh() {
    const held = this.#series;
    if (held === null) return;
    const fresh = await this.#around.api.getSeries(held.seriesId).catch(() => null);
    if (fresh === null || this.#series !== held) return;
    this.#series = fresh;
    this.#show();
  }

  async #readOwned() {
    const held = this.#series;
    if (held === null || !this.#around.session.signedIn) return;
    // Without an answer the list shows prices; the service knows better when an episode is pressed.
    const answer = await this.#around.api.getEntitlements(held.seriesId).catch(() => null);
    if (answer === null || this.#series?.seriesId !== held.seriesId) return;
    if (answer.included) this.own(1, Math.max(...held.episodes.map((one) => one.episode)));
    for (const { first, last } of answer.unlocks) this.own(first, last);
  }

  #forget() {
    this.#series = null;
    this.#owned.clear();
    this.#title.textContent = "Loading …";
    this.#synopsis.textContent = "";
    this.#start.hidden = true;
    for (const list of [this.#facts, ...this.#lists]) list.replaceChildren();
  }

  #first() {
    return this.#series?.episodes.find((one) => one.published);
  }

  #show() {
    const series = this.#series;
    if (series === null) return;
    this.#title.textContent = series.title;
    this.#synopsis.textContent = series.synopsis;
    this.#synopsis.lang = series.language;
    this.#facts.replaceChildren(...factsOf(series).map((fact) => element("li", { class: "badge plain" }, fact)));
    const first = this.#first();
    this.#start.hidden = first === undefined || this.#ordinal !== null;
    if (first !== undefined) this.#start.href = addressOf(series.seriesId, first.episode);
    const focused = document.activeElement?.getAttribute("href");
    for (const list of this.#lists) {
      const held = list.contains(document.activeElement);
      list.replaceChildren(...episodeItems(series, this.#ordinal, (one) => this.#owned.has(one.episode)));
      if (held && focused) this.focusLink(focused, list);
    }
    const episode = series.episodes.find((one) => one.episode === this.#ordinal);
    document.title = `${episode ? `${episode.title} · ` : ""}${series.title} · Cliffhanger`;
  }

  /**
   * @param {string} address of an episode
   * @param {HTMLElement} [list]
   */
  focusLink(address, list = this.#lists[0]) {
    for (const link of list.querySelectorAll("a")) {
      if (link.getAttribute("href") === address) link.focus({ preventScroll: true });
    }
  }
}
