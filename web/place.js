// Where on the page the viewer is: the fragment of the address, so that back, reload and links work by themselves on any host.

/** @typedef {{seriesId: string | null, episode: number | null}} Place nulls: the first page, a series without an episode */

/**
 * The page's address for a series or one of its episodes.
 * @param {string} seriesId
 * @param {number | null} [episode]
 */
export function addressOf(seriesId, episode = null) {
  return episode === null ? `#/${seriesId}` : `#/${seriesId}/${episode}`;
}

/**
 * @param {string} fragment
 * @returns {Place} nulls where the fragment names nothing
 */
export function placeIn(fragment) {
  const match = /^#\/([a-z0-9][a-z0-9-]{0,31})(?:\/([1-9][0-9]{0,3}))?$/.exec(fragment);
  return { seriesId: match?.[1] ?? null, episode: match?.[2] === undefined ? null : Number(match[2]) };
}
