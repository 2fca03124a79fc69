// Which coins, and how to pay: every price in full before the press that pays it.

import { currency } from "../choices.js";
import { element, press } from "../dom.js";
import { complaint } from "../notices.js";
import { asRefusal, coins, inMoney } from "../words.js";
import { allCoins, costOf, inOrderOfUse } from "./shop.js";
import { cardInWords, limitInWords, packRemark, shopSentence, taxInWords } from "./shop-words.js";

/** @typedef {import("./shop.js").Packs} Packs */
/** @typedef {import("./shop.js").Pack} Pack */
/** @typedef {import("./shop.js").Card} Card */
/** @typedef {import("./shop.js").Wish} Wish */
/** @typedef {import("./counter.js").About} About */
/** @typedef {{wish: {packId: string} | {coins: number}, coins: number, amount: number}} Choice */

/** Longer than this nobody waits for saved cards: the payment page takes any. A function that starts takes over two seconds. */
const CARDS_MS = 4_000;
/** The choice that is no pack. */
const EXACT = "";
/** Tells the radio buttons of two counters apart. */
let counters = 0;

export class Choosing {
  /** @type {About} */ #about;
  #name = `coins-${++counters}`;
  #pay = element("div", { class: "pay" });
  /** @type {Packs | null} */ #packs = null;
  /** @type {Card[]} */ #cards = [];
  #reading = 0;
  /** What the viewer has turned to so far; it outlives a failure. @type {string | null} */ #picked = null;
  /** @type {number} not a number while what is typed is none */ #exactCoins = 0;
  #unlocks = true;
  #keepsCard = false;
  /** @type {Card | undefined} */ #card;
  place = element("div", { class: "choosing" });

  /** @param {About} about */
  constructor(about) {
    this.#about = about;
  }

