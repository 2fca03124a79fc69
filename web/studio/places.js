// Where in the studio the creator is. The address's fragment decides, so that back, reload and links work by themselves.

/**
 * @typedef {{view: "list" | "make" | "nowhere"}
 *   | {view: "series" | "edit" | "add", seriesId: string}
 *   | {view: "episode", seriesId: string, episode: number}} Place
 */

const SERIES = /^#\/series\/([a-z0-9][a-z0-9-]{0,31})(?:\/(edit|add|[1-9][0-9]{0,3}))?$/;

export const LIST = "#/";
export const MAKE = "#/make";

/** @param {string} seriesId */
export function seriesAddress(seriesId) {
  return `#/series/${seriesId}`;
}

/** @param {string} seriesId */
export function editAddress(seriesId) {
  return `#/series/${seriesId}/edit`;
}

/** @param {string} seriesId */
export function addAddress(seriesId) {
  return `#/series/${seriesId}/add`;
}

/**
 * @param {string} seriesId
 * @param {number} episode
 */
export function episodeAddress(seriesId, episode) {
  return `#/series/${seriesId}/${episode}`;
}

/**
 * @param {string} fragment
 * @returns {Place}
 */
export function placeIn(fragment) {
  if (fragment === "" || fragment === "#" || fragment === LIST) return { view: "list" };
  if (fragment === MAKE) return { view: "make" };
  const match = SERIES.exec(fragment);
  if (match === null) return { view: "nowhere" };
  const [, seriesId, rest] = match;
  if (rest === undefined) return { view: "series", seriesId };
  if (rest === "edit" || rest === "add") return { view: rest, seriesId };
  return { view: "episode", seriesId, episode: Number(rest) };
}
