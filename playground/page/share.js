// SPDX-License-Identifier: MIT
//
// A story as a link: everything that it needs to be told again stands behind the `#`, which no
// browser sends anywhere.

import {Deeds, ranges} from "./deeds.js";
import {cleaned} from "./settings.js";

/**
 * @typedef {import("./settings.js").Settings} Settings
 * @typedef {import("./worker.js").Deed} Deed
 */

/** Of the link; one of another version is not read. */
const VERSION = "1";

/**
 * @param {Settings} settings
 * @param {readonly Deed[]} deeds
 * @param {number} atMs the moment
 * @returns {string} with its `#`
 */
export function hashOf(settings, deeds, atMs) {
    const {common, variants} = settings;
    /** @type {[string, string][]} */
    const fields = [
        ["v", VERSION],
        ["n", `${common.members}`],
        ["seed", `${common.seed}`],
        ["net", words(common.network)],
        ...variants.map(
            /** @returns {[string, string]} */ (variant, i) => ["ab"[i] ?? "b",
                [variant.preset, words(variant.protocol)].filter((each) => each !== "").join("!"),
    ],
            ),
    ];
    if (deeds.length > 0) {
        fields.push(["do", deeds.map(shortOf).join("!")]);
    }
    fields.push(["t", `${Math.round(atMs)}`]);
    const pairs = fields.map(([key, value]) => `${key}=${encoded(value)}`);
    return `#${pairs.join("&")}`;
}

/** @param {string} text @returns {string} what a link may have, legible where that is possible */
function encoded(text) {
    return encodeURIComponent(text).replace(/%2C/g, ",").replace(/%3A/g, ":");
}

/** @param {Deed} deed @returns {string} "5000~crash~0-9,12" */
function shortOf(deed) {
    const [verb = "", operand = ""] = deed.text.split(" ");
    const isMembers = /^[\d,]+$/.test(operand);
    const short = isMembers ? ranges(operand.split(",").map(Number)).join(",") : operand;
    return `${deed.atMs}~${verb}~${short}`;
}

/** @param {string} short "0-9,12" @param {number} members @returns {string} all of them */
function longOf(short, members) {
    return short.split(",")
        .flatMap((part) => {
            const found = /^(\d+)-(\d+)$/.exec(part);
            const first = Number(found?.[1]);
            const last = Number(found?.[2]);
            return found && first <= last && last < members ?
                Array.from({length: last - first + 1}, (_, i) => `${first + i}`) :
                [part];
        })
        .join(",");
}

/** @param {Record<string, string>} values */
function words(values) {
    return Object.entries(values).map(([key, value]) => `${key}:${value}`).join("!");
}

/** @param {readonly string[]} pairs @returns {Record<string, string>} */
function valuesOf(pairs) {
    return Object.fromEntries(
        pairs.map((pair) => {
            const [key = "", value = ""] = pair.split(":");
            return [key, value];
        }),
    );
}

/**
 * @param {string} hash of a stranger
 * @returns {{settings: Settings, deeds: Deeds, atMs: number} | null} null: it is no link of ours
 */
export function readHash(hash) {
    const fields = new URLSearchParams(hash.replace(/^#/, ""));
    if (fields.get("v") !== VERSION) {
        return null;
    }
    const variants =
        ["a", "b"].map((name) => fields.get(name)).filter((text) => text !== null).map((text) => {
            const [preset, ...protocol] = String(text).split("!");
            return {preset, protocol: valuesOf(protocol)};
        });
    const settings = cleaned({
        common: {
            members: fields.get("n"),
            seed: fields.get("seed"),
            network: valuesOf((fields.get("net") ?? "").split("!")),
        },
        variants,
    });
    const deeds = (fields.get("do") ?? "").split("!").filter((each) => each !== "").map((each) => {
        const [atMs = "", verb = "", operand = ""] = each.split("~");
        const text = `${verb} ${longOf(operand, settings.common.members)}`.trim();
        return {atMs: Number(atMs), text};
    });
    const atMs = Number(fields.get("t") ?? 0);
    return {
        settings,
        deeds: Deeds.cleaned(deeds, settings.common.members),
        atMs: Number.isFinite(atMs) ? Math.min(Math.max(0, atMs), 36e5) : 0,
    };
}
