// Puts the page together.

import { Account } from "./account/account.js";
import { WalletView } from "./account/wallet.js";
import { Api } from "./api.js";
import { Session } from "./auth.js";
import { keep, kept } from "./buying/kept.js";
import { loadConfig } from "./config.js";
import { part } from "./dom.js";
import { Home } from "./home/home.js";
import { Notices } from "./notices.js";
import { Page } from "./page.js";
import { makeWatching } from "./play/watching.js";
import { asRefusal } from "./words.js";

const notices = new Notices(part("status", HTMLElement), part("alert", HTMLElement));
const wallet = new WalletView();
const signIn = part("sign-in", HTMLButtonElement);
const signOut = part("sign-out", HTMLButtonElement);

async function start() {
  let config;
  try {
    config = await notices.patiently(loadConfig());
  } catch (error) {
    part("main", HTMLElement).removeAttribute("aria-busy");
    part("shelf", HTMLElement).replaceChildren();
    return notices.complain(asRefusal(error), { label: "Try again", act: () => location.reload() });
  }
  if (new URL(config.redirectUri).origin !== location.origin) {
    // Sign-in returns to one address only, and tokens and cookies belong to the origin: so be there from the start.
    return location.replace(new URL(location.hash, config.redirectUri));
  }
  const badge = part("stage-name", HTMLElement);
  badge.textContent = config.stage;
  badge.hidden = config.stage === "prod";

  const session = new Session(config);
  const api = new Api(session);
  const { refused, elsewhere } = await arrive(session);
  if (elsewhere !== null) return location.replace(elsewhere);

  // What few open is loaded when they do.
  const shopping = lazily(async () => (await import("./buying/shopping.js")).openShop(api, notices, () => loadWallet(api)));
  const purchases = opening(async () => new (await import("./account/purchases.js")).PurchasesView(await shopping()));
  const onRefund = () => (loadWallet(api), theatre.turnOver());
  const account = new Account({
    coins: () => Promise.all([loadWallet(api), purchases()]),
    rewards: opening(async () => new (await import("./earning/rewards.js")).RewardsView(api, () => loadWallet(api))),
    statement: opening(async () => new (await import("./account/statement.js")).StatementView(api, onRefund)),
    limits: opening(async () => new (await import("./account/limits.js")).LimitsView(api, wallet)),
    profile: opening(async () => new (await import("./account/profile.js")).ProfileView(api, session)),
  });
  const home = new Home({ api, session, notices });
  const onEarned = (/** @type {string} */ sentence) => (notices.add(sentence), loadWallet(api));
  const openLimits = () => account.open("limits");
  const { theatre, watch } = makeWatching({ api, session, notices, wallet, openLimits, onEarned, shopping });
  const openOver = async (/** @type {string} */ over) => (await import("./account/over.js")).openOver(over, account, session, notices);
  const page = new Page({ notices, home, theatre, watch, openOver });

  const showAccount = () => {
    signIn.hidden = session.signedIn;
    if (session.signedIn) return account.show(session.name);
    account.close();
    wallet.close();
    keep(null);
  };
  session.addEventListener("change", () => {
    showAccount();
    if (session.signedIn) loadWallet(api);
    theatre.turnOver();
    home.showBegun();
  });
  signIn.addEventListener("click", () => session.signIn(location.hash));
  signOut.addEventListener("click", () => session.signOut());
  // Coming back from the hosted page with "back" finds the page as it was left, pressed buttons and all.
  addEventListener("pageshow", (event) => event.persisted && page.visit());
  watchConnection(page, () => session.signedIn && loadWallet(api));
  showAccount();
  if (session.signedIn) loadWallet(api);
  await page.visit();
  if (kept() !== null) (await shopping()).goOn(() => account.open("coins"));
  if (refused !== null) notices.complain(refused, { label: "Sign in", act: () => session.signIn(location.hash) });
}

/**
 * @param {Session} session
 * @returns {Promise<import("./arrival.js").Arrival>}
 */
async function arrive(session) {
  if (location.search === "") return { refused: null, elsewhere: null };
  return (await import("./arrival.js")).arrive(session, notices);
}

/**
 * Makes something when it is first asked for; what fails is tried again the next time.
 * @template T
 * @param {() => Promise<T>} make
 */
function lazily(make) {
  /** @type {Promise<T> | null} */ let made = null;
  return () =>
    (made ??= make().catch((error) => {
      made = null;
      throw error;
    }));
}

/**
 * Makes a view when it is first opened, and opens it each time.
 * @param {() => Promise<{open: (seq?: number) => unknown}>} make
 */
function opening(make) {
  const view = lazily(make);
  return async (/** @type {number | undefined} */ seq) => (await view()).open(seq);
}


/** @param {Api} api */
async function loadWallet(api) {
  try {
    wallet.show(await api.getWallet());
  } catch (error) {
    const refusal = asRefusal(error);
    if (refusal.code === "sign_in_ended") notices.complain(refusal);
    else wallet.fail(refusal, () => loadWallet(api));
  }
}

/**
 * Says when the machine is offline, and goes on by itself when it is back.
 * @param {Page} page
 * @param {() => void} refresh
 */
function watchConnection(page, refresh) {
  const banner = part("connection", HTMLElement);
  const show = () => {
    banner.textContent = navigator.onLine ? "" : "You are offline. What has been loaded goes on; the rest waits.";
  };
  addEventListener("offline", show);
  addEventListener("online", () => {
    show();
    refresh();
    if (page.stranded) page.visit();
  });
  show();
}

// Whatever nobody foresaw is at least said.
addEventListener("unhandledrejection", (event) => notices.complain(asRefusal(event.reason)));
start();
