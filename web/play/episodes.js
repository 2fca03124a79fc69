// The episodes of a series as a list.

import { languageName } from "../choices.js";
import { element } from "../dom.js";
import { addressOf } from "../place.js";
import { coins, day, duration } from "../words.js";
import { poster } from "./stage.js";

/** @typedef {import("../api.js").Series} Series */
/** @typedef {import("../api.js").Episode} Episode */

/**
 * @param {Series} series
 * @param {number | null} current       the episode that is open
 * @param {(episode: Episode) => boolean} isOwned whether the viewer has unlocked it
 * @returns {HTMLElement[]} one list item an episode
 */
export function episodeItems(series, current, isOwned) {
  return series.episodes.map((episode) => {
    const content = [
      element("span", { class: "thumb" }, poster(episode.posterUrl)),
      element(
        "span",
        { class: "words" },
        element("span", { class: "unseen" }, `Episode ${episode.episode}: `),
        element("strong", {}, episode.title),
        element("small", {}, element("span", { "aria-hidden": "true" }, `${episode.episode} · `), whenAndHowLong(episode)),
      ),
      badge(episode, isOwned(episode)),
    ];
    if (!episode.published) return element("li", { class: "closed" }, element("div", { class: "episode" }, ...content));
    const address = addressOf(series.seriesId, episode.episode);
    const here = episode.episode === current;
    return element("li", {}, element("a", { class: "episode", href: address, "aria-current": here && "true" }, ...content));
  });
}

/** @param {Episode} episode */
function whenAndHowLong({ published, durationMs, releaseAt }) {
  if (published) return duration(durationMs ?? 0);
  return releaseAt ? `from ${day(releaseAt)} on` : "not published yet";
}

/**
 * @param {Episode} episode
 * @param {boolean} owned
 */
function badge(episode, owned) {
  if (!episode.published) return null;
  if (episode.free) return element("span", { class: "badge free" }, "Free");
  if (owned) return element("span", { class: "badge owned" }, "Yours");
  return element("span", { class: "badge" }, coins(episode.priceCoins));
}

/**
 * What there is to know of a series at a glance.
 * @param {Series} series
 * @returns {string[]}
 */
export function factsOf({ episodes, ageRating, language, languages = [], tags = [] }) {
  const free = episodes.filter((one) => one.free).length;
  return [
    `${episodes.length} ${episodes.length === 1 ? "episode" : "episodes"}, ${free} free`,
    ageRating > 0 ? `From ${ageRating} years` : "For all ages",
    [...new Set([language, ...languages])].map(languageName).join(", "),
    ...tags,
  ];
}
