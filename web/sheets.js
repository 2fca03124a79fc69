// Dialogs: the browser's own <dialog> keeps the focus inside, closes on Escape and gives the focus back.

/**
 * Makes a dialog close by its button and by a press beside it.
 * @param {HTMLDialogElement} dialog
 */
export function sheet(dialog) {
  for (const button of dialog.querySelectorAll("[data-close]")) button.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    // The backdrop belongs to the dialog itself, everything in it to something inside.
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    const inside = event.clientX >= left && event.clientX <= right && event.clientY >= top && event.clientY <= bottom;
    if (event.target === dialog && !inside) dialog.close();
  });
  return dialog;
}

/** @returns {boolean} whether a dialog is open */
export function anySheetOpen() {
  return document.querySelector("dialog[open]") !== null;
}
