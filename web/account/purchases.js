// In the account: buying coins, what was bought, and the saved cards.

import { element, part, press } from "../dom.js";
import { complaint } from "../notices.js";
import { kept } from "../buying/kept.js";
import { cardInWords, coinsAndBonus, shopSentence, statusInWords, withheldInWords } from "../buying/shop-words.js";
import { asRefusal, inMoney, moment } from "../words.js";

/** @typedef {import("../buying/shop.js").Order} Order */
/** @typedef {import("../buying/shop.js").Card} Card */

/** Orders younger than this can be given back as long as all their coins are there. */
const RETURN_MS = 14 * 24 * 3600 * 1000;

export class PurchasesView {
  /** @type {import("../buying/shopping.js").Shopping} */ #shopping;
  #place = part("purchases", HTMLElement);
  #counter = element("div", {});
  #orders = element("div", {});
  #cards = element("div", {});
  #buy = folded("Buy coins", this.#counter, () => this.#showCounter());
  #bought = folded("Your purchases", this.#orders, () => this.#readOrders());

  /** @param {import("../buying/shopping.js").Shopping} shopping */
  constructor(shopping) {
    this.#shopping = shopping;
    this.#place.replaceChildren(this.#buy, this.#bought, folded("Saved cards", this.#cards, () => this.#readCards()));
    shopping.buying.addEventListener("paid", (event) => {
      // The counter says so itself where it is seen.
      if (this.#buy.open && this.#buy.checkVisibility()) event.preventDefault();
      this.#readAgain();
    });
  }

  /** Shows a buying that is on its way; what is folded is read when it is unfolded. */
  open() {
    const { buying } = this.#shopping;
    this.#readAgain();
    buying.resume();
    if (kept() !== null) this.#buy.open = true;
  }

  #readAgain() {
    if (this.#bought.open) this.#readOrders();
  }

  #showCounter() {
    const about = { place: location.hash, atWall: false, missingCoins: 0, unlock: null };
    this.#counter.replaceChildren(this.#shopping.counter(about));
  }

  async #readOrders() {
    const list = element("ol", { class: "purchases" });
    const more = element("div", {});
    this.#orders.replaceChildren(list, more);
    await this.#readPage(list, more, null);
  }

  /**
   * @param {HTMLElement} list
   * @param {HTMLElement} more
   * @param {string | null} cursor
   */
  async #readPage(list, more, cursor) {
    more.replaceChildren(element("p", { class: "soft", role: "status" }, "Reading …"));
    try {
      const { orders, nextCursor } = await this.#shopping.shop.listOrders(cursor);
      list.append(...orders.map((order) => this.#order(order)));
      const none = list.childElementCount === 0;
      more.replaceChildren(none ? element("p", {}, "Nothing has been bought yet.") : nextCursor === null ? "" : quiet("Earlier purchases", () => this.#readPage(list, more, nextCursor)));
    } catch (error) {
      more.replaceChildren(trouble(error), quiet("Try again", () => this.#readPage(list, more, cursor)));
    }
  }

  /** @param {Order} order */
  #order(order) {
    const withheld = order.bonusWithheld && element("p", { class: "hint" }, withheldInWords(order));
    const about = element("div", { class: "behind-line" }, ...this.#acts(order));
    const line = element(
      "summary",
      { class: "line" },
      element("span", { class: "words" }, element("strong", {}, coinsAndBonus(order)), element("small", {}, moment(order.createdAt))),
      element("span", { class: "change" }, element("strong", {}, inMoney(order)), element("small", {}, statusInWords(order))),
    );
    return element("li", {}, element("details", {}, line, withheld || "", about));
  }

  /** @param {Order} order */
  #acts(order) {
    const { orderId, status, createdAt } = order;
    const young = Date.now() - Date.parse(createdAt) < RETURN_MS;
    if (status === "paid" && young) return [quiet("Give it back", (event) => this.#askBefore(order, event))];
    if (status === "open" || status === "actionRequired") return [element("p", {}, "Nothing has been charged. It runs out by itself if it is not paid.")];
    return [element("p", { class: "hint" }, "Order ", element("code", {}, orderId))];
  }

  /**
   * @param {Order} order
   * @param {Event} event
   */
  #askBefore(order, event) {
    const place = event.currentTarget instanceof Element ? event.currentTarget.closest(".behind-line") : null;
    if (place === null) return;
    const told = element("div", { role: "alert" });
    const refund = async () => {
      try {
        const line = this.#order(await this.#shopping.refund(order.orderId));
        place.closest("li")?.replaceWith(line);
        line.querySelector("summary")?.focus();
      } catch (error) {
        told.replaceChildren(complaint(asRefusal(error), shopSentence));
      }
    };
    const question = `${inMoney(order)} go back to how you paid, and the ${coinsAndBonus(order)} are taken off. That works while none of them is spent.`;
    place.replaceChildren(
      element("p", { tabindex: "-1" }, question),
      told,
      element("button", { type: "button", class: "main", onclick: press(refund) }, `Refund ${inMoney(order)}`),
      quiet("Keep it", () => place.replaceChildren(...this.#acts(order))),
    );
    place.querySelector("p")?.focus();
  }

  async #readCards() {
    this.#cards.replaceChildren(element("p", { class: "soft", role: "status" }, "Reading …"));
    try {
      const cards = await this.#shopping.shop.getCards();
      const list = element("ul", { class: "cards" }, ...cards.map((card) => this.#card(card)));
      this.#cards.replaceChildren(cards.length > 0 ? list : element("p", {}, "No card is kept. You can keep one when you pay."));
    } catch (error) {
      this.#cards.replaceChildren(trouble(error), quiet("Try again", () => this.#readCards()));
    }
  }

  /** @param {Card} card */
  #card(card) {
    const words = cardInWords(card);
    const told = element("span", { class: "words" }, element("strong", {}, words), element("small", {}, `until ${card.expires.slice(5)}/${card.expires.slice(0, 4)}`));
    const forget = async () => {
      try {
        await this.#shopping.shop.forgetCard(card.cardId);
        await this.#readCards();
      } catch (error) {
        told.append(trouble(error));
      }
    };
    const button = element("button", { type: "button", class: "quiet", "aria-label": `Remove ${words}`, onclick: press(forget) }, "Remove");
    return element("li", {}, told, button);
  }
}

/**
 * Something that is read when it is unfolded.
 * @param {string} label
 * @param {HTMLElement} content
 * @param {() => unknown} read
 */
function folded(label, content, read) {
  const details = element("details", {}, element("summary", { class: "line" }, element("strong", {}, label)), content);
  details.addEventListener("toggle", () => details.open && read());
  return details;
}

/** @param {unknown} error */
function trouble(error) {
  return element("div", { role: "alert" }, complaint(asRefusal(error), shopSentence));
}

/**
 * @param {string} label
 * @param {(event: Event) => unknown} act
 */
function quiet(label, act) {
  return element("button", { type: "button", class: "quiet", onclick: act }, label);
}
