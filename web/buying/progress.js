// Where a buying stands, and what can be done about it.

import { element, press } from "../dom.js";
import { complaint } from "../notices.js";
import { coins, inMoney } from "../words.js";
import { allCoins } from "./shop.js";
import { failureOf, shopSentence, withheldInWords } from "./shop-words.js";

/** @typedef {import("./buying.js").Buying} Buying */

/**
 * What stands in the place of the choice while a buying is on its way.
 * @param {Buying} buying
 * @returns {HTMLElement[]}
 */
export function progress(buying) {
  const { stage, order, refusal } = buying;
  const price = order === null ? "your payment" : `your payment of ${inMoney(order)}`;
  const again = button("Choose again", () => buying.chooseAgain());
  const pay = order?.url !== undefined && button("To the payment page", () => buying.leave());
  switch (stage) {
    case "asking":
      return [says("Asking for your order …", true)];
    case "leaving":
      return [says("Taking you to the payment page …", true)];
    case "unsure":
      return [
        refusal === null
          ? says("Whether your last press on “Pay” arrived is not known. Asking again is safe: you pay once at most.")
          : element("div", { role: "alert" }, complaint(refusal, shopSentence)),
        button("Ask again", () => buying.askAgain(), "main"),
        again,
      ];
    case "confirm":
      return [
        says(`Your bank wants to know that it is you. Confirm ${price} on its page; you come back to this place.`),
        button("Confirm with your bank", () => buying.leave(), "main"),
        again,
      ];
    case "waiting":
      return [says(`Waiting for ${price} to arrive …`, true), pay, again].filter((part) => part !== false);
    case "slow":
      return [says(`Still processing ${price}. We tell you here as soon as the coins are there.`, true), pay, again].filter((part) => part !== false);
    case "resting":
      return [
        says(`There is no word of ${price} yet. The coins come by themselves when it arrives; nothing is lost.`),
        button("Ask once more", () => buying.lookAgain(), "main"),
        again,
      ];
    case "paid":
      return [says(order === null ? "Paid." : `Paid: ${coins(allCoins(order))} are yours. ${withheldInWords(order)}`), button("Buy more", () => buying.chooseAgain())];
    default:
      return [];
  }
}

/**
 * Why the last buying came to nothing, if one did.
 * @param {Buying} buying
 */
export function setback({ stage, order, refusal }) {
  if (stage !== "choosing") return null;
  if (refusal !== null) return complaint(refusal, shopSentence);
  return order === null ? null : element("p", {}, failureOf(order));
}

/**
 * @param {string} sentence
 * @param {boolean} [busy] whether something is being waited for
 */
function says(sentence, busy = false) {
  return element("p", { class: busy ? "says busy" : "says", tabindex: "-1" }, sentence);
}

/**
 * @param {string} label
 * @param {() => unknown} act
 * @param {string} [look]
 */
function button(label, act, look = "quiet") {
  return element("button", { type: "button", class: look, onclick: press(act) }, label);
}
