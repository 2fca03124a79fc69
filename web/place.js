// Where on the page the viewer is: the fragment of the address, so that back, reload and links work by themselves on any host.

/**
 * Where the viewer is. Nulls: the first page, a series without an episode, nothing over the first page. Over it may lie a
 * receipt, by the number of its entry in the viewer's journal, or an invitation, by its code.
 * @typedef {{seriesId: string | null, episode: number | null, over: string | null}} Place
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
  const over = /^#(receipt-[1-9][0-9]{0,8}|invite-[0-9a-hjkmnp-tv-z]{16})$/.exec(fragment);
  return { seriesId: match?.[1] ?? null, episode: match?.[2] ? Number(match[2]) : null, over: over?.[1] ?? null };
}
