// The viewer's own limit on gifts: a lower one holds at once; a higher one, or none, from the next day on.

import { element } from "../dom.js";
import { complaint } from "../notices.js";
import { asRefusal, coins, moment } from "../words.js";

/**
 * @typedef {object} TipLimit
 * @property {number | null} dayCoins      the own limit; null for none
 * @property {number} houseDayCoins        what nobody gives more than
 * @property {number} leftCoins            what both leave today
 * @property {{dayCoins: number | null, since: string} | null} next what holds from a time on, where that is something else
 */

const PATH = "/v1/wallet/tip-limit";

export class TipLimitView {
  /** @type {import("../api.js").Api} */ #api;
  #day = element("input", { type: "number", id: "tip-limit-day", min: "0", max: "1000000", step: "1", inputmode: "numeric", "aria-describedby": "tip-limit-hint" });
  #hint = element("p", { class: "hint", id: "tip-limit-hint" });
  #set = element("button", { type: "submit", class: "main" }, "Set the limit on gifts");
  #fields = element("fieldset", { disabled: true }, element("label", {}, "Gifts on a day, in coins", this.#day), this.#hint, this.#set);
  #told = element("div", { role: "status" });
  /** @type {{body: string, key: string} | null} a change that has not been answered yet keeps its key */ #change = null;

  /** @param {import("../api.js").Api} api */
  constructor(api) {
    this.#api = api;
    this.element = element("form", { id: "tip-limit-form" }, this.#fields, this.#told);
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
  }

  /** Shows the limit as it is; while that is not known, nothing can be typed over it. */
  async open() {
    this.#fields.disabled = true;
    this.#told.replaceChildren();
    try {
      this.#show(await this.#api.sendAsViewer("GET", PATH));
    } catch (error) {
      this.#complain(error);
    }
  }

  /** @param {TipLimit} limit */
  #show({ dayCoins, houseDayCoins, leftCoins, next }) {
    this.#fields.disabled = false;
    this.#day.value = String(dayCoins ?? "");
    const later = next === null ? "" : ` From ${moment(next.since)} on it is ${next.dayCoins === null ? "none" : coins(next.dayCoins)}.`;
    this.#hint.textContent = `Left empty: no limit of your own; nobody gives more than ${coins(houseDayCoins)} a day. Today you can give ${coins(leftCoins)}.${later}`;
  }

  async #save() {
    const body = { dayCoins: this.#day.value === "" ? null : this.#day.valueAsNumber };
    const written = JSON.stringify(body);
    if (this.#change?.body !== written) this.#change = { body: written, key: crypto.randomUUID() };
    this.#set.setAttribute("aria-busy", "true");
    this.#told.replaceChildren();
    try {
      /** @type {TipLimit} */
      const limit = await this.#api.sendAsViewer("PUT", PATH, body, { headers: { "idempotency-key": this.#change.key } });
      this.#change = null;
      this.#show(limit);
      const words = limit.next === null ? "It holds from now on." : "A higher limit holds from tomorrow on; until then the one before does.";
      this.#told.replaceChildren(element("p", { class: "proven" }, words));
    } catch (error) {
      this.#complain(error);
    } finally {
      this.#set.removeAttribute("aria-busy");
    }
  }

  /** @param {unknown} error */
  #complain(error) {
    this.#told.replaceChildren(element("div", { class: "bad-news" }, complaint(asRefusal(error))));
  }
}
