// Where on the page the viewer is: the fragment of the address, so that back, reload and links work by themselves on any host.

/**
 * Where the viewer is. Nulls: the first page, a series without an episode, no receipt. A receipt, by the number of its entry
 * in the viewer's journal, lies over the first page.
 * @typedef {{seriesId: string | null, episode: number | null, receipt: number | null}} Place
 */

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
  const receipt = /^#receipt-([1-9][0-9]{0,8})$/.exec(fragment);
  return { seriesId: match?.[1] ?? null, episode: numberIn(match?.[2]), receipt: numberIn(receipt?.[1]) };
}

/** @param {string | undefined} digits */
function numberIn(digits) {
  return digits === undefined ? null : Number(digits);
}