  /** Reads the prices and shows them. */
  async read() {
    const { shop } = this.#about;
    const reading = ++this.#reading;
    if (this.#packs === null) this.place.replaceChildren(element("div", { class: "waiting", role: "img", "aria-label": "Loading the prices" }));
    try {
      const [packs, cards] = await Promise.all([shop.getPacks(currency()), cardsOf(shop)]);
      if (reading === this.#reading) this.#show(packs, cards);
    } catch (error) {
      if (reading !== this.#reading) return;
      this.#packs = null;
      const again = element("button", { type: "button", class: "quiet", onclick: press(() => this.read()) }, "Try again");
      this.place.replaceChildren(element("div", { role: "alert" }, complaint(asRefusal(error), shopSentence)), again);
    }
  }

  /**
   * @param {Packs} packs
   * @param {Card[]} cards
   */
  #show(packs, cards) {
    const { missingCoins, unlock } = this.#about;
    const { topUp } = packs;
    this.#packs = packs;
    this.#cards = cards;
    this.#card = cards.find(({ cardId }) => cardId === this.#card?.cardId) ?? cards[0];
    const sorted = inOrderOfUse(packs.packs, missingCoins);
    if (this.#picked !== EXACT && !sorted.some(({ packId }) => packId === this.#picked)) this.#picked = sorted[0]?.packId ?? EXACT;
    this.#exactCoins ||= Math.min(topUp.maxCoins, Math.max(topUp.minCoins, missingCoins));
    const [first, ...others] = sorted.map((pack) => this.#packRow(pack, packs));
    const exact = this.#exactRow(packs);
    // At the wall the pack that does stands alone, so that paying for it is in sight; whoever wants another unfolds them.
    const open = missingCoins === 0 || this.#picked !== sorted[0]?.packId;
    const rest = missingCoins > 0 ? [element("details", { open }, element("summary", {}, "Other amounts"), exact, ...others)] : [...others, exact];
    this.place.replaceChildren(
      element("fieldset", {}, element("legend", { class: "unseen" }, "Get coins"), first, ...rest),
      unlock === null ? "" : tick(unlock.words, this.#unlocks, (on) => this.#change(() => (this.#unlocks = on))),
      this.#pay,
      element("p", { class: "hint" }, [taxInWords(packs), limitInWords(packs)].filter((part) => part !== "").join(" ")),
    );
    this.#showPay(packs);
  }

  /** @param {() => void} change of what the viewer has turned to */
  #change(change) {
    change();
    if (this.#packs !== null) this.#showPay(this.#packs);
  }

  /**
   * @param {Pack} pack
   * @param {Packs} packs
   */
  #packRow(pack, packs) {
    const beyond = isBeyond(packs, pack.amount);
    const remark = beyond ? "more than the limit leaves" : packRemark(pack);
    const fits = this.#about.missingCoins > 0 && allCoins(pack) >= this.#about.missingCoins;
    return element(
      "label",
      { class: "pack" },
      this.#radio(pack.packId, { disabled: beyond }),
      element("span", { class: "words" }, element("strong", {}, coins(allCoins(pack)), fits && " · enough"), remark !== "" && element("small", {}, remark)),
      element("strong", { class: "price" }, inMoney({ ...packs, amount: pack.amount })),
    );
  }

  /** @param {Packs} packs */
  #exactRow(packs) {
    const { minCoins, maxCoins } = packs.topUp;
    const bounds = `from ${minCoins.toLocaleString("en")} to ${coins(maxCoins)}`;
    const price = element("strong", { class: "price" });
    const tell = () => {
      price.textContent = Number.isNaN(this.#exactCoins) ? "" : inMoney({ ...packs, amount: costOf(packs.topUp, this.#exactCoins) });
    };
    const radio = this.#radio(EXACT, { "aria-label": "An exact number of coins" });
    const field = element("input", {
      type: "number",
      inputmode: "numeric",
      min: String(minCoins),
      max: String(maxCoins),
      step: "1",
      value: String(this.#exactCoins),
      "aria-label": `Coins, ${bounds}`,
      oninput: () => {
        this.#exactCoins = field.validity.valid ? field.valueAsNumber : Number.NaN;
        radio.checked = true;
        tell();
        this.#change(() => (this.#picked = EXACT));
      },
    });
    tell();
    return element("div", { class: "pack" }, radio, element("span", { class: "words" }, element("span", {}, "Exactly ", field), element("small", {}, bounds)), price);
  }

  /**
   * @param {string} value
   * @param {Record<string, string | boolean>} more
   */
  #radio(value, more) {
    const onchange = () => this.#change(() => (this.#picked = value));
    return element("input", { type: "radio", name: this.#name, value, checked: this.#picked === value, onchange, ...more });
  }

  /** @param {Packs} packs */
  #showPay(packs) {
    const { missingCoins, unlock } = this.#about;
    const chosen = this.#chosen(packs);
    const covers = chosen !== null && chosen.coins >= missingCoins;
    const unlocks = unlock !== null && this.#unlocks && covers;
    const [card, ...others] = [this.#card, ...this.#cards.filter((one) => one !== this.#card)];
    const pay = (/** @type {Pick<Wish, "method" | "cardId" | "saveCard">} */ means) => () => chosen && this.#begin(chosen, packs, means, unlocks);
    const price = chosen === null ? "" : inMoney({ ...packs, amount: chosen.amount });
    const button = (/** @type {string} */ how, /** @type {() => unknown} */ act) =>
      element(
        "button",
        { type: "button", class: "main offer", disabled: chosen === null, onclick: press(act) },
        element("span", { class: "what" }, element("strong", {}, unlocks ? "Buy and unlock" : "Buy"), element("small", {}, `Pay ${price} ${how}`)),
      );
    const short = chosen !== null && !covers && element("p", { class: "hint" }, `${coins(missingCoins - chosen.coins)} would still be missing.`);
    if (card === undefined) {
      const keep = tick("Keep the card for next time", this.#keepsCard, (on) => this.#change(() => (this.#keepsCard = on)));
      return this.#pay.replaceChildren(short || "", button("on the payment page", pay({ method: "checkout", saveCard: this.#keepsCard })), keep);
    }
    this.#pay.replaceChildren(
      short || "",
      button(`with ${cardInWords(card)}`, pay({ method: "card", cardId: card.cardId })),
      ...others.map((one) => quiet(`Pay with ${cardInWords(/** @type {Card} */ (one))}`, () => this.#change(() => (this.#card = one)))),
      quiet("Pay another way", pay({ method: "checkout", saveCard: false })),
    );
  }

  /**
   * @param {Packs} packs
   * @returns {Choice | null} null while nothing is chosen that can be bought
   */
  #chosen(packs) {
    const pack = packs.packs.find(({ packId }) => packId === this.#picked);
    const exact = this.#exactCoins;
    const choice =
      pack !== undefined
        ? { wish: { packId: pack.packId }, coins: allCoins(pack), amount: pack.amount }
        : exact > 0
          ? { wish: { coins: exact }, coins: exact, amount: costOf(packs.topUp, exact) }
          : null;
    return choice === null || isBeyond(packs, choice.amount) ? null : choice;
  }

  /**
   * @param {Choice} chosen
   * @param {Packs} packs
   * @param {Pick<Wish, "method" | "cardId" | "saveCard">} means
   * @param {boolean} unlocks
   */
  #begin({ wish, amount }, { currency }, means, unlocks) {
    const { buying, place, atWall, unlock } = this.#about;
    // A path has no fragment to come back to, so the place travels in its query; app.js puts it back.
    const full = { ...wish, currency, amountShown: amount, ...means, returnTo: `/?at=${place.slice(1) || "/"}` };
    return buying.begin(full, { place, atWall, unlock: unlocks && unlock !== null ? unlock.agreed : null });
  }
}

/**
 * The saved cards that can still pay; none where they cannot be had in time.
 * @param {import("./shop.js").Shop} shop
 */
async function cardsOf(shop) {
  const none = new Promise((give) => setTimeout(give, CARDS_MS, []));
  const cards = /** @type {Card[]} */ (await Promise.race([shop.getCards().catch(() => []), none]));
  const month = new Date().toISOString().slice(0, 7);
  return cards.filter((card) => card.expires >= month);
}

/**
 * @param {Packs} packs
 * @param {number} amount
 */
function isBeyond({ limit }, amount) {
  return limit !== null && limit.spentAmount + amount > limit.limitAmount;
}

/**
 * @param {string} words
 * @param {boolean} on
 * @param {(on: boolean) => void} turn
 */
function tick(words, on, turn) {
  const box = element("input", { type: "checkbox", checked: on, onchange: () => turn(box.checked) });
  return element("label", { class: "choice" }, box, words);
}

/**
 * @param {string} label
 * @param {() => unknown} act
 */
function quiet(label, act) {
  return element("button", { type: "button", class: "quiet", onclick: press(act) }, label);
}
