// SPDX-License-Identifier: MIT
//
// What colours and shapes mean.

import {make} from "./dom.js";
import {MEANINGS} from "./palette.js";

/** @typedef {import("./palette.js").Palette} Palette */

/**
 * @param {Palette} colours
 * @returns {HTMLElement[]}
 */
export function legendOf(colours) {
    /** @type {(colour: string, text: string) => HTMLElement} */
    const patch = (colour, text) =>
        make("li", {}, [make("i", {style: `background:${colour}`}), text]);
    /** @type {(sign: string, text: string) => HTMLElement} */
    const shape = (sign, text) => make("li", {}, [make("b", {}, [sign]), text]);
    return [
        ...Object.entries(MEANINGS)
            .filter(([name]) => name !== "empty")
            .map(
                ([name, text]) =>
                    patch(colours.views[/** @type {keyof Palette["views"]} */ (name)], text),
                ),
        shape("●", "runs"),
        shape("✕", "is down"),
        shape("❚❚", "is paused"),
        shape("◒", "is stalled"),
        patch(colours.messages.probe, "probe and ack"),
        patch(colours.messages.help, "asks others to probe"),
        patch(colours.messages.gossip, "gossip"),
        patch(colours.messages.stream, "stream"),
        shape("×", "lost on the way"),
    ];
}
