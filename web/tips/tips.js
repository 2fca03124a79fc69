// Gifts over the picture: the button, the tray with what can be given, and what others give.

import { chosen, choose } from "../choices.js";
import { element, icon, part, press } from "../dom.js";
import { asRefusal, coins, sentenceFor } from "../words.js";
import { Calls } from "./calls.js";
import { drawing } from "./drawings.js";
import { Floats } from "./floats.js";
import { Giving, worth } from "./giving.js";

/** @typedef {import("./calls.js").Gift} Gift */
/** @typedef {import("./calls.js").Place} Place */
/** @typedef {import("../refusal.js").Refusal} Refusal */

/** What a gift is refused with, where the page's usual words speak of episodes or of a limit of one's own. */
const SENTENCES = {
  own_series: "This is your own series: nobody gives to themselves.",
  debt_outstanding: "You owe coins that were taken back. They are repaid first, by the next ones you buy.",
  episode_unavailable: "This episode takes no gifts yet.",
};

export class Tips {
  #calls;
  #giving;
  #floats;
  /** @type {import("../account/wallet.js").WalletView} */ #wallet;
  /** @type {Place | null} */ #place = null;
  /** @type {Gift[] | null} */ #gifts = null;

  #button = element("button", { type: "button", class: "icon", id: "tips-open", "aria-label": "Give a gift", "aria-expanded": "false", "aria-controls": "tips" }, drawing(""));
  #choices = element("div", { class: "gifts" });
  #count = element("p", { class: "count", role: "status", "aria-live": "polite" });
  #told = element("div", { class: "told", role: "alert" });
  #tray = element("section", { id: "tips", "aria-label": "Gifts", hidden: true });

