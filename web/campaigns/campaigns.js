// Puts the brand's page together: its campaigns, and what became of each.

import { openRoom } from "../room/room.js";
import { CampaignApi } from "./campaign-api.js";
import { campaignSentence } from "./campaign-words.js";
import { campaignsView, reportView } from "./campaign-views.js";

/**
 * @param {import("../room/room.js").Given} given
 * @returns {import("../room/room.js").Furnished}
 */
function furnish({ api, notices }) {
  const around = { api: new CampaignApi(api), notices };
  return {
    viewAt: (address) => {
      const campaign = decodeURIComponent(address.replace(/^#\/?/, ""));
      return campaign === "" ? campaignsView(around) : reportView(around, campaign);
    },
  };
}

openRoom({
  name: "Brands",
  page: "/campaigns.html",
  inWords: campaignSentence,
  guest: {
    heading: "For brands",
    words: "See what became of your campaigns: what was claimed, what is pending, what came back, and what is left.",
  },
  stranger: {
    title: "For brands",
    heading: "Campaigns are for brands",
    words: "It is open to people of an organisation that runs campaigns here, and this account is of none. Ask whoever runs the service.",
  },
  closed: ["group_required", "partner_required"],
  home: { address: "#/", words: "Your campaigns" },
  offline: "You are offline. What is shown is as of before.",
  furnish,
});
