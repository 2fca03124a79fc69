// What buying takes: loaded by the first who is short of coins, comes back from paying, or looks at purchases.

import { coins } from "../words.js";
import { Buying } from "./buying.js";
import { counter } from "./counter.js";
import { kept } from "./kept.js";
import { allCoins, Shop } from "./shop.js";

/** Draws the counter; comes with it. */
const SHEET = "/buying/buying.css";

export class Shopping {
  /** @type {Shop} */ shop;
  /** @type {Buying} */ buying;
  /** @type {() => unknown} */ #onCoins;

  /**
   * @param {import("../api.js").Api} api
   * @param {import("../notices.js").Notices} notices
   * @param {() => unknown} onCoins reads the wallet anew
   */
  constructor(api, notices, onCoins) {
    this.#onCoins = onCoins;
    this.shop = new Shop(api);
    this.buying = new Buying(this.shop, onCoins, (order) => notices.say(`Paid: ${coins(allCoins(order))} are yours.`));
  }

  /**
   * Gives an order back, and shows what is left.
   * @param {string} orderId
   */
  async refund(orderId) {
    const order = await this.shop.refundOrder(orderId);
    this.#onCoins();
    return order;
  }

  /**
   * Goes on with a buying from before this page load.
   * @param {() => unknown} openAccount
   */
  goOn(openAccount) {
    const held = kept();
    // A wall that the viewer comes back to does so itself.
    if (held === null || (held.atWall && held.place === location.hash)) return;
    if (held.atWall) this.buying.resume();
    else openAccount();
  }

  /** @param {Omit<import("./counter.js").About, "buying" | "shop">} about */
  counter(about) {
    return counter({ ...about, shop: this.shop, buying: this.buying });
  }
}

/**
 * @param {ConstructorParameters<typeof Shopping>} around
 * @returns {Promise<Shopping>} once it can also be drawn
 */
export async function openShop(...around) {
  await new Promise((go) => {
    const link = document.createElement("link");
    for (const happens of ["load", "error"]) link.addEventListener(happens, go, { once: true });
    Object.assign(link, { rel: "stylesheet", href: SHEET });
    document.head.append(link);
  });
  return new Shopping(...around);
}
