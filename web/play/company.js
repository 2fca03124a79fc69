// Who comes along while an episode plays: what watching earns, and gifts; with guests, the gifts of others alone. Nobody may disturb the
// picture, nor anybody else.

/**
 * @param {import("../api.js").Api} api
 * @param {import("./deck.js").Deck} deck
 * @param {(sentence: string) => void} onEarned
 * @param {import("../account/wallet.js").WalletView} wallet
 * @param {boolean} signedIn
 * @returns {Promise<import("./watching.js").Followers>}
 */
export async function company(api, deck, onEarned, wallet, signedIn) {
  /** @type {Promise<import("./watching.js").Followers>[]} */
  const coming = signedIn
    ? [
        import("../earning/beats.js").then(({ Beats }) => new Beats(api, deck, onEarned)),
        import("../tips/tips.js").then(({ Tips }) => new Tips(api, wallet)),
      ]
    : [import("../tips/floats.js").then(({ othersGifts }) => othersGifts(api))];
  const loaded = await Promise.allSettled(coming);
  const all = loaded.filter((one) => one.status === "fulfilled").map((one) => one.value);
  if (all.length === 0) throw new Error("nobody came");
  return {
    open: (place, player) => all.forEach((one) => one.open(place, player)),
    close: () => all.forEach((one) => one.close()),
  };
}
