// Who comes along while an episode plays: what watching earns, and gifts. Neither may disturb the picture, nor the other.

/**
 * @param {import("../api.js").Api} api
 * @param {import("./deck.js").Deck} deck
 * @param {(sentence: string) => void} onEarned
 * @param {import("../account/wallet.js").WalletView} wallet
 * @returns {Promise<import("./watching.js").Followers>}
 */
export async function company(api, deck, onEarned, wallet) {
  const loaded = await Promise.allSettled([
    import("../earning/beats.js").then(({ Beats }) => new Beats(api, deck, onEarned)),
    import("../tips/tips.js").then(({ Tips }) => new Tips(api, wallet)),
  ]);
  const all = loaded.filter((one) => one.status === "fulfilled").map((one) => one.value);
  if (all.length === 0) throw new Error("nobody came");
  return {
    open: (place, player) => all.forEach((one) => one.open(place, player)),
    close: () => all.forEach((one) => one.close()),
  };
}
