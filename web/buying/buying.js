// One buying, from the press to the coins. Coins come from the service's word that an order is paid, from nothing else.

import { asRefusal } from "../words.js";
import { keep, kept } from "./kept.js";

/** @typedef {import("./shop.js").Order} Order */
/** @typedef {import("./shop.js").Wish} Wish */
/** @typedef {Pick<import("../api.js").Option, "kind" | "first" | "last" | "priceCoins" | "generation">} Agreed what an unlock sends */
/**
 * What outlives the page load while a buying is on its way.
 * @typedef {object} Kept
 * @property {string} key   the order's Idempotency-Key: asking again under it never buys twice
 * @property {Wish} wish    what was asked for under it
 * @property {string | null} orderId null until the service has answered
 * @property {string} [url] where it is paid or confirmed
 * @property {string} place the address's fragment at which the viewer bought, and goes on
 * @property {boolean} atWall whether that was before a locked episode, not in the account
 * @property {Agreed | null} unlock what the viewer agreed to unlock once the coins are there
 * @property {boolean} left whether the viewer did not want to wait any longer
 */
/** @typedef {import("../refusal.js").Refusal} Refusal */

/**
 * Where a buying stands. `choosing`: none is on its way. `unsure`: whether the order arrived is not known. `confirm`: the bank
 * wants to hear from the viewer. `slow`: it takes longer than usual. `resting`: the page has stopped asking.
 * @typedef {"choosing" | "asking" | "unsure" | "leaving" | "confirm" | "waiting" | "slow" | "resting" | "paid"} Stage
 */

/** The order is asked for at once, then after these pauses, each a quarter longer than the one before. */
const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 10_000;
/** After this long the page says that it takes longer than usual, after that long it stops asking by itself. */
const USUAL_MS = 15_000;
const BOUND_MS = 600_000;
/** An order of which nobody has to tell any more that it was paid, and one that never will be. */
const PAID = ["paid", "refunded", "partlyRefunded", "disputed"];
const OVER = ["failed", "expired"];

/**
 * One for the whole page. Dispatches `change` when the buying stands elsewhere, and a cancelable `paid` (its `detail` is
 * what was kept, with the order) that whoever goes on from there cancels.
 */
export class Buying extends EventTarget {
  /** @type {import("./shop.js").Shop} */ #shop;
  /** @type {() => unknown} */ #onCoins;
  /** @type {(order: Order) => void} */ #say;
  /** @type {Stage} */ #stage = "choosing";
  /** @type {Order | null} */ #order = null;
  /** @type {Refusal | null} */ #refusal = null;
  /** Counts what the page waits for, so that an answer to an earlier question moves nothing. */
  #turn = 0;

  /**
   * @param {import("./shop.js").Shop} shop
   * @param {() => unknown} onCoins reads the wallet anew
   * @param {(order: Order) => void} say tells of coins that came while the viewer was elsewhere
   */
  constructor(shop, onCoins, say) {
    super();
    this.#shop = shop;
    this.#onCoins = onCoins;
    this.#say = say;
  }

  get stage() {
    return this.#stage;
  }

  /** The order as far as it is known: while `choosing`, one that came to nothing. */
  get order() {
    return this.#order;
  }

  /** Why the service did not take the order, while `choosing` or `unsure`. */
  get refusal() {
    return this.#refusal;
  }

