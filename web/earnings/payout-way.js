// The way from what there is of a currency to a payout of it: the first tap, or what is in the way and what leads past it.

import { element, press } from "../dom.js";
import { complaint } from "../notices.js";
import { Refusal } from "../refusal.js";
import { asRefusal, moment } from "../words.js";
import { aside, heldLines } from "./held.js";
import { shown } from "./money.js";
import { Agreement } from "./payout-agreement.js";
import { because, inWords } from "./payout-words.js";

/** @typedef {import("./earnings-api.js").Quote} Quote */
/** @typedef {import("./payout-words.js").Figures} Figures */
/** @typedef {import("./till.js").Till} Till */
/** @typedef {[paysFrom: string | null, limits: import("./earnings-api.js").Limit[]]} Standing what the words of a rule need besides a quote */

/** What a smaller amount gets past. */
const BY_AMOUNT = ["over_day_limit", "over_month_limit"];
/** @type {Record<string, [words: string, card: string]>} what leads past a rule, and the card on which that is done */
const LEADS = {
  verification_required: ["Show who you are", "person"],
  no_destination: ["Name your bank", "bank"],
  destination_restricted: ["Go on with your bank", "bank"],
};

/**
 * @param {string} currency
 * @param {import("./held.js").Wallet} wallet
 * @param {string[]} picks amount and speed, where they were picked before a fresh sign-in
 * @param {Promise<Standing>} standing never rejects
 * @param {Promise<void>} placed when the cards are there that lead past what is in the way
 * @param {Till} till
 */
export async function way(currency, wallet, [amount = "", speed], standing, placed, till) {
  const { calls } = till;
  const { place, holds, blocked } = wallet;
  const [payable, held, lines, ways] = [".payable", ".aside", ".held", ".ways"].map((name) => /** @type {HTMLElement} */ (place.querySelector(name)));
  const wanted = /^[1-9]\d{0,10}$/.test(amount) ? calls.getQuote(currency, Number(amount)) : null;
  const found = await Promise.all([calls.getQuote(currency, null), wanted, standing]).catch(asRefusal);
  if (found instanceof Refusal) {
    payable.textContent = held.textContent = "not known at present";
    const again = press(() => way(currency, wallet, [amount, speed ?? ""], standing, placed, till));
    return ways.replaceChildren(complaint(found, inWords), element("button", { type: "button", class: "quiet", onclick: again }, "Try again"));
  }
  const [quote, picked, known] = found;
  // A quote leaves out what is kept for what may be taken back; that the account is frozen, or owes, it tells as a rule.
  payable.textContent = shown(blocked === "" ? quote.payable : 0, currency);
  held.textContent = shown(aside(quote, blocked), currency);
  lines.replaceChildren(...heldLines(holds, quote, blocked));
  const rule = quote.options.every((one) => one.rule !== null) ? String(quote.options[0]?.rule) : "";
  const figures = (/** @type {Quote} */ one) => figuresOf(one, known);
  if (rule !== "" && !BY_AMOUNT.includes(rule)) return ways.replaceChildren(...past(rule, figures(quote), placed));
  const first = element("button", { type: "button", class: "main", onclick: () => open(quote) }, `Pay out ${currency}`);
  const second = element("div", { hidden: true });
  ways.replaceChildren(first, second);
  if (picked !== null) open(picked);

  /** @param {Quote} one */
  function open(one) {
    const agreement = new Agreement(one, speed, figures, till, close);
    second.replaceChildren(agreement.element);
    first.hidden = true;
    second.hidden = false;
    agreement.focus();
  }

  function close() {
    second.replaceChildren();
    second.hidden = true;
    first.hidden = false;
    first.focus();
  }
}

/**
 * @param {string} rule
 * @param {Figures} figures
 * @param {Promise<void>} placed
 */
function past(rule, figures, placed) {
  const [words, card] = LEADS[rule] ?? [];
  // To the card's first control: there it is done, and said what it takes.
  const lead = async () => {
    await placed;
    /** @type {HTMLElement | null} */ (document.querySelector(`#${card} :is(select, button)`))?.focus();
  };
  const sentence = element("p", {}, because(rule, figures));
  return words === undefined ? [sentence] : [sentence, element("button", { type: "button", class: "main", onclick: lead }, words)];
}

/**
 * @param {Quote} quote
 * @param {Standing} standing
 * @returns {Figures}
 */
function figuresOf({ currency, minimum, payable }, [paysFrom, limits]) {
  const most = limits.find((one) => one.currency === currency);
  return {
    minimum: shown(minimum, currency),
    more: payable < minimum ? shown(minimum - payable, currency) : "",
    until: paysFrom === null ? "" : moment(paysFrom),
    day: most === undefined ? "" : shown(most.day, currency),
    month: most === undefined ? "" : shown(most.month, currency),
  };
}
