// What the viewer holds: the total always in sight, the lots one press away.

import { element, part } from "./dom.js";
import { complaint } from "./notices.js";
import { coins, lotInWords } from "./words.js";

/** @typedef {import("./api.js").Wallet} Wallet */

export class WalletView {
  #details = part("account", HTMLDetailsElement);
  #summary = part("account-summary", HTMLElement);
  #total = part("total", HTMLElement);
  #lots = part("lots", HTMLElement);
  #name = part("name", HTMLElement);
  /** @type {Wallet | null} */ #shown = null;

  constructor() {
    // An open panel closes as menus do: on Escape and when attention goes elsewhere.
    this.#details.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.#details.open) return;
      this.#details.open = false;
      this.#summary.focus();
    });
    document.addEventListener("pointerdown", (event) => {
      if (event.target instanceof Node && !this.#details.contains(event.target)) this.#details.open = false;
    });
  }

  /** @param {string} name of the viewer who has signed in */
  open(name) {
    this.#name.textContent = name && `Signed in as ${name}`;
    this.#details.hidden = false;
  }

  /** @param {Wallet} wallet */
  show(wallet) {
    // Answers can overtake each other; the chain's own count tells which is the later state.
    if (this.#shown !== null && wallet.asOf < this.#shown.asOf) return;
    this.#shown = wallet;
    this.#total.textContent = coins(wallet.coins.total);
    const lots = wallet.lots.filter((lot) => lot.coins > 0).map((lot) => element("li", {}, lotInWords(lot)));
    this.#lots.replaceChildren(lots.length > 0 ? element("ul", {}, ...lots) : element("p", {}, "No coins yet."));
  }

  /**
   * @param {import("./refusal.js").Refusal} refusal
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
    this.#details.hidden = true;
    this.#details.open = false;
    this.#total.textContent = "…";
    this.#lots.replaceChildren();
    this.#name.textContent = "";
  }
}
