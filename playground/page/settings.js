// SPDX-License-Identifier: MIT
//
// What can be set, with names, ranges and what it means; and a setting's way to the core as text.
//
// The core judges again what it is given (playground/settings.cc), within wider bounds.

/**
 * @typedef {object} Slider
 * @property {string} key as a scenario calls it
 * @property {string} label
 * @property {string} why what it governs
 * @property {readonly string[]} values from the left to the right
 */

/** @type {readonly Slider[]} of the protocol: each cluster has its own */
export const PROTOCOL = [
    {
        key: "probe_interval",
        label: "Probe interval",
        why:
            "Each member probes one other in each. Detection time grows and load falls in proportion.",
        values: ["200ms", "300ms", "500ms", "700ms", "1s", "1500ms", "2s", "3s", "5s", "7s", "10s"],
    },
    {
        key: "probe_timeout",
        label: "Probe timeout",
        why:
            "How long a probe waits for the direct ack before it asks others; less than the interval.",
        values: [
            "20ms",
            "50ms",
            "100ms",
            "200ms",
            "300ms",
            "500ms",
            "700ms",
            "1s",
            "1500ms",
            "2s",
            "3s",
            "5s"
        ],
    },
    {
        key: "gossip_nodes",
        label: "Gossip nodes",
        why: "To how many members each gossip tick sends: the fan-out.",
        values: ["1", "2", "3", "4", "5", "6", "8", "10", "12", "16"],
    },
    {
        key: "suspicion_mult",
        label: "Suspicion multiplier",
        why:
            "Factor of the least time of a suspicion. More forgives longer silence and detects later.",
        values: ["1", "2", "3", "4", "5", "6", "8", "10", "12", "15", "20"],
    },
];

/** @type {readonly Slider[]} of the network, which both clusters share */
export const NETWORK = [
    {
        key: "datagram_loss",
        label: "Loss",
        why: "Which share of datagrams never arrives. Streams repeat what is lost.",
        values: ["0%", "0.5%", "1%", "2%", "5%", "10%", "15%", "20%", "30%", "40%", "50%"],
    },
    {
        key: "delay",
        label: "Delay",
        why: "What every message takes, one way, on top of half a millisecond.",
        values:
            ["0ms", "1ms", "2ms", "5ms", "10ms", "20ms", "50ms", "100ms", "200ms", "500ms", "1s"],
    },
    {
        key: "jitter",
        label: "Jitter",
        why: "At most so much comes on top, another time for each message.",
        values: ["0ms", "1ms", "2ms", "5ms", "10ms", "20ms", "50ms", "100ms", "200ms", "500ms"],
    },
];

/** Switches of the protocol: what there is in one preset and not in the other. */
export const SWITCHES = [
    {
        key: "suspicion",
        label: "Suspicion",
        why: "Whether who fails a probe is suspected first and may defend itself.",
        on: "true",
        off: "false",
    },
    {
        key: "reconnect_interval",
        label: "Look for the dead",
        why: "Whether members call on the dead every 30 s, as Serf does: it heals long partitions.",
        on: "30s",
        off: "0s",
        with: {reap_time: "24h"},
    },
];

export const PRESETS = [
    "memberlist-lan",
    "memberlist-wan",
    "memberlist-local",
    "recommended-lan",
    "recommended-wan",
    "lifeguard-paper",
    "swim",
    "swim-basic",
    "memlist",
];

/** What every message takes at least, one way: two access links of a star. */
export const PATH_MS = 0.5;

export const MOST_MEMBERS = 1000;

/**
 * A cluster's own settings: a preset, and what is otherwise.
 * @typedef {{preset: string, protocol: Record<string, string>}} Variant
 *
 * What all clusters share.
 * @typedef {{members: number, seed: number, network: Record<string, string>}} Common
 *
 * What the page is about.
 * @typedef {{common: Common, variants: Variant[]}} Settings
 */

/** @returns {Settings} */
export function defaults() {
    return {
        common: {
            members: 100,
            seed: 1,
            network: {datagram_loss: "0%", delay: "0ms", jitter: "2ms"},
        },
        variants: [{preset: "memberlist-lan", protocol: {}}],
    };
}

const UNITS =
    /** @type {Record<string, number>} */ ({ns: 1e-6, us: 1e-3, ms: 1, s: 1e3, m: 6e4, h: 36e5});