  /**
   * The viewer presses "Pay". The same wish again, while its order is open, is the same order.
   * @param {Wish} wish
   * @param {Pick<Kept, "place" | "atWall" | "unlock">} where
   */
  async begin(wish, where) {
    if (this.#stage === "asking" || this.#stage === "leaving") return;
    const before = kept();
    const same = before !== null && JSON.stringify(before.wish) === JSON.stringify(wish);
    if (!same && before?.orderId && (await this.#cameThrough(before.orderId))) return;
    await this.#ask({ ...where, wish, key: same ? before.key : crypto.randomUUID(), orderId: null, left: false });
  }

  /**
   * Whether an order that the viewer did not wait for was paid after all: then nothing more is bought on top of it unseen.
   * @param {string} orderId
   */
  async #cameThrough(orderId) {
    this.#turnTo("asking");
    const order = await this.#shop.getOrder(orderId).catch(() => null);
    return order !== null && PAID.includes(order.status) && this.#settled(order);
  }

  /** Asks once more for an order whose answer did not come: it is made once, whether it arrived before or not. */
  async askAgain() {
    const held = kept();
    if (held !== null) await this.#ask(held);
  }

  /** Picks up what was on its way when the page was left. Nothing happens where nothing was, or is followed already. */
  resume() {
    const held = kept();
    if (held === null || held.left || this.#followed) return;
    if (held.orderId === null) this.#turnTo("unsure");
    else this.#follow(held.orderId);
  }

  /** Goes to the page where the order is paid or confirmed. */
  leave() {
    const url = this.#order?.url;
    if (url === undefined) return;
    this.#turnTo("leaving", { order: this.#order });
    location.assign(url);
  }

  /** The viewer does not want to wait: another choice can be made; the same one is still the same order. */
  chooseAgain() {
    const held = kept();
    if (held !== null) keep({ ...held, left: true });
    this.#turnTo("choosing");
  }

  /** Asks again for the order that the page has stopped asking for. */
  lookAgain() {
    const held = kept();
    if (held?.orderId) this.#follow(held.orderId);
  }

  get #followed() {
    return this.#stage !== "choosing" && this.#stage !== "leaving" && this.#stage !== "paid";
  }

  /** @param {Kept} buying */
  async #ask(buying) {
    keep(buying);
    const turn = this.#turnTo("asking");
    let order;
    try {
      order = await this.#shop.order(buying.wish, buying.key);
    } catch (error) {
      const refusal = asRefusal(error);
      const no = isPlainNo(refusal);
      if (no) keep(null);
      if (turn === this.#turn) this.#turnTo(no ? "choosing" : "unsure", { refusal });
      return;
    }
    if (turn !== this.#turn) return;
    keep({ ...buying, orderId: order.orderId, url: order.url });
    if (this.#settled(order)) return;
    this.#order = order;
    if (order.status === "open" && order.url) return this.leave();
    if (order.status === "actionRequired" && order.url) return void this.#turnTo("confirm", { order });
    await this.#follow(order.orderId);
  }

  /** @param {string} orderId */
  async #follow(orderId) {
    const turn = this.#turnTo("waiting", { order: this.#order });
    let waited = 0;
    for (let pause = 0; waited < BOUND_MS; pause = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, pause * 1.25))) {
      await new Promise((goOn) => setTimeout(goOn, pause));
      waited += pause;
      let order;
      try {
        order = { url: kept()?.url, ...(await this.#shop.getOrder(orderId)) };
      } catch (error) {
        const refusal = asRefusal(error);
        if (turn !== this.#turn) return;
        // No answer for now: the order is asked for again. One that is not this viewer's is nobody's to wait for.
        if (!isPlainNo(refusal)) continue;
        keep(null);
        return void this.#turnTo("choosing", { refusal });
      }
      if (turn !== this.#turn || this.#settled(order)) return;
      this.#show(waited < USUAL_MS ? "waiting" : "slow", order);
    }
    this.#turnTo("resting", { order: this.#order });
  }

  /**
   * Whether the order has come to an end, and what follows from that.
   * @param {Order} order
   */
  #settled(order) {
    if (OVER.includes(order.status)) {
      keep(null);
      this.#turnTo("choosing", { order });
      return true;
    }
    if (!PAID.includes(order.status)) return false;
    const held = kept();
    keep(null);
    this.#onCoins();
    this.#turnTo("paid", { order });
    const unheard = this.dispatchEvent(new CustomEvent("paid", { detail: { ...held, order }, cancelable: true }));
    if (unheard) this.#say(order);
    // From a wall the story goes on: a counter that is opened later begins anew.
    else if (held?.atWall) [this.#stage, this.#order] = ["choosing", null];
    return true;
  }

  /**
   * @param {Stage} stage
   * @param {{order?: Order | null, refusal?: Refusal | null}} [known]
   * @returns {number} the turn that what is asked from here belongs to
   */
  #turnTo(stage, { order = null, refusal = null } = {}) {
    this.#turn += 1;
    this.#refusal = refusal;
    this.#show(stage, order);
    return this.#turn;
  }

  /**
   * @param {Stage} stage
   * @param {Order | null} order
   */
  #show(stage, order) {
    const news = stage !== this.#stage || order?.url !== this.#order?.url || stage === "choosing";
    this.#stage = stage;
    this.#order = order;
    if (news) this.dispatchEvent(new Event("change"));
  }
}

/**
 * Whether the service itself has said no: nothing was made, and the next press is another buying. Without that nobody knows,
 * also where an answer began and was cut off, so the key stays.
 * @param {Refusal} refusal
 */
function isPlainNo({ code, status }) {
  return status >= 400 && status < 500 && status !== 429 && code !== "unreadable_answer";
}
