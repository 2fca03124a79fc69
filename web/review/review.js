// Puts the reviewers' room together: the queue, and one check of it.

import { Refusal } from "../refusal.js";
import { openRoom } from "../room/room.js";
import { checkView } from "./check-view.js";
import { queueView } from "./queue-view.js";
import { ReviewApi } from "./review-api.js";
import { reviewSentence } from "./review-words.js";

/**
 * @typedef {object} Around what a view needs of the room
 * @property {ReviewApi} api
 * @property {import("../notices.js").Notices} notices
 * @property {(address: string, sentence: string) => void} go goes to a place, and says so there
 * @property {(address: string) => void} again signs in anew, and comes back to a place
 */

const REVIEW = /^#\/reviews\/([a-z0-9-]{1,32}\.[1-9][0-9]{0,5})$/;

/**
 * @param {import("../room/room.js").Given} given
 * @returns {import("../room/room.js").Furnished}
 */
function furnish({ api, notices, go, again }) {
  const around = { api: new ReviewApi(api), notices, go, again };
  return {
    viewAt: async (address) => {
      if (["", "#", "#/"].includes(address)) return queueView(around);
      const review = REVIEW.exec(address);
      if (review === null) throw new Refusal("not_found", { status: 404 });
      return checkView(around, review[1]);
    },
  };
}

openRoom({
  name: "Review",
  page: "/review.html",
  inWords: reviewSentence,
  guest: { heading: "For reviewers", words: "Decide on what a machine must not decide alone." },
  stranger: {
    title: "For reviewers",
    heading: "This room is for reviewers",
    words: "It is open to people whom the service has made reviewers, and this account is none.",
  },
  closed: ["group_required"],
  home: { address: "#/", words: "What waits" },
  offline: "You are offline. What is typed here stays; nothing is sent until you are back.",
  furnish,
});