/**
 * @param {string} text "1500ms", "1m30s" is not taken
 * @returns {number} milliseconds, NaN where it is no duration
 */
export function milliseconds(text) {
    const found = /^(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)$/.exec(text);
    return found ? Number(found[1]) * (UNITS[found[2] ?? ""] ?? NaN) : NaN;
}

/**
 * What keeps these values from running together.
 * @param {Record<string, string>} all every parameter of the cluster
 * @returns {string} in words; empty: nothing does
 */
export function whyNot(all) {
    const interval = milliseconds(all["probe_interval"] ?? "");
    const timeout = milliseconds(all["probe_timeout"] ?? "");
    return timeout < interval ?
        "" :
        `The probe timeout (${all["probe_timeout"]}) must be less than the probe interval ` +
            `(${all["probe_interval"]}), which has to leave time for indirect probes.`;
}

/**
 * Sets a parameter, and moves the other one of a pair that would contradict it.
 * @param {Variant} variant
 * @param {Record<string, string>} preset all parameters of its preset
 * @param {string} key
 * @param {string} value
 * @returns {Variant}
 */
export function withValue(variant, preset, key, value) {
    const protocol = {...variant.protocol, [key]: value};
    const all = {...preset, ...protocol};
    const values = (/** @type {string} */ name) =>
        PROTOCOL.find((slider) => slider.key === name)?.values ?? [];
    if (whyNot(all) !== "" && key === "probe_interval") {
        const fits =
            values("probe_timeout").filter((each) => milliseconds(each) < milliseconds(value));
        protocol["probe_timeout"] = fits[fits.length - 1] ?? "20ms";
    } else if (whyNot(all) !== "") {
        const fits =
            values("probe_interval").filter((each) => milliseconds(each) > milliseconds(value));
        protocol["probe_interval"] = fits[0] ?? "10s";
    }
    for (const [name, same] of Object.entries(protocol)) {
        if (preset[name] === same) {
            delete protocol[name];
        }
    }
    return {preset: variant.preset, protocol};
}

/**
 * @param {Common} common
 * @param {Variant} variant
 * @returns {string} as the core takes it
 */
export function textOf(common, variant) {
    const lines = [
        `members = ${common.members}`,
        `seed = ${common.seed}`,
        `preset = ${variant.preset}`,
        `path = ${PATH_MS * 1000}us`,
    ];
    for (const values of [common.network, variant.protocol]) {
        lines.push(...Object.entries(values).map(([key, value]) => `${key} = ${value}`));
    }
    return lines.join("\n");
}

/**
 * @param {unknown} value
 * @param {number} least
 * @param {number} most
 * @param {number} otherwise
 */
function whole(value, least, most, otherwise) {
    const number = Number(value);
    return Number.isInteger(number) && number >= least && number <= most ? number : otherwise;
}

/**
 * Settings of strangers: what is not on the lists becomes the default.
 * @param {any} given
 * @returns {Settings}
 */
export function cleaned(given) {
    const settings = defaults();
    const common = given?.common ?? {};
    settings.common.members = whole(common.members, 2, MOST_MEMBERS, settings.common.members);
    settings.common.seed = whole(common.seed, 0, Number.MAX_SAFE_INTEGER, settings.common.seed);
    for (const slider of NETWORK) {
        const value = common.network?.[slider.key];
        if (slider.values.includes(value)) {
            settings.common.network[slider.key] = value;
        }
    }
    const variants = Array.isArray(given?.variants) ? given.variants.slice(0, 2) : [];
    if (variants.length > 0) {
        settings.variants = variants.map(cleanedVariant);
    }
    return settings;
}

/**
 * @param {any} given
 * @returns {Variant}
 */
function cleanedVariant(given) {
    /** @type {Record<string, string>} */
    const protocol = {};
    for (const slider of PROTOCOL) {
        const value = given?.protocol?.[slider.key];
        if (slider.values.includes(value)) {
            protocol[slider.key] = value;
        }
    }
    for (const each of SWITCHES) {
        const value = given?.protocol?.[each.key];
        if (value === each.on || value === each.off) {
            protocol[each.key] = value;
            Object.assign(protocol, value === each.on ? each.with : {});
        }
    }
    return {preset: PRESETS.includes(given?.preset) ? given.preset : "memberlist-lan", protocol};
}
