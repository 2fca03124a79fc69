// Where on the page the viewer is: the first page, a series, or an episode that plays; or what lies over the first page.

import { part } from "./dom.js";
import { placeIn } from "./place.js";
import { asRefusal } from "./words.js";

/**
 * @typedef {object} Around
 * @property {import("./notices.js").Notices} notices
 * @property {import("./home/home.js").Home} home
 * @property {import("./play/theatre.js").Theatre} theatre
 * @property {import("./play/watch.js").Watch} watch
 * @property {(over: string) => unknown} openOver
 */

export class Page {
  /** @type {Around} */ #around;
  #main = part("main", HTMLElement);
  #home = part("home", HTMLElement);
  #theatre = part("theatre", HTMLElement);
  /** Counts the places gone to, so that a slow answer for one does not replace a later one. */
  #visits = 0;
  /** The episode's address that was open last: "back" from it leaves the focus there. */
  #left = "";
  /** True when the last visit did not arrive. */
  stranded = false;

  /** @param {Around} around */
  constructor(around) {
    this.#around = around;
    addEventListener("hashchange", () => this.visit());
    this.#theatre.addEventListener("click", (event) => {
      // A press on the episode that is open already changes no address, but it does mean "again".
      const link = event.target instanceof Element ? event.target.closest("a.episode") : null;
      if (link !== null && link.getAttribute("href") === location.hash) this.visit();
    });
    part("skip", HTMLAnchorElement).addEventListener("click", (event) => {
      // The fragment of the address is the place in the catalog, so the skip link moves the focus only.
      event.preventDefault();
      part(this.#home.hidden ? "series-title" : "home-title", HTMLElement).focus();
    });
  }

  /** Goes to the place that the address names. */
  async visit() {
    const { notices, home, theatre, watch, openOver } = this.#around;
    const visit = ++this.#visits;
    const stillThere = () => visit === this.#visits;
    const { seriesId, episode, over } = placeIn(location.hash);
    this.stranded = false;
    this.#turnTo(seriesId === null ? "home" : episode === null ? "series" : "player");
    this.#main.setAttribute("aria-busy", "true");
    try {
      if (seriesId === null) {
        watch.leave();
        await home.visit(stillThere);
        if (over !== null && stillThere()) openOver(over);
      } else {
        await theatre.visit(seriesId, episode, stillThere);
        if (episode === null && this.#left !== "") theatre.focusLink(this.#left);
        this.#left = episode === null ? "" : location.hash;
      }
    } catch (error) {
      if (!stillThere()) return;
      const refusal = asRefusal(error);
      this.stranded = refusal.status === 0;
      if (seriesId === null) home.fail();
      else theatre.fail();
      notices.complain(refusal, { label: "Try again", act: () => this.visit() });
    } finally {
      if (stillThere()) this.#main.removeAttribute("aria-busy");
    }
  }

  /** @param {"home" | "series" | "player"} view */
  #turnTo(view) {
    if (document.body.dataset.view !== view) scrollTo(0, 0);
    document.body.dataset.view = view;
    this.#home.hidden = view !== "home";
    this.#theatre.hidden = view === "home";
    for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  }
}
