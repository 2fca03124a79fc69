// What the address lays over the first page: a receipt, or the invitation of a friend. Both are in the account.

/**
 * @param {string} over as the address names it
 * @param {import("./account.js").Account} account
 * @param {import("../auth.js").Session} session
 * @param {import("../notices.js").Notices} notices
 */
export function openOver(over, account, session, notices) {
  const [kind, name] = over.split("-");
  if (!session.signedIn) {
    const told = kind === "receipt" ? "This receipt is in your account." : "A friend has invited you. Sign in, or join, to accept.";
    return notices.say(told, { label: "Sign in", act: () => session.signIn(location.hash) });
  }
  return kind === "receipt" ? account.open("statement", Number(name)) : account.open("rewards");
}
