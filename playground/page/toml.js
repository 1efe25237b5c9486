// SPDX-License-Identifier: MIT
//
// The story as a scenario of the laboratory, which runs it again on the same network with the same
// seed: `./swimlab run FILE --backend virtual`. Any other backend runs it too, with draws of its
// own.

import {parse, ranges} from "./deeds.js";
import {PATH_MS} from "./settings.js";

/**
 * @typedef {import("./settings.js").Common} Common
 * @typedef {import("./settings.js").Variant} Variant
 * @typedef {import("./worker.js").Deed} Deed
 */

/** @param {string} text */
const quoted = (text) => JSON.stringify(text);

/** @param {string} value of a parameter */
const literal = (value) => (/^(\d+|true|false)$/.test(value) ? value : quoted(value));

/** @param {number} ms @returns {string} "12.345s" */
export const seconds = (ms) => `${Math.round(ms) / 1000}s`;

/**
 * @param {readonly number[]} members in order
 * @returns {string} as targets are written
 */
function targets(members) {
    const parts = ranges(members).map((each) => (/^\d+$/.test(each) ? each : quoted(each)));
    return parts.length === 1 ? /** @type {string} */ (parts[0]) : `[${parts.join(", ")}]`;
}

/**
 * @param {Deed} deed
 * @param {number} members
 * @returns {string}
 */
function eventOf(deed, members) {
    const parsed = parse(deed.text, members);
    if (!parsed) {
        throw new Error(`${deed.text}: is no deed`);
    }
    const [verb, operand] = parsed;
    const lines = ["[[event]]", `at = ${quoted(seconds(deed.atMs))}`];
    if (verb === "heal") {
        lines.push("heal = true");
    } else if (typeof operand === "string") {
        lines.push(`${verb} = ${quoted(operand)}`);
    } else if (verb === "partition") {
        const rest = [...Array(members).keys()].filter((member) => !operand.includes(member));
        lines.push(`partition = [${targets(operand)}, ${targets(rest)}]`);
    } else {
        lines.push(`${verb} = ${targets(operand)}`);
    }
    return lines.join("\n");
}

/**
 * @param {Common} common
 * @param {Variant} variant
 * @param {readonly Deed[]} deeds
 * @param {number} durationMs how long the story is; all deeds are before its end
 * @returns {string}
 */
export function scenario(common, variant, deeds, durationMs) {
    const parameters = Object.entries(variant.protocol);
    const before = deeds.filter((deed) => deed.atMs < durationMs);
    const parts = [
        [
            "# From Swimlab's playground. The same again, number by number:",
            "#     ./swimlab run FILE --backend virtual",
            `title = ${quoted("From the playground")}`,
            `seed = ${common.seed}`,
            "runs = 1",
            `duration = ${quoted(seconds(durationMs))}`,
        ],
        ["[cluster]", `members = ${common.members}`, `preset = ${quoted(variant.preset)}`],
        ["[topology]", "kind = \"star\"", `access_delay = ${quoted(`${(PATH_MS * 1000) / 2}us`)}`],
        [
            "[network]",
            "model = \"path\"",
            ...Object.entries(common.network).map(([key, value]) => `${key} = ${quoted(value)}`),
        ],
    ];
    if (parameters.length > 0) {
        parts.splice(2, 0, [
            "[protocol]",
            ...parameters.map(([key, value]) => `${key} = ${literal(value)}`),
        ]);
    }
    return [
        ...parts.map((lines) => lines.join("\n")),
        ...before.map((deed) => eventOf(deed, common.members)),
    ].join("\n\n") +
        "\n";
}
