// What the viewer holds: the total always in sight, the lots in the account.

import { element, part } from "../dom.js";
import { complaint } from "../notices.js";
import { coins, lotInWords } from "../words.js";

/** @typedef {import("../api.js").Wallet} Wallet */

/** Dispatches `change` when another state is known. */
export class WalletView extends EventTarget {
  #total = part("total", HTMLElement);
  #sum = part("wallet-total", HTMLElement);
  #lots = part("lots", HTMLElement);
  #told = part("wallet-told", HTMLElement);
  /** @type {Wallet | null} */ #shown = null;

  /** @returns {import("../api.js").Lot[]} in the order in which they will be spent; none while nothing is known */
  get lots() {
    return this.#shown?.lots ?? [];
  }

  /** @returns {Wallet | null} */
  get shown() {
    return this.#shown;
  }

  /** @param {Wallet} wallet */
  show(wallet) {
    // Answers can overtake each other; the chain's own count tells which is the later state.
    if (this.#shown !== null && wallet.asOf < this.#shown.asOf) return;
    this.#shown = wallet;
    this.#total.textContent = coins(wallet.coins.total);
    this.#sum.textContent = coins(wallet.coins.total);
    const lots = wallet.lots.filter((lot) => lot.coins > 0).map((lot) => element("li", {}, lotInWords(lot)));
    this.#lots.replaceChildren(lots.length > 0 ? element("ul", { class: "lines" }, ...lots) : element("p", {}, "No coins yet."));
    this.#told.replaceChildren(...remarksOn(wallet).map((remark) => element("p", { class: "card" }, remark)));
    this.dispatchEvent(new Event("change"));
  }

  /**
   * @param {import("../refusal.js").Refusal} refusal
   * @param {() => void} retry
   */
  fail(refusal, retry) {
    // What was true a moment ago is better than nothing.
    if (this.#shown !== null) return;
    this.#total.textContent = "Coins unknown";
    const again = element("button", { type: "button", class: "quiet", onclick: retry }, "Try again");
    this.#lots.replaceChildren(complaint(refusal), again);
  }

  /** Forgets the viewer. */
  close() {
    this.#shown = null;
    this.#total.textContent = "…";
    this.#sum.textContent = "";
    for (const place of [this.#lots, this.#told]) place.replaceChildren();
  }
}

/**
 * @param {Wallet} wallet
 * @returns {string[]}
 */
function remarksOn({ frozen, debt, spentToday }) {
  const owed = Object.values(debt).reduce((sum, one) => sum + one, 0);
  return [
    ...(frozen ? ["Support has stopped spending from this account."] : []),
    ...(owed > 0 ? [`${coins(owed)} were taken back after they had been spent; what comes in repays them first.`] : []),
    ...(spentToday > 0 ? [`Spent today: ${coins(spentToday)}.`] : []),
  ];
}
