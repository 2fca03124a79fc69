// Plain words for packs, payments and what can go wrong with them.

import { coins, inMoney, listed, moment, sentenceFor } from "../words.js";

/** @typedef {import("./shop.js").Order} Order */
/** @typedef {import("./shop.js").Packs} Packs */

/** @type {Record<string, string>} why a payment did not come about */
const FAILURES = {
  authentication_failed: "Your bank did not get your confirmation, so nothing was charged.",
  canceled: "The payment was given up. Nothing was charged.",
  card_declined: "Your bank declined the card. Nothing was charged. Another card may do, and your bank can say why.",
  expired: "The time to pay ran out. Nothing was charged.",
  expired_card: "The card has expired. Nothing was charged. Another card may do.",
  insufficient_funds: "There is not enough money on the card. Nothing was charged. Another card may do.",
  processing_error: "The bank could not work on the payment. Nothing was charged. Try again in a moment.",
};

/** @type {Record<string, string>} codes that only come up when coins are bought or given back */
const SENTENCES = {
  not_refundable: "This purchase cannot be given back here. Support can look into it.",
  price_changed: "The price has changed. Nothing was charged; these are the present prices.",
  provider_unavailable: "Payments are not answering for the moment. Asking again is safe: you pay once at most.",
  validation_failed: "That cannot be bought like this. Nothing was charged.",
};

/** @type {Record<string, string>} rules that keep an order, or a series, from being given back */
const RULES = {
  coins_spent: "Coins of it have been spent, so it cannot be given back here. Support can look into it.",
  too_late: "It was bought too long ago to be given back here. Support can look into it.",
  refunded_before: "It has been given back before.",
  provider_refused: "The money could not be sent back, so the coins are yours again. Support can look into it.",
  no_own_rule: "This series gives no coins back.",
  nothing_unlocked: "Nothing of this series is unlocked any more.",
  too_many_episodes: "More of its episodes are unlocked than the series gives coins back for.",
};

/** @type {Record<Order["status"], string>} */
const STATUSES = {
  open: "Not paid yet",
  actionRequired: "Waits for you to confirm it with your bank",
  processing: "Being processed",
  paid: "Paid",
  failed: "Not paid",
  expired: "Not paid in time",
  refunded: "Refunded",
  partlyRefunded: "Partly refunded",
  disputed: "Disputed with your bank",
};

/**
 * One sentence for why nothing was bought.
 * @param {import("../refusal.js").Refusal} refusal
 */
export function shopSentence(refusal) {
  const { code, members } = refusal;
  if (code === "payment_refused") return FAILURES[String(members.declineCode)] ?? FAILURES.card_declined;
  if (code === "purchase_limit_reached") {
    const until = typeof members.resetsAt === "string" ? ` before ${moment(members.resetsAt)}` : "";
    return `That is more than may be spent on coins at your age${until}. Nothing was charged.`;
  }
  if (code === "not_refundable") return RULES[String(members.rule)] ?? SENTENCES[code];
  return SENTENCES[code] ?? sentenceFor(refusal);
}

/**
 * Why an order came to nothing.
 * @param {Order} order
 */
export function failureOf({ failure, status }) {
  return FAILURES[failure ?? ""] ?? (status === "expired" ? FAILURES.expired : FAILURES.card_declined);
}

/** @param {Order} order */
export function statusInWords({ status, refundedAmount, currency, digits }) {
  const part = status === "partlyRefunded" ? `: ${inMoney({ amount: refundedAmount, currency, digits })}` : "";
  return `${STATUSES[status] ?? status}${part}`;
}

/**
 * "100 coins and 20 bonus coins".
 * @param {{coins: number, bonusCoins: number}} bought
 */
export function coinsAndBonus({ coins: count, bonusCoins }) {
  return listed([coins(count), ...(bonusCoins > 0 ? [`${bonusCoins.toLocaleString("en")} bonus ${bonusCoins === 1 ? "coin" : "coins"}`] : [])]);
}

/**
 * Why an order brings no bonus although it was offered with one.
 * @param {Order} order
 * @returns {string} nothing where it brings what it was offered with
 */
export function withheldInWords({ bonusWithheld = 0 }) {
  return bonusWithheld > 0 ? `Without the ${bonusWithheld.toLocaleString("en")} bonus coins: they come with the first purchase, and that was another one.` : "";
}

/** @param {{bonusCoins: number, bonusDays: number, firstPurchase: boolean}} pack */
export function packRemark({ bonusCoins, bonusDays, firstPurchase }) {
  const bonus = bonusCoins > 0 ? `${bonusCoins.toLocaleString("en")} of them bonus for ${bonusDays} days` : "";
  return [bonus, firstPurchase ? "first purchase only" : ""].filter((part) => part !== "").join(" · ");
}

/** @param {Packs} packs */
export function taxInWords({ taxIncluded }) {
  return taxIncluded ? "Tax is included." : "Tax is added on the payment page where it is due.";
}

/**
 * What the limit leaves.
 * @param {Packs} packs
 * @returns {string} nothing where there is none
 */
export function limitInWords({ limit, currency, digits }) {
  if (limit === null) return "";
  const left = inMoney({ amount: Math.max(0, limit.limitAmount - limit.spentAmount), currency, digits });
  return `${left} of ${inMoney({ amount: limit.limitAmount, currency, digits })} may still be spent on coins before ${moment(limit.resetsAt)}: the most at your age.`;
}

/**
 * "Visa ·· 4242".
 * @param {{brand: string, last4: string}} card
 */
export function cardInWords({ brand, last4 }) {
  return `${brand.charAt(0).toUpperCase()}${brand.slice(1)} ·· ${last4}`;
}
