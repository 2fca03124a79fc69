// A page load that is the return of something: of signing in, or of paying.

import { otherPage } from "./auth.js";
import { keep, kept } from "./buying/kept.js";
import { asRefusal } from "./words.js";

/**
 * Why the viewer is not signed in although that was the aim, and the other page that the sign-in was for.
 * @typedef {{refused: import("./refusal.js").Refusal | null, elsewhere: string | null}} Arrival
 */

/**
 * Completes a sign-in, or comes back from paying, where this page load is the return of that; what tells of it leaves the
 * address and the history.
 * @param {import("./auth.js").Session} session
 * @param {import("./notices.js").Notices} notices
 * @returns {Promise<Arrival>}
 */
export async function arrive(session, notices) {
  const query = new URLSearchParams(location.search);
  let refused = null;
  let returnTo = null;
  try {
    returnTo = await notices.patiently(session.finishSignIn(query));
  } catch (error) {
    refused = asRefusal(error);
  }
  const elsewhere = otherPage(returnTo);
  const back = query.has("order") ? `#${query.get("at")}` : location.hash;
  const place = returnTo?.startsWith("#") ? returnTo : elsewhere === null ? back : "";
  const held = kept();
  if (query.has("canceled") && held !== null) keep({ ...held, left: true });
  history.replaceState(null, "", location.pathname + place);
  return { refused, elsewhere };
}
