// A decision that has not been sent, kept for this tab while its reviewer signs in anew. What was picked is all of it: nothing of the
// person whom it is about.

const KEY = "cliffhanger.decision";

/**
 * @typedef {object} Draft
 * @property {string} reviewId
 * @property {import("./review-api.js").Verdict} verdict
 * @property {string} reason
 * @property {string} note
 */

/** @param {Draft} draft */
export function keepDraft(draft) {
  sessionStorage.setItem(KEY, JSON.stringify(draft));
}

/**
 * What was kept of a check, which is kept no longer then; null where nothing was.
 * @param {string} reviewId
 * @returns {Draft | null}
 */
export function takeDraft(reviewId) {
  const kept = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  try {
    /** @type {Draft | null} */
    const draft = JSON.parse(kept ?? "null");
    return draft?.reviewId === reviewId ? draft : null;
  } catch {
    return null;
  }
}
