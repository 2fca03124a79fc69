// The receipt of an unlock, in words.

import { element } from "./dom.js";
import { coins, listed, lotInWords, moment } from "./words.js";

/** @typedef {import("./api.js").Unlocked} Unlocked */

/**
 * @param {string} title    the episode's
 * @param {Unlocked} unlocked
 * @returns {HTMLElement}
 */
export function receiptCard(title, { alreadyUnlocked, receipt, wallet }) {
  const spent = receipt.spent.map(lotInWords);
  const left = wallet.lots.filter((lot) => lot.coins > 0).map(lotInWords);
  return element(
    "section",
    { class: "card good", "aria-labelledby": "receipt-title" },
    element("h2", { id: "receipt-title" }, "Receipt"),
    element(
      "p",
      {},
      alreadyUnlocked
        ? `“${title}” was already yours. Nothing was charged; this is the receipt from then.`
        : `“${title}” is yours.`,
    ),
    element(
      "dl",
      {},
      ...row("Paid", inWords(receipt.priceCoins, spent)),
      // The wallet of a repeated unlock is the one that the receipt's entry left, not the present one.
      ...row(alreadyUnlocked ? "Left then" : "Left", inWords(wallet.coins.total, left)),
      ...row("When", moment(receipt.at)),
      ...row("Entry", `no. ${receipt.seq} of your journal`),
    ),
  );
}

/**
 * @param {number} total
 * @param {string[]} lots that it is made of, in words
 */
function inWords(total, lots) {
  if (lots.length === 0) return "no coins";
  return lots.length === 1 ? lots[0] : `${coins(total)}: ${listed(lots)}`;
}

/**
 * @param {string} term
 * @param {string} description
 */
function row(term, description) {
  return [element("dt", {}, term), element("dd", {}, description)];
}
