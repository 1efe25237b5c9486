// SPDX-License-Identifier: MIT
//
// Which key does what; the help of the page is made of this table.

/** @typedef {"play" | "back" | "on" | "farBack" | "farOn" | "begin" | "end" | "previous" | "next" |
 *            "theme" | "link" | "help" | "close"} Deed */

/** @type {[string, Deed, string][]} key, what it does, in words */
export const KEYS = [
    [" ", "play", "play and pause"],
    ["ArrowLeft", "back", "a step back"],
    ["ArrowRight", "on", "a step on"],
    ["Shift+ArrowLeft", "farBack", "a second back"],
    ["Shift+ArrowRight", "farOn", "a second on"],
    ["Home", "begin", "to the beginning"],
    ["End", "end", "to the end"],
    ["p", "previous", "the previous incident"],
    ["n", "next", "the next incident"],
    ["t", "theme", "light, dark, or as the system has it"],
    ["l", "link", "copy a link to this moment"],
    ["?", "help", "this help"],
    ["Escape", "close", "close what is open"],
];

/**
 * What a key asks for; null: nothing, as where it is typed into something that takes it.
 *
 * @param {KeyboardEvent} event
 * @returns {Deed | null}
 */
export function deedOf(event) {
    const target = event.target instanceof Element ? event.target : null;
    const tag = target ? target.tagName : "";
    if (event.ctrlKey || event.altKey || event.metaKey || tag === "SELECT") {
        return null;
    }
    const takesSpace = tag === "BUTTON" || tag === "SUMMARY" || tag === "g";
    if ((takesSpace && event.key === " ") || (target && target.classList.contains("matrix") &&
        event.key.startsWith("Arrow"))) {
        return null;
    }
    const name = (event.shiftKey && event.key.startsWith("Arrow") ? "Shift+" : "") + event.key;
    const found = KEYS.find(([key]) => key === name);
    return found ? found[1] : null;
}

/** @param {string} key as a reader knows it */
export function keyWords(key) {
    return key.replace(" ", "space").replace("Shift+", "⇧ ").replace("ArrowLeft", "←")
        .replace("ArrowRight", "→").replace("Escape", "esc");
}
