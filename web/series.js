// The series on the page: its title, its episodes, and the other series there are.

import { element } from "./dom.js";
import { coins, duration } from "./words.js";

/** @typedef {import("./api.js").Series} Series */
/** @typedef {import("./api.js").SeriesCard} SeriesCard */
/** @typedef {import("./api.js").Episode} Episode */

/**
 * The page's address for a series or one of its episodes. It lives in the fragment, so that any static host will do.
 * @param {string} seriesId
 * @param {number | null} [episode]
 */
export function addressOf(seriesId, episode = null) {
  return episode === null ? `#/${seriesId}` : `#/${seriesId}/${episode}`;
}

/**
 * @param {string} fragment
 * @returns {{seriesId: string | null, episode: number | null}} nulls where the fragment names nothing
 */
export function placeIn(fragment) {
  const match = /^#\/([a-z0-9][a-z0-9-]{0,31})(?:\/([1-9][0-9]{0,3}))?$/.exec(fragment);
  return { seriesId: match?.[1] ?? null, episode: match?.[2] === undefined ? null : Number(match[2]) };
}

/**
 * @param {Series} series
 * @param {number | null} current       the episode that is open
 * @param {(episode: Episode) => boolean} isOwned whether this page knows that the viewer has unlocked it
 * @returns {HTMLElement[]} one list item an episode
 */
export function episodeItems(series, current, isOwned) {
  return series.episodes.map((episode) => {
    const facts = [
      element("span", { class: "number", "aria-hidden": "true" }, String(episode.episode)),
      element(
        "span",
        { class: "words" },
        element("span", { class: "unseen" }, `Episode ${episode.episode}: `),
        element("strong", {}, episode.title),
        element("small", {}, episode.published ? duration(episode.durationMs ?? 0) : "not published yet"),
      ),
      badge(episode, isOwned(episode)),
    ];
    if (!episode.published) return element("li", { class: "closed" }, element("div", { class: "episode" }, ...facts));
    const address = addressOf(series.seriesId, episode.episode);
    const here = episode.episode === current;
    return element("li", {}, element("a", { class: "episode", href: address, "aria-current": here && "true" }, ...facts));
  });
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
 * @param {SeriesCard[]} list
 * @param {string} currentId
 * @returns {HTMLElement[]} one list item for each series but the one that is open
 */
export function shelfItems(list, currentId) {
  return list
    .filter((card) => card.seriesId !== currentId)
    .map((card) =>
      element(
        "li",
        {},
        element(
          "a",
          { class: "series", href: addressOf(card.seriesId) },
          element("strong", {}, card.title),
          element("span", {}, card.synopsis),
          element("small", {}, `${card.episodes} ${card.episodes === 1 ? "episode" : "episodes"}, ${card.freeEpisodes} free`),
        ),
      ),
    );
}
