// The receipt of an unlock: in words, and as a file that proves itself.

import { element, icon, press } from "../dom.js";
import { complaint } from "../notices.js";
import { asRefusal, coins, episodesInWords, inMoney, listed, lotInWords, moment } from "../words.js";

/** @typedef {import("../api.js").Receipt} Receipt */
/** @typedef {import("../api.js").ProvenReceipt} ProvenReceipt */

/** Decimal places of currencies that have others than two (ISO 4217). */
const DIGITS = new Map([["JPY", 0], ["KRW", 0]]);

/**
 * @param {string} what      was unlocked
 * @param {import("../api.js").Unlocked} unlocked
 * @param {{api: import("../api.js").Api, automatic: boolean}} around
 * @returns {HTMLElement}
 */
export function receiptCard(what, { alreadyUnlocked, receipts, wallet }, { api, automatic }) {
  const left = wallet.lots.filter((lot) => lot.coins > 0).map(lotInWords);
  const receipt = receipts[receipts.length - 1];
  const told = alreadyUnlocked
    ? `${what} was already yours. Nothing was charged; this is the receipt from then.`
    : `${what} is yours${automatic ? ", unlocked by itself as you allowed" : ""}.`;
  return element(
    "section",
    { class: "card good receipt", "aria-labelledby": "receipt-title" },
    element("h2", { id: "receipt-title" }, "Receipt"),
    element("button", { type: "button", class: "icon", "aria-label": "Put the receipt away", onclick: putAway }, icon("close")),
    element("p", {}, told),
    element(
      "details",
      {},
      element("summary", {}, `Paid ${coins(receipts.reduce((sum, one) => sum + one.priceCoins, 0))}`),
      // The wallet of a repeated unlock is the one that the receipt's entry left, not the present one.
      receiptLines(receipt, row(alreadyUnlocked ? "Left then" : "Left", inWords(wallet.coins.total, left))),
      ...receipts.slice(0, -1).map((one) => receiptLines(one)),
      proof(api, receipt.seq),
    ),
  );
}

/** @param {Event} event a press inside the card */
function putAway({ currentTarget }) {
  if (currentTarget instanceof Element) currentTarget.closest(".receipt")?.remove();
}

/**
 * What one entry says.
 * @param {Receipt} receipt
 * @param {HTMLElement[]} [more] rows after what was paid
 */
export function receiptLines({ episodes, priceCoins, spent, creatorGets, at, seq, hash }, more = []) {
  const share = creatorGets.map(({ currency, amount }) => inMoney({ currency, amount, digits: DIGITS.get(currency) ?? 2 }));
  return element(
    "dl",
    {},
    ...(episodes.length > 0 ? row("For", episodesInWords(episodes[0].episode, episodes[episodes.length - 1].episode)) : []),
    ...row("Paid", inWords(priceCoins, spent.map(lotInWords))),
    ...more,
    ...row("To the creator", share.length > 0 ? listed(share) : "nothing: bonus coins stand for no cash"),
    ...row("When", moment(at)),
    ...row("Entry", `no. ${seq} of your journal`),
    ...row("Hash", element("code", {}, hash)),
  );
}

/**
 * Buttons that check the receipt against its entry's bytes and save it as a file.
 * @param {import("../api.js").Api} api
 * @param {number} seq
 */
export function proof(api, seq) {
  const told = element("div", { role: "status" });
  const fetchIt = async (/** @type {(receipt: ProvenReceipt) => unknown} */ use) => {
    try {
      const receipt = await api.getReceipt(seq);
      const holds = await isProven(receipt);
      told.replaceChildren(
        element("p", { class: holds ? "proven" : "bad-news" }, holds
          ? "Checked here: the entry's bytes have this hash."
          : "The entry's bytes do not have this hash. Keep the file and ask support."),
      );
      use(receipt);
    } catch (error) {
      told.replaceChildren(complaint(asRefusal(error)));
    }
  };
  return element(
    "div",
    { class: "proof" },
    element("button", { type: "button", class: "quiet", onclick: press(() => fetchIt(() => undefined)) }, "Check it"),
    element("button", { type: "button", class: "quiet", onclick: press(() => fetchIt(save)) }, "Save as a file"),
    told,
    element("p", { class: "hint" }, "The file proves itself offline: ", element("code", {}, `make verify RECEIPT=receipt-${seq}.json`)),
  );
}

/**
 * Whether the entry's bytes have the hash that the receipt names.
 * @param {ProvenReceipt} receipt
 */
async function isProven({ entry, hash }) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(entry)));
  const text = btoa(String.fromCharCode(...digest)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return text === hash;
}

/** @param {ProvenReceipt} receipt */
function save(receipt) {
  const url = URL.createObjectURL(new Blob([JSON.stringify(receipt, null, 2)], { type: "application/json" }));
  element("a", { href: url, download: `receipt-${receipt.seq}.json` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
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
 * @param {import("../dom.js").Child} description
 */
function row(term, description) {
  return [element("dt", {}, term), element("dd", {}, description)];
}
