// Series as upright cards: a picture, a title, one line.

import { element } from "../dom.js";
import { poster } from "../play/stage.js";
import { addressOf } from "../place.js";
import { clock } from "../words.js";

/** An episode watched past this part of it is over: what remains is its last picture. */
const OVER = 0.95;

/** @param {import("../api.js").SeriesCard} card */
export function seriesCard({ seriesId, title, synopsis, episodes, freeEpisodes, posterUrl }) {
  const count = `${episodes} ${episodes === 1 ? "episode" : "episodes"}, ${freeEpisodes} free`;
  return element(
    "li",
    {},
    element(
      "a",
      { class: "series", href: addressOf(seriesId) },
      element("span", { class: "picture" }, poster(posterUrl)),
      element("span", { class: "over" }, element("strong", {}, title), element("small", {}, count), element("span", { class: "unseen" }, synopsis)),
    ),
  );
}

/**
 * Where the viewer goes on in a series: in the episode that was left, or at the next one when that was over.
 * @param {import("../api.js").Begun} begun
 * @param {import("../api.js").Series} series
 * @returns {HTMLElement[]} one card, or none when the series has nothing more
 */
export function beginCards(begun, series) {
  const left = series.episodes.find((one) => one.episode === begun.episode);
  const length = begun.durationMs ?? left?.durationMs ?? null;
  const part = length ? Math.min(begun.positionMs / length, 1) : 0;
  const over = part >= OVER;
  const episode = over ? series.episodes.find((one) => one.published && one.episode > begun.episode) : left;
  if (episode === undefined || !episode.published) return [];
  const at = over ? "Next episode" : `at ${clock(begun.positionMs / 1000)}`;
  const meter = over ? null : element("progress", { max: "1", value: String(part), "aria-hidden": "true" });
  return [
    element(
      "li",
      {},
      element(
        "a",
        { class: "series begun", href: addressOf(series.seriesId, episode.episode) },
        element("span", { class: "picture" }, poster(episode.posterUrl ?? series.posterUrl)),
        element("span", { class: "over" }, element("strong", {}, series.title), element("small", {}, `Episode ${episode.episode}, ${at}`), meter),
      ),
    ),
  ];
}
