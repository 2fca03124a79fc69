// What stands where the picture would be when an episode does not play yet: what it takes, and the button for it.

import { element } from "./dom.js";
import { complaint } from "./notices.js";
import { coins } from "./words.js";

/**
 * What the service asks for an episode, from its 402 answer.
 * @typedef {object} Quote
 * @property {number} priceCoins
 * @property {number} generation    sent back with the unlock, so that a late repeat of it can buy nothing new
 * @property {number} balanceCoins
 * @property {number} missingCoins  0 when the balance is enough
 */

/**
 * @param {import("./refusal.js").Refusal} refusal
 * @param {Quote | null} [before] fills in what the refusal does not say
 * @returns {Quote}
 */
export function quoteFrom(refusal, before = null) {
  const priceCoins = refusal.number("priceCoins") ?? before?.priceCoins ?? 0;
  const balanceCoins = refusal.number("balanceCoins") ?? before?.balanceCoins ?? 0;
  return {
    priceCoins,
    balanceCoins,
    generation: refusal.number("generation") ?? before?.generation ?? 0,
    missingCoins: refusal.number("missingCoins") ?? Math.max(0, priceCoins - balanceCoins),
  };
}

/**
 * @param {object} about
 * @param {string} about.title            the episode's
 * @param {Quote} about.quote
 * @param {import("./refusal.js").Refusal | null} [about.refusal] why the last press on "Unlock" did not do it
 * @param {() => void} about.unlock
 * @param {() => void} about.lookAgain    asks for the quote again
 * @param {() => void} about.leave
 * @returns {HTMLElement}
 */
export function lockedWall({ title, quote, refusal = null, unlock, lookAgain, leave }) {
  const enough = quote.missingCoins === 0;
  return panel(
    `“${title}” is locked`,
    element(
      "dl",
      { class: "sums" },
      ...sum("Price", quote.priceCoins),
      ...sum("You have", quote.balanceCoins),
      ...(enough ? sum("Left after", quote.balanceCoins - quote.priceCoins) : sum("Missing", quote.missingCoins)),
    ),
    element("div", { role: "alert" }, refusal && complaint(refusal)),
    element(
      "button",
      { type: "button", class: "main", disabled: !enough, onclick: press(unlock) },
      `Unlock for ${coins(quote.priceCoins)}`,
    ),
    !enough && element("button", { type: "button", class: "quiet", onclick: press(lookAgain) }, "Look again"),
    element("button", { type: "button", class: "quiet", onclick: leave }, "Not now"),
  );
}

/**
 * @param {object} about
 * @param {string} about.title
 * @param {import("./refusal.js").Refusal | null} about.refusal null for a viewer who has not been signed in
 * @param {() => void} about.signIn
 * @returns {HTMLElement}
 */
export function signInWall({ title, refusal, signIn }) {
  return panel(
    "Sign in to watch",
    refusal ? complaint(refusal) : element("p", {}, `“${title}” starts as soon as you are signed in.`),
    element("button", { type: "button", class: "main", onclick: press(signIn) }, "Sign in"),
  );
}

/**
 * @param {string} heading
 * @param {...import("./dom.js").Child} content
 */
function panel(heading, ...content) {
  return element(
    "section",
    { class: "wall", "aria-labelledby": "wall-title" },
    element("h2", { id: "wall-title", tabindex: "-1" }, heading),
    ...content,
  );
}

/**
 * A listener that takes one press: the wall is replaced by what the press leads to.
 * @param {() => void} act
 * @returns {EventListener}
 */
function press(act) {
  return (event) => {
    const button = event.currentTarget;
    if (!(button instanceof HTMLButtonElement) || button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    act();
  };
}

/**
 * @param {string} term
 * @param {number} amount
 */
function sum(term, amount) {
  return [element("dt", {}, term), element("dd", {}, coins(amount))];
}
