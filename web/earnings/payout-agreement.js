// The second tap of a payout: amount, fee, what arrives and when, all of it shown before anything leaves.

import { element, press } from "../dom.js";
import { asRefusal } from "../words.js";
import { amountOf, dateOf, shown, typed } from "./money.js";
import { answered, keyOf } from "./payout-key.js";
import { because, inShort, isUnderWay } from "./payout-words.js";
import { tried } from "./till.js";

/** @typedef {import("./earnings-api.js").Option} Option */
/** @typedef {import("./earnings-api.js").Quote} Quote */
/** @typedef {import("./payout-words.js").Figures} Figures */
/** @typedef {import("./till.js").Till} Till */

/** @type {Record<string, string>} */
const SPEEDS = { standard: "To your bank", instant: "At once" };

export class Agreement {
  /** @type {Till} */ #till;
  /** @type {(quote: Quote) => Figures} */ #figures;
  /** @type {Quote} */ #quote;
  /** @type {string | undefined} */ #speed;
  /** Counts the quotes asked for, so that a slow one does not replace a later one. */
  #asked = 0;
  #fault;
  #amount;
  #speeds = element("div", { class: "speeds", role: "radiogroup", "aria-label": "How fast" });
  #confirm = element("button", { type: "button", class: "main", onclick: press(() => this.#pay()) });
  element;

  /**
   * @param {Quote} quote of the amount that the field begins with
   * @param {string | undefined} speed
   * @param {(quote: Quote) => Figures} figures for the words of a rule that is in the way
   * @param {Till} till
   * @param {() => void} close
   */
  constructor(quote, speed, figures, till, close) {
    const { currency } = quote;
    const id = `amount-${currency}`;
    this.#quote = quote;
    this.#speed = speed;
    this.#figures = figures;
    this.#till = till;
    this.#fault = element("p", { class: "fault", id: `${id}-fault` });
    this.#amount = element("input", { type: "text", id, inputmode: "decimal", autocomplete: "off", "aria-describedby": `${id}-fault` });
    this.#amount.addEventListener("input", () => this.#settle());
    this.#amount.addEventListener("change", () => this.#ask());
    this.element = element(
      "fieldset",
      { class: "agreement" },
      element("legend", {}, `Pay out ${currency}`),
      element("div", { class: "field" }, element("label", { for: id }, "Amount"), this.#amount, this.#fault),
      this.#speeds,
      element("div", { class: "actions" }, this.#confirm, element("button", { type: "button", class: "quiet", onclick: close }, "Not now")),
    );
    this.#show(quote);
  }

  /** To where the creator goes on. */
  focus() {
    (this.#confirm.disabled ? this.#amount : this.#confirm).focus();
  }

  /** @returns {Option | undefined} */
  get #picked() {
    return this.#quote.options.find(({ speed, rule }) => speed === this.#speed && rule === null);
  }

  /** @param {Quote} quote */
  #show(quote) {
    const { amount, currency, options } = quote;
    this.#quote = quote;
    if (this.#picked === undefined) this.#speed = options.find(({ rule }) => rule === null)?.speed;
    const rules = new Set(options.map(({ rule }) => rule));
    const common = rules.size === 1 ? options[0]?.rule : null;
    this.#amount.value = typed(amount, currency);
    this.#say(common ? because(common, this.#figures(quote)) : "");
    this.#speeds.replaceChildren(...options.map((one) => this.#row(one)));
    this.#settle();
  }

  /** @param {Option} option */
  #row({ speed, fee, arrives, earliestAt, latestAt, rule }) {
    const { amount, currency } = this.#quote;
    const id = `speed-${currency}-${speed}`;
    const when = speed === "instant" ? "within half an hour" : `between ${dateOf(earliestAt)} and ${dateOf(latestAt)}`;
    const figures = `${shown(amount, currency)} less a fee of ${shown(fee, currency)}: ${shown(arrives, currency)} arrives ${when}.`;
    const pick = element("input", { type: "radio", name: `speed-${currency}`, id, checked: speed === this.#speed, disabled: rule !== null, "aria-describedby": `${id}-figures` });
    pick.addEventListener("change", () => {
      this.#speed = speed;
      this.#settle();
    });
    const words = element("small", { id: `${id}-figures` }, rule === null ? figures : because(rule, this.#figures(this.#quote)));
    return element("div", { class: "speed" }, pick, element("label", { for: id }, SPEEDS[speed] ?? speed), words);
  }

  /** Nothing leaves by figures of another amount, nor where something is in the way. */
  #settle() {
    const { amount, currency } = this.#quote;
    const picked = amountOf(this.#amount.value, currency) === amount ? this.#picked : undefined;
    this.#confirm.disabled = picked === undefined;
    this.#confirm.textContent = picked === undefined ? "Confirm" : `Confirm: ${shown(picked.arrives, currency)} arrives`;
    if (picked !== undefined) this.#confirm.setAttribute("aria-describedby", `speed-${currency}-${picked.speed}-figures`);
  }

  /** @param {string} words why it cannot be so */
  #say(words) {
    this.#fault.textContent = words;
    if (words === "") this.#amount.removeAttribute("aria-invalid");
    else this.#amount.setAttribute("aria-invalid", "true");
  }

  /** Has the figures of what was typed. */
  async #ask() {
    const { currency } = this.#quote;
    const amount = amountOf(this.#amount.value, currency);
    if (amount === null) return this.#say(`Write an amount like ${typed(this.#quote.minimum, currency)}.`);
    await tried(this.#till, () => this.#look(amount));
  }

  /** @param {number} amount */
  async #look(amount) {
    const asked = ++this.#asked;
    const quote = await this.#till.calls.getQuote(this.#quote.currency, amount);
    if (asked === this.#asked) this.#show(quote);
  }

  async #pay() {
    const picked = this.#picked;
    if (picked === undefined) return;
    const { currency, amount } = this.#quote;
    const { speed, fee, arrives } = picked;
    const wish = { currency, amount, speed, feeShown: fee };
    await tried(this.#till, () => this.#send(wish, `${shown(arrives, currency)} is on its way to you; how far it is stands under Payouts.`), `#/pay-out/${currency}/${amount}/${speed}`);
  }

  /**
   * @param {import("./earnings-api.js").Wish} wish
   * @param {string} sentence
   */
  async #send(wish, sentence) {
    const { key, again } = keyOf(wish);
    let payout;
    try {
      payout = await this.#till.calls.requestPayout(wish, key);
    } catch (error) {
      if (asRefusal(error).code === "payout_fee_changed") await this.#look(wish.amount);
      throw error;
    }
    answered(wish);
    const known = again && !isUnderWay(payout);
    this.#till.go("#/", known ? `You had asked for that already: ${inShort(payout)}.` : sentence);
  }
}