  /**
   * @param {import("../api.js").Api} api
   * @param {import("../account/wallet.js").WalletView} wallet
   */
  constructor(api, wallet) {
    this.#calls = new Calls(api);
    this.#wallet = wallet;
    this.#giving = new Giving(this.#calls, () => chosen().named === "on");
    this.#floats = new Floats(this.#calls, () => chosen().gifts !== "off");
    const close = element("button", { type: "button", class: "icon", "aria-label": "Close the gifts", onclick: () => this.#show(false) }, icon("close"));
    this.#tray.append(
      element("header", {}, element("h2", {}, "Gifts"), this.#count, close),
      this.#choices,
      this.#told,
      element(
        "div",
        { class: "choices" },
        choice("Show my name", chosen().named === "on", (on) => choose({ named: on ? "on" : "off" })),
        choice("Others' gifts", chosen().gifts !== "off", (on) => choose({ gifts: on ? "on" : "off" })),
      ),
    );
    this.#button.addEventListener("click", () => this.#show(this.#tray.hidden));
    this.#tray.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#show(false);
      // The keys of the player are not meant while a gift is chosen.
      event.stopPropagation();
    });
    this.#giving.addEventListener("change", () => this.#showRound());
    this.#giving.addEventListener("given", (event) => event instanceof CustomEvent && this.#thank(event.detail));
    this.#giving.addEventListener("refused", (event) => event instanceof CustomEvent && this.#explain(event.detail.refusal));
    document.head.append(element("link", { rel: "stylesheet", href: "/tips/tips.css" }));
    part("rail", HTMLElement).prepend(this.#button);
    part("stage", HTMLElement).append(this.#floats.element, this.#tray);
  }

  /** @param {Place} place what plays */
  open(place) {
    this.#place = place;
    this.#button.hidden = false;
    this.#floats.open(place);
  }

  /** The viewer goes elsewhere. */
  close() {
    this.#giving.settle();
    this.#show(false);
    this.#button.hidden = true;
    this.#floats.close();
    this.#place = null;
  }

  /** @param {boolean} open */
  async #show(open) {
    if (open === !this.#tray.hidden) return;
    const inside = this.#tray.contains(document.activeElement);
    this.#tray.hidden = !open;
    this.#button.setAttribute("aria-expanded", String(open));
    if (!open) {
      this.#giving.settle();
      this.#told.replaceChildren();
      if (inside) this.#button.focus();
      return;
    }
    await this.#read();
    this.#choices.querySelector("button")?.focus({ preventScroll: true });
  }

  async #read() {
    if (this.#gifts !== null) return;
    this.#choices.replaceChildren(element("p", { class: "soft" }, "Loading …"));
    try {
      const { gifts, mostCount } = await this.#calls.listGifts();
      this.#gifts = gifts;
      this.#giving.bound(mostCount);
      this.#choices.replaceChildren(...gifts.map((gift) => this.#choice(gift)));
    } catch (error) {
      const again = element("button", { type: "button", class: "quiet", onclick: press(() => this.#read()) }, "Try again");
      this.#choices.replaceChildren(element("p", {}, sentenceFor(asRefusal(error))), again);
    }
  }

  /** @param {Gift} gift */
  #choice(gift) {
    const give = () => {
      if (this.#place === null) return;
      this.#told.replaceChildren();
      this.#giving.tap(this.#place, gift);
    };
    const words = [element("strong", {}, gift.name), element("small", {}, coins(gift.priceCoins))];
    return element("button", { type: "button", class: "gift", onclick: give }, drawing(gift.gift), ...words);
  }

  #showRound() {
    const { round, stage } = this.#giving;
    this.#count.textContent = round === null ? "" : `${round.count} × ${round.gift.name}, ${coins(worth(round))}${stage === "sending" ? " …" : ""}`;
    if (round !== null && stage === "asking") this.#ask(round);
  }

  /** @param {import("./giving.js").Round} round */
  #ask(round) {
    const yes = element("button", { type: "button", class: "main", onclick: () => (this.#told.replaceChildren(), this.#giving.agree()) }, "Give");
    const no = element("button", { type: "button", class: "quiet", onclick: () => (this.#told.replaceChildren(), this.#giving.drop()) }, "Not now");
    this.#told.replaceChildren(element("p", { class: "question" }, `Give ${round.count} × ${round.gift.name} for ${coins(worth(round))}? Gifts do not come back.`), yes, no);
    yes.focus({ preventScroll: true });
  }

  /** @param {{round: import("./giving.js").Round, given: import("./calls.js").Given}} what */
  #thank({ round, given }) {
    this.#wallet.show(given.wallet);
    if (!given.alreadyGiven) this.#floats.own(round.gift.gift, round.count, given.receipt.at);
    if (this.#giving.round === null) this.#count.textContent = `${round.count} × ${round.gift.name} given`;
  }

  /** @param {Refusal} refusal */
  #explain(refusal) {
    this.#count.textContent = "";
    this.#told.replaceChildren(element("p", {}, inWords(refusal)), ...this.#ways(refusal));
    if (refusal.code === "price_changed" || refusal.code === "not_found") {
      this.#gifts = null;
      this.#read();
    }
    // What is said must be seen, wherever the viewer has gone in the meantime.
    if (this.#place !== null) this.#show(true);
  }

  /**
   * @param {Refusal} refusal
   * @returns {HTMLElement[]}
   */
  #ways(refusal) {
    const account = part("account-open", HTMLButtonElement);
    if (refusal.status === 402) return [element("button", { type: "button", class: "main", onclick: () => account.click() }, "Get coins")];
    if (this.#giving.round === null || this.#giving.stage !== "failed") return [];
    const again = () => (this.#told.replaceChildren(), this.#giving.agree());
    return [element("button", { type: "button", class: "main", onclick: again }, "Try again")];
  }
}

/** @param {Refusal} refusal */
function inWords(refusal) {
  const missing = refusal.number("missingCoins");
  const limit = refusal.number("limitCoins");
  if (refusal.code === "insufficient_coins" && missing !== null) {
    return `${coins(missing)} missing: gifts are given from coins you bought, not from bonus. Nothing was charged.`;
  }
  if (refusal.code === "spend_limit_reached" && limit !== null) {
    const whose = refusal.members.rule === "houseTips" ? "Nobody gives more than" : "Your own limit is";
    return `${whose} ${coins(limit)} a day. Nothing was charged.`;
  }
  const own = /** @type {Record<string, string>} */ (SENTENCES)[refusal.code];
  return own ?? sentenceFor(refusal);
}

/**
 * @param {string} words
 * @param {boolean} on
 * @param {(on: boolean) => void} turn
 */
function choice(words, on, turn) {
  const box = element("input", { type: "checkbox", onchange: () => turn(box.checked) });
  box.checked = on;
  return element("label", { class: "choice" }, box, words);
}
