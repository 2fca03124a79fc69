// The viewer's own limits on spending and on gifts, and the currency that prices are shown in.

import { CURRENCIES, choose, currency } from "../choices.js";
import { element, part } from "../dom.js";
import { complaint } from "../notices.js";
import { asRefusal } from "../words.js";
import { TipLimitView } from "./tip-limit.js";

export class LimitsView {
  /** @type {import("../api.js").Api} */ #api;
  /** @type {import("./wallet.js").WalletView} */ #wallet;
  #form = part("limits-form", HTMLFormElement);
  #fields = part("limits-fields", HTMLFieldSetElement);
  #day = part("limit-day", HTMLInputElement);
  #series = part("limit-series", HTMLInputElement);
  #auto = part("limit-auto", HTMLInputElement);
  #currency = part("currency", HTMLSelectElement);
  #told = part("limits-told", HTMLElement);
  /** @type {TipLimitView} */ #gifts;
  /** @type {{body: string, key: string} | null} a change that has not been answered yet keeps its key */ #change = null;

  /**
   * @param {import("../api.js").Api} api
   * @param {import("./wallet.js").WalletView} wallet
   */
  constructor(api, wallet) {
    this.#api = api;
    this.#wallet = wallet;
    this.#gifts = new TipLimitView(api);
    this.#form.after(this.#gifts.element);
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    wallet.addEventListener("change", () => this.#fields.disabled && this.#show());
    this.#currency.append(...CURRENCIES.map((code) => element("option", { value: code, selected: code === currency() }, code)));
    this.#currency.addEventListener("change", () => choose({ currency: this.#currency.value }));
  }

  /** Shows the limits as they are; while that is not known, nothing can be typed over it. */
  open() {
    this.#show();
    this.#gifts.open();
  }

  #show() {
    const limits = this.#wallet.shown?.limits;
    this.#fields.disabled = limits === undefined;
    this.#told.replaceChildren();
    this.#day.value = String(limits?.dayCoins ?? "");
    this.#series.value = String(limits?.seriesCoins ?? "");
    this.#auto.checked = limits?.autoUnlock ?? false;
  }

  async #save() {
    const coinsIn = (/** @type {HTMLInputElement} */ field) => (field.value === "" ? null : field.valueAsNumber);
    const limits = { dayCoins: coinsIn(this.#day), seriesCoins: coinsIn(this.#series), autoUnlock: this.#auto.checked };
    const body = JSON.stringify(limits);
    if (this.#change?.body !== body) this.#change = { body, key: crypto.randomUUID() };
    const button = this.#form.querySelector("button");
    button?.setAttribute("aria-busy", "true");
    this.#told.replaceChildren();
    try {
      this.#wallet.show(await this.#api.putLimits(limits, this.#change.key));
      this.#change = null;
      this.#told.replaceChildren(element("p", { class: "proven" }, "Saved. They hold from now on, on every device."));
    } catch (error) {
      this.#told.replaceChildren(element("div", { class: "bad-news" }, complaint(asRefusal(error))));
    } finally {
      button?.removeAttribute("aria-busy");
    }
  }
}
