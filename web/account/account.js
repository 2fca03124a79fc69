// The viewer's account in one dialog: coins, statement, limits, profile, as tabs (WAI-ARIA Authoring Practices, Tabs).

import { part } from "../dom.js";
import { sheet } from "../sheets.js";

/** @typedef {"coins" | "rewards" | "statement" | "limits" | "profile"} Tab */

export class Account {
  #dialog = sheet(part("account", HTMLDialogElement));
  #opener = part("account-open", HTMLButtonElement);
  #name = part("name", HTMLElement);
  /** @type {Map<Tab, {tab: HTMLElement, panel: HTMLElement, open: (seq?: number) => unknown}>} */ #tabs;

  /** @param {Record<Tab, (seq?: number) => unknown>} opens what each tab does when it is turned to */
  constructor(opens) {
    const names = /** @type {Tab[]} */ (Object.keys(opens));
    this.#tabs = new Map(
      names.map((name) => [name, { tab: part(`tab-${name}`, HTMLElement), panel: part(`panel-${name}`, HTMLElement), open: opens[name] }]),
    );
    this.#opener.addEventListener("click", () => this.open("coins"));
    for (const [name, { tab }] of this.#tabs) {
      tab.addEventListener("click", () => this.#turnTo(name));
      tab.addEventListener("keydown", (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (step === undefined) return;
        const next = names[(names.indexOf(name) + step + names.length) % names.length];
        this.#turnTo(next);
        this.#tabs.get(next)?.tab.focus();
      });
    }
  }

  /**
   * @param {Tab} tab
   * @param {number} [seq] the entry of the statement to turn to
   */
  open(tab, seq) {
    this.#turnTo(tab, seq);
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  /** @param {string} name of the viewer who has signed in */
  show(name) {
    this.#name.textContent = name && `Signed in as ${name}`;
    this.#opener.hidden = false;
  }

  /** The viewer has gone. */
  close() {
    this.#opener.hidden = true;
    this.#name.textContent = "";
    this.#dialog.close();
  }

  /**
   * @param {Tab} chosen
   * @param {number} [seq]
   */
  #turnTo(chosen, seq) {
    for (const [name, { tab, panel, open }] of this.#tabs) {
      tab.setAttribute("aria-selected", String(name === chosen));
      tab.tabIndex = name === chosen ? 0 : -1;
      panel.hidden = name !== chosen;
      if (name === chosen) open(seq);
    }
  }
}
