// Giving a series back by its own rule: its unlocks are undone, the coins come back, once.

import { shopSentence } from "../buying/shop-words.js";
import { element, press } from "../dom.js";
import { complaint } from "../notices.js";
import { asRefusal } from "../words.js";

/**
 * @param {import("../api.js").Api} api
 * @param {string} seriesId
 * @param {() => void} onRefund
 * @returns {Promise<HTMLElement | null>} null where the series has no such rule, or it cannot be read
 */
export async function seriesRefund(api, seriesId, onRefund) {
  const { refundableEpisodes: most } = await api.getSeries(seriesId).catch(() => ({ refundableEpisodes: 0 }));
  if (!most) return null;
  const place = element("div", { class: "proof" });
  const rule = `This series gives its coins back once, while no more than ${most} of its episodes are unlocked.`;
  const offer = () => place.replaceChildren(element("p", { class: "hint" }, rule), button("quiet", "Give the series back", ask));
  const ask = () => {
    const told = element("div", { role: "alert" });
    const refund = async () => {
      try {
        await api.sendAsViewer("POST", `/v1/series/${encodeURIComponent(seriesId)}/refund`, {});
        onRefund();
      } catch (error) {
        told.replaceChildren(complaint(asRefusal(error), shopSentence));
      }
    };
    const question = "Its episodes are locked again, and the coins that you spent on them are yours again.";
    place.replaceChildren(element("p", { tabindex: "-1" }, question), told, button("main", "Give it back", refund), button("quiet", "Keep it", offer));
    place.querySelector("p")?.focus();
  };
  offer();
  return place;
}

/**
 * @param {string} look
 * @param {string} label
 * @param {() => unknown} act
 */
function button(look, label, act) {
  return element("button", { type: "button", class: look, onclick: press(act) }, label);
}
