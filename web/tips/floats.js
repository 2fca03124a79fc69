// Gifts of others float by over the picture, quietly: for eyes only, and not at all for who has turned them off.

import { chosen } from "../choices.js";
import { element, part } from "../dom.js";
import { Calls } from "./calls.js";
import { drawing } from "./drawings.js";

const EVERY_MS = 5_000;
const SLOWEST_MS = 80_000;
/** What was given longer ago when an episode is opened is not news. */
const NEWS_MS = 15_000;
/** So many are seen at once, each for so long. */
const AT_ONCE = 3;
const SEEN_MS = 4_000;

/** @typedef {import("./calls.js").RecentGift} RecentGift */
/** @typedef {import("./calls.js").Place} Place */

export class Floats {
  #calls;
  /** @type {() => boolean} */ #wanted;
  /** @type {Place | null} */ #place = null;
  /** @type {Set<string>} what has been shown, or is the viewer's own */ #known = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  #pauseMs = EVERY_MS;

  /**
   * @param {import("./calls.js").Calls} calls
   * @param {() => boolean} wanted
   */
  constructor(calls, wanted) {
    this.#calls = calls;
    this.#wanted = wanted;
    this.element = element("div", { id: "floats", "aria-hidden": "true" });
  }

  /** @param {Place} place */
  open(place) {
    this.#place = place;
    this.#known.clear();
    this.#pauseMs = EVERY_MS;
    this.#look(place, Date.now() - NEWS_MS);
  }

  close() {
    clearTimeout(this.#timer);
    this.#place = null;
    this.element.replaceChildren();
  }

  /**
   * The viewer's own gift: it is shown at once, and not again when it is among those of all.
   * @param {string} gift
   * @param {number} count
   * @param {string} at
   */
  own(gift, count, at) {
    this.#known.add(named(gift, count, at));
    this.#float(gift, count, "You");
  }

  /**
   * @param {Place} place
   * @param {number} since milliseconds since 1970; what is older is not shown
   */
  async #look(place, since) {
    const asked = this.#wanted() && !document.hidden;
    try {
      const { gifts } = asked ? await this.#calls.listRecent(place) : { gifts: [] };
      this.#pauseMs = EVERY_MS;
      if (this.#place === place) this.#show(gifts, since);
    } catch {
      this.#pauseMs = Math.min(SLOWEST_MS, this.#pauseMs * 2);
    }
    if (this.#place === place) this.#timer = setTimeout(() => this.#look(place, since), this.#pauseMs);
  }

  /**
   * @param {RecentGift[]} gifts newest first
   * @param {number} since
   */
  #show(gifts, since) {
    const fresh = gifts.filter(({ id, gift, count, at }) => {
      const own = this.#known.has(named(gift, count, at));
      const seen = this.#known.has(id);
      this.#known.add(id);
      return !own && !seen && Date.parse(at) >= since;
    });
    for (const { gift, count, name } of fresh.slice(0, AT_ONCE).reverse()) this.#float(gift, count, name);
  }

  /**
   * @param {string} gift
   * @param {number} count
   * @param {string | null} name
   */
  #float(gift, count, name) {
    const many = count > 1 ? element("strong", {}, `×${count}`) : null;
    const one = element("p", { class: "float" }, drawing(gift), many, name !== null && element("bdi", {}, name));
    this.element.append(one);
    while (this.element.childElementCount > AT_ONCE) this.element.firstElementChild?.remove();
    setTimeout(() => one.remove(), SEEN_MS);
  }
}

/**
 * The gifts of others over the picture, by themselves: for guests, who give none.
 * @param {import("../api.js").Api} api
 */
export function othersGifts(api) {
  const floats = new Floats(new Calls(api), () => chosen().gifts !== "off");
  document.head.append(element("link", { rel: "stylesheet", href: "/tips/tips.css" }));
  part("stage", HTMLElement).append(floats.element);
  return floats;
}

/**
 * @param {string} gift
 * @param {number} count
 * @param {string} at
 */
function named(gift, count, at) {
  return `${gift} ${count} ${at}`;
}
