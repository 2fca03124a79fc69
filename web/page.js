// Where on the page the viewer is. The address's fragment decides, so that back, reload and links work by themselves.

import { part } from "./dom.js";
import { Refusal } from "./refusal.js";
import { addressOf, episodeItems, placeIn, shelfItems } from "./series.js";
import { asRefusal } from "./words.js";

/**
 * @typedef {object} Around what finding the place needs of the page
 * @property {import("./api.js").Api} api
 * @property {import("./notices.js").Notices} notices
 * @property {import("./stage.js").Stage} stage
 * @property {import("./watch.js").Watch} watch
 */

export class Page {
  /** @type {Around} */ #around;
  #main = part("main", HTMLElement);
  #title = part("series-title", HTMLElement);
  #synopsis = part("synopsis", HTMLElement);
  #episodes = part("episodes", HTMLOListElement);
  #shelf = part("shelf", HTMLElement);
  /** @type {import("./api.js").SeriesCard[] | null} */ #list = null;
  /** @type {import("./api.js").Series | null} */ #series = null;
  /** Counts the places gone to, so that a slow answer for one does not replace a later one. */
  #visits = 0;
  /** @type {Set<string>} addresses of the episodes that turned out to be the viewer's while this page was open */
  #owned = new Set();
  /** True when the last visit did not arrive. */
  stranded = false;

  /** @param {Around} around */
  constructor(around) {
    this.#around = around;
    this.#episodes.addEventListener("click", (event) => {
      // A press on the episode that is open already changes no address, but it does mean "again".
      const link = event.target instanceof Element ? event.target.closest("a") : null;
      if (link !== null && link.getAttribute("href") === location.hash) this.visit();
    });
    addEventListener("hashchange", () => this.visit());
  }

  /** Goes to the place that the address names: a series, or an episode of it. */
  async visit() {
    const { api, notices, stage, watch } = this.#around;
    const visit = ++this.#visits;
    const { seriesId, episode: ordinal } = placeIn(location.hash);
    this.stranded = false;
    this.#main.setAttribute("aria-busy", "true");
    try {
      this.#list ??= await notices.patiently(api.listSeries());
      const id = seriesId ?? this.#list[0]?.seriesId;
      if (visit !== this.#visits) return;
      if (id === undefined) return this.#showEmpty();
      const series = this.#series?.seriesId === id ? this.#series : await notices.patiently(api.getSeries(id));
      if (visit !== this.#visits) return;
      this.#series = series;
      this.#showSeries(series, ordinal);
      const episode = series.episodes.find((one) => one.episode === ordinal);
      if (episode !== undefined) return void watch.open(series, episode);
      watch.close(series.title);
      notices.clear();
      if (ordinal !== null) throw new Refusal("not_found", { status: 404 });
    } catch (error) {
      if (visit !== this.#visits) return;
      const refusal = asRefusal(error);
      this.stranded = refusal.status === 0;
      if (this.#series === null) this.#title.textContent = "Cliffhanger";
      if (this.#series === null) stage.showPoster("Cliffhanger", "");
      notices.complain(refusal, { label: "Try again", act: () => this.visit() });
    } finally {
      if (visit === this.#visits) this.#main.removeAttribute("aria-busy");
    }
  }

  /** Reads the series again behind what is open, because something about it turned out to be out of date. */
  async refresh() {
    const held = this.#series;
    if (held === null) return;
    const fresh = await this.#around.api.getSeries(held.seriesId).catch(() => null);
    if (fresh === null || this.#series !== held) return;
    this.#series = fresh;
    this.#showSeries(fresh, placeIn(location.hash).episode);
  }

  /**
   * Marks an episode as the viewer's.
   * @param {import("./api.js").Episode} episode of the series that is open
   */
  own(episode) {
    if (this.#series === null) return;
    this.#owned.add(addressOf(this.#series.seriesId, episode.episode));
    this.#showSeries(this.#series, placeIn(location.hash).episode);
  }

  /** Forgets what belonged to the viewer who has left. */
  disown() {
    this.#owned.clear();
    if (this.#series !== null) this.#showSeries(this.#series, placeIn(location.hash).episode);
  }

  /**
   * @param {import("./api.js").Series} series
   * @param {number | null} ordinal the episode that is open
   */
  #showSeries(series, ordinal) {
    this.#title.textContent = series.title;
    this.#synopsis.textContent = series.synopsis;
    this.#synopsis.lang = series.language;
    const focused = document.activeElement?.getAttribute("href");
    this.#episodes.replaceChildren(
      ...episodeItems(series, ordinal, (one) => this.#owned.has(addressOf(series.seriesId, one.episode))),
    );
    if (focused) this.focusLink(focused);
    const others = shelfItems(this.#list ?? [], series.seriesId);
    this.#shelf.hidden = others.length === 0;
    this.#shelf.querySelector("ul")?.replaceChildren(...others);
    const episode = series.episodes.find((one) => one.episode === ordinal);
    document.title = `${episode ? `${episode.title} · ` : ""}${series.title} · Cliffhanger`;
  }

  /** @param {string} address of an episode in the list */
  focusLink(address) {
    for (const link of this.#episodes.querySelectorAll("a")) {
      if (link.getAttribute("href") === address) link.focus({ preventScroll: true });
    }
  }

  #showEmpty() {
    this.#title.textContent = "Nothing here yet";
    this.#synopsis.textContent = "As soon as a series is published, it appears here.";
    this.#episodes.replaceChildren();
    this.#around.stage.showPoster("Cliffhanger", "");
    // What is published meanwhile is found by the next visit.
    this.#list = null;
  }
}
