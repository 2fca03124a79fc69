// The statement: every entry of the viewer's journal, newest first, with its receipt behind it.

import { element, part, press } from "../dom.js";
import { complaint } from "../notices.js";
import { Shop } from "../buying/shop.js";
import { proof, receiptLines } from "../wall/receipt.js";
import { orderOf, purchaseLines } from "./purchase-lines.js";
import { seriesRefund } from "./series-refund.js";
import { asRefusal, coins, episodesInWords, moment } from "../words.js";

/** @typedef {import("../api.js").Line} Line */

/** Among so many entries a line is looked for; to what is older the viewer turns. */
const MAX_SEARCHED = 400;

/** @type {Record<string, string>} */
const KINDS = {
  dispute: "Taken back by your bank",
  disputeWon: "Dispute settled, coins back",
  exchange: "Exchanged",
  expiry: "Expired",
  freeze: "Frozen by support",
  grant: "Given by the house",
  hold: "Set aside",
  limits: "Limits changed",
  post: "Taken from what was set aside",
  purchase: "Coins bought",
  refund: "Purchase refunded",
  refundFailed: "Refund did not arrive, coins back",
  repair: "Run of check-ins mended",
  reversal: "Taken back",
  reward: "Earned",
  settlement: "Settled",
  thaw: "Open again",
  tip: "Gift given",
  unlock: "Unlocked",
  void: "Set aside no more",
};

export class StatementView {
  /** @type {import("../api.js").Api} */ #api;
  /** @type {() => unknown} */ #onRefund;
  #lines = part("statement", HTMLOListElement);
  #told = part("statement-told", HTMLElement);
  #more = part("statement-more", HTMLButtonElement);
  /** What unfolds a line, by the number of its entry. @type {Map<number, () => Promise<void>>} */ #unfolds = new Map();
  /** @type {number | null} */ #sought = null;
  /** @type {string | null} */ #cursor = null;
  /** Counts readings, so that a page of an earlier one is not added to a later one. */
  #reading = 0;

  /**
   * @param {import("../api.js").Api} api
   * @param {() => unknown} onRefund what was unlocked is so no more
   */
  constructor(api, onRefund) {
    this.#api = api;
    this.#onRefund = onRefund;
    this.#more.addEventListener("click", press(() => this.#read(this.#cursor)));
  }

  /**
   * Reads it anew.
   * @param {number} [seq] the entry whose line is looked for and unfolded
   */
  open(seq) {
    this.#reading += 1;
    this.#cursor = null;
    this.#sought = seq ?? null;
    this.#unfolds.clear();
    this.#lines.replaceChildren();
    return this.#read(null);
  }

  /** @param {string | null} cursor */
  async #read(cursor) {
    const reading = this.#reading;
    this.#told.replaceChildren(element("p", { class: "soft" }, "Reading …"));
    try {
      const { lines, nextCursor } = await this.#api.getStatement(cursor);
      if (reading !== this.#reading) return;
      this.#cursor = nextCursor;
      this.#more.hidden = nextCursor === null;
      this.#lines.append(...lines.map((line) => this.#line(line)));
      const none = this.#lines.childElementCount === 0;
      this.#told.replaceChildren(none ? element("p", {}, "Nothing has happened yet.") : "");
      if (this.#sought !== null) await this.#seek(this.#sought);
    } catch (error) {
      if (reading !== this.#reading) return;
      const again = element("button", { type: "button", class: "quiet", onclick: press(() => this.#read(cursor)) }, "Try again");
      this.#told.replaceChildren(complaint(asRefusal(error)), again);
    }
  }

  /** @param {number} seq */
  async #seek(seq) {
    const unfold = this.#unfolds.get(seq);
    const further = this.#cursor !== null && seq < Math.min(...this.#unfolds.keys());
    if (unfold === undefined && further && this.#unfolds.size < MAX_SEARCHED) return this.#read(this.#cursor);
    this.#sought = null;
    if (unfold === undefined) return this.#told.replaceChildren(element("p", {}, `Entry no. ${seq} is not among these.`));
    await unfold();
  }

  /** @param {Line} line */
  #line(line) {
    const { at, kind, coins: changes, balance, seriesId, episodes } = line;
    const change = Object.values(changes).reduce((sum, one) => sum + one, 0);
    const about = episodes === null ? "" : `, ${episodesInWords(episodes.first, episodes.last).toLowerCase()} of ${seriesId}`;
    const behind = element("div", { class: "behind-line" });
    const summary = element(
      "summary",
      { class: "line" },
      element("span", { class: "words" }, element("strong", {}, `${KINDS[kind] ?? "Entry"}${about}`), element("small", {}, moment(at))),
      element("span", { class: "change" }, signed(change), element("small", {}, `leaves ${coins(balance.bought + balance.bonus)}`)),
    );
    const details = element("details", {}, summary, behind);
    this.#unfolds.set(line.seq, async () => {
      details.open = true;
      summary.focus();
      await this.#showReceipt(behind, line);
      summary.scrollIntoView({ block: "center" }); // now there is something below the last of the lines
    });
    details.addEventListener("toggle", () => details.open && behind.childElementCount === 0 && this.#showReceipt(behind, line));
    return element("li", {}, details);
  }

  /** @param {string} seriesId */
  #wayBack(seriesId) {
    return seriesRefund(this.#api, seriesId, () => {
      this.#onRefund();
      this.open();
    });
  }

  /**
   * @param {HTMLElement} place
   * @param {Line} line
   */
  async #showReceipt(place, line) {
    const { seq, reference } = line;
    const orderId = orderOf(reference);
    place.replaceChildren(element("p", { class: "soft" }, "Reading …"));
    try {
      const order = orderId === null ? null : new Shop(this.#api).getOrder(orderId);
      const [receipt, bought] = await Promise.all([this.#api.getReceipt(seq), order]);
      const back = line.kind === "unlock" && line.seriesId !== null && (await this.#wayBack(line.seriesId));
      place.replaceChildren(bought === null ? receiptLines(receipt) : purchaseLines(line, receipt, bought), proof(this.#api, seq), back || "");
    } catch (error) {
      place.replaceChildren(complaint(asRefusal(error)));
    }
  }
}

/** @param {number} change */
function signed(change) {
  const words = change === 0 ? "0" : `${change > 0 ? "+" : "−"}${Math.abs(change).toLocaleString("en")}`;
  return element("strong", { class: change > 0 ? "in" : "out" }, words);
}
