// SPDX-License-Identifier: MIT
//
// The keyboard. What is typed into a field, or into a group of choices, is its own.

import {byId} from "./dom.js";

/** @typedef {import("./app.js").App} App */

/**
 * @param {App} app
 * @returns {(event: KeyboardEvent) => void}
 */
export function keysOf(app) {
    const move = (/** @type {number} */ by) => {
        const {members} = app.telling.settings.common;
        app.reader.select((Math.max(app.selected, by > 0 ? -1 : 0) + by + members) % members);
    };
    /** @type {Record<string, () => void>} */
    const keys = {
        " ": () => app.toggle(),
        ArrowLeft: () => move(-1),
        ArrowRight: () => move(1),
        c: () => app.reader.hitSelected("crash"),
        p: () => app.reader.hitSelected("pause"),
        s: () => app.reader.hitSelected("stall"),
        l: () => app.reader.hitSelected("leave"),
        k: () => app.reader.partition(),
        h: () => app.reader.act("heal"),
        n: () => void app.author.forget(),
        r: () => app.author.dice(),
        m: () => app.toggleMessages(),
        d: () => app.turn(),
        x: () => app.take.open(),
        "2": () => app.author.compare(),
        "?": () => byId("what", HTMLDialogElement).showModal(),
        "+": () => app.hurry(1),
        "-": () => app.hurry(-1),
        Home: () => void app.author.again(0),
    };
    return (event) => {
        const {target} = event;
        const own =
            target instanceof Element && target.closest("input, select, textarea, dialog[open]");
        const pressed = target instanceof HTMLButtonElement && event.key === " ";
        const act = keys[event.key];
        if (act && !own && !pressed && !event.ctrlKey && !event.metaKey && !event.altKey) {
            event.preventDefault();
            act();
        }
    };
}
