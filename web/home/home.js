// The first page: what the viewer has begun, and the series there are.

import { part, press } from "../dom.js";
import { asRefusal } from "../words.js";
import { beginCards, seriesCard } from "./cards.js";

export class Home {
  /** @type {import("../api.js").Api} */ #api;
  /** @type {import("../auth.js").Session} */ #session;
  /** @type {import("../notices.js").Notices} */ #notices;
  #shelf = part("shelf", HTMLElement);
  #title = part("home-title", HTMLElement);
  #empty = part("home-empty", HTMLElement);
  #more = part("more", HTMLButtonElement);
  #begun = part("begun", HTMLElement);
  /** @type {string | null} */ #cursor = null;
  #readOn = 0;

  /**
   * @param {object} around
   * @param {import("../api.js").Api} around.api
   * @param {import("../auth.js").Session} around.session
   * @param {import("../notices.js").Notices} around.notices
   */
  constructor({ api, session, notices }) {
    this.#api = api;
    this.#session = session;
    this.#notices = notices;
    this.#more.addEventListener("click", press(() => this.#showMore()));
  }

  /**
   * @param {() => boolean} stillThere
   * @throws {import("../refusal.js").Refusal} why the series cannot be read
   */
  async visit(stillThere) {
    document.title = "Cliffhanger";
    this.showBegun();
    // What is published meanwhile is found by the next visit; until it is read, what was there stays.
    const { series, nextCursor } = await this.#notices.patiently(this.#api.listSeries());
    if (!stillThere()) return;
    this.#notices.clear();
    this.#cursor = nextCursor;
    this.#shelf.replaceChildren(...series.map(seriesCard));
    this.#title.textContent = series.length === 0 ? "Nothing here yet" : "Series";
    this.#empty.hidden = series.length > 0;
    this.#more.hidden = nextCursor === null;
  }

  /** The series could not be read: nothing more is on its way. */
  fail() {
    for (const waiting of this.#shelf.querySelectorAll(".waiting")) waiting.remove();
  }

  /** Shows what the viewer has begun; nothing for a guest. */
  async showBegun() {
    const read = ++this.#readOn;
    const items = this.#session.signedIn ? (await this.#api.listContinue().catch(() => null))?.items ?? [] : [];
    const told = await Promise.all(items.map(async (item) => ({ item, series: await this.#api.getSeries(item.seriesId).catch(() => null) })));
    if (read !== this.#readOn) return;
    const cards = told.flatMap(({ item, series }) => (series === null ? [] : beginCards(item, series)));
    this.#begun.hidden = cards.length === 0;
    this.#begun.querySelector("ul")?.replaceChildren(...cards);
  }

  async #showMore() {
    try {
      const { series, nextCursor } = await this.#notices.patiently(this.#api.listSeries(this.#cursor));
      this.#cursor = nextCursor;
      const cards = series.map(seriesCard);
      this.#shelf.append(...cards);
      this.#more.hidden = nextCursor === null;
      // The button may be gone: whoever pressed it goes on at what it brought.
      cards[0]?.querySelector("a")?.focus({ preventScroll: true });
    } catch (error) {
      this.#notices.complain(asRefusal(error), { label: "Try again", act: () => this.#showMore() });
    }
  }
}
