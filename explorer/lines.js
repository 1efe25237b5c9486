// SPDX-License-Identifier: MIT
//
// The rows of a sequence diagram in words.

import { seconds } from "./words.js";

/** @type {{[lostBy: string]: string}} */
const LOST = {
    "loss": "lost",
    "partition": "stopped by the partition",
    "socket-loss": "lost",
    "block": "dropped by the firewall",
    "block-udp": "dropped by the firewall",
    "block-tcp": "dropped by the firewall",
    "overflow": "dropped: socket full",
    "nobody": "nobody there",
    "closed": "stream given up",
    "link-down": "cable pulled",
    "queue": "dropped in a queue",
    "down": "receiver not running",
    "stall": "receiver stood still",
    "end": "under way at the end",
    "unknown": "not seen to arrive",
};

/** @type {{[event: string]: string}} */
const TIMERS = {
    "probe-timeout": "no ack in time",
    "probe-saved": "only the stream answered",
    "probe-failed": "probe failed",
    "probe-given-up": "could not send",
    "suspicion-started": "suspicion starts",
    "suspicion-confirmed": "suspicion confirmed",
    "suspicion-shortened": "time-out shortened",
    "suspicion-fired": "suspicion's time is up",
    "suspicion-ended": "suspicion ends",
    "refuted": "refutes",
    "health": "local health",
    "injected": "is handed a message that nobody sent",
    "again": "hears it again",
};

/** @param {string | undefined} lostBy */
export function lostWords(lostBy) {
    return lostBy ? LOST[lostBy] || lostBy : "";
}

/** @param {number | undefined} member @param {string[]} names */
function nameOf(member, names) {
    return member === undefined || member < 0 ? "" : names[member];
}

/**
 * A number of `key=value;key=value`.
 *
 * @param {string | undefined} detail
 * @param {string} key
 */
export function detailOf(detail, key) {
    const found = (detail || "").split(";").find((each) => each.startsWith(`${key}=`));
    return found ? Number(found.slice(key.length + 1)) : null;
}

/**
 * What stands at the arrow or at the lifeline.
 *
 * @param {Line} line
 * @param {string[]} names
 */
export function label(line, names) {
    const subject = nameOf(line.s, names);
    if (line.k === "message") {
        const sequence = line.q !== undefined && line.q >= 0 ? ` #${line.q}` : "";
        const about = ["suspect", "dead", "alive", "left", "ping-req"].includes(line.c) ?
            ` ${subject}` : "";
        const incarnation = ["suspect", "dead", "alive"].includes(line.c) &&
            line.i !== undefined && line.i >= 0 ? ` inc. ${line.i}` : "";
        return `${line.c}${sequence}${about}${incarnation}${line.h ? " (stream)" : ""}`;
    }
    if (line.k === "timer") {
        const took = detailOf(line.d, "timeout_s");
        const by = line.w !== undefined && line.w >= 0 ? ` by ${nameOf(line.w, names)}` : "";
        const until = took === null ? "" : ` (${took.toFixed(2)} s)`;
        return `${TIMERS[line.c] || line.c}${by}${until}`;
    }
    if (line.k === "view") {
        const self = line.m === line.s;
        const word = line.w !== undefined && line.w >= 0 && line.w !== line.m && line.w !== line.s ?
            ` (word of ${nameOf(line.w, names)})` : "";
        const words = self && line.c === "refuted" ? "refutes its accusation" :
            line.c === "alive" ? `${subject} is alive` : line.c === "refuted" ?
                `${subject} is alive after all` : line.c === "dead" ? `${subject} is dead` :
                    line.c === "suspect" ? `suspects ${subject}` : line.c === "left" ?
                        `${subject} left` : `${line.c} ${subject}`;
        return words + word;
    }
    return line.d || line.c;
}

/**
 * A whole sentence, for screen readers and for what hovers.
 *
 * @param {Line} line
 * @param {string[]} names
 */
export function sentence(line, names) {
    const when = `${seconds(line.t)} s`;
    const who = nameOf(line.m, names);
    if (line.k === "message") {
        const became = line.r === null ? lostWords(line.l) || "lost" :
            `arrived at ${seconds(Number(line.r))} s`;
        return `${when}: ${who} to ${nameOf(line.p, names)}: ${label(line, names)}, ${became}`;
    }
    return `${when}: ${who ? `${who}: ` : ""}${label(line, names)}`;
}
