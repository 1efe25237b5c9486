// SPDX-License-Identifier: GPL-2.0-only
//
// Random sliders and faults for minutes of the clusters' time, through the page's own model, and
// the views held against the members' tables again and again. Arguments: seed, minutes, members.
import {readFileSync} from "node:fs";

import {Core} from "../../playground/page/core.js";
import {Deeds, MEMBER_VERBS} from "../../playground/page/deeds.js";
import {defaults, NETWORK, PRESETS, PROTOCOL} from "../../playground/page/settings.js";
import {SWITCHES, textOf, whyNot, withValue} from "../../playground/page/settings.js";

const [, , file, seedText, minutesText, mostText] = process.argv;
let state = BigInt(seedText) + 0x9e3779b97f4a7c15n;

/** SplitMix64: the same story for the same seed. */
function draw(below) {
    state = (state + 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & 0xffffffffffffffffn;
    z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & 0xffffffffffffffffn;
    return Number((z ^ (z >> 31n)) % BigInt(below));
}

const pick = (list) => list[draw(list.length)];
const core = await Core.load(readFileSync(file));
const leftMs = Number(minutesText) * 60000;
let spentMs = 0;
let deedsDone = 0;
let retellings = 0;
let checks = 0;
let wrongViews = 0;

while (spentMs < leftMs) {
    const {common} = defaults();
    common.members = 2 + draw(Number(mostText));
    common.seed = draw(1e6);
    for (const slider of NETWORK) {
        common.network[slider.key] = pick(slider.values);
    }
    const preset = pick(PRESETS);
    const all = core.preset(preset);
    let variant = {preset, protocol: {}};
    for (let i = draw(6); i > 0; --i) {
        const slider = pick(PROTOCOL);
        variant = withValue(variant, all, slider.key, pick(slider.values));
    }
    for (const each of SWITCHES) {
        if (draw(3) === 0) {
            const values = draw(2) ? {[each.key]: each.on, ...each.with} : {[each.key]: each.off};
            for (const [key, value] of Object.entries(values)) {
                variant = withValue(variant, all, key, value);
            }
        }
    }
    const why = whyNot({...all, ...variant.protocol});
    if (why !== "") {
        throw new Error(`the page let through: ${why}`);
    }
    core.start(textOf(common, variant));
    ++retellings;
    const deeds = new Deeds(common.members);
    let nowMs = 0;
    const verbs = [...Object.keys(MEMBER_VERBS), "partition", "heal", ...NETWORK.map((s) => s.key)];
    for (let i = 5 + draw(20); i > 0; --i) {
        nowMs += draw(6000);
        core.run(nowMs);
        const verb = pick(verbs);
        const slider = NETWORK.find((each) => each.key === verb);
        const some = Array.from({length: 1 + draw(4)}, () => draw(common.members));
        const side = [...Array(Math.ceil(common.members / (2 + draw(4)))).keys()];
        const operand = slider ? pick(slider.values) : verb === "partition" ? side : some;
        const deed = deeds.add(nowMs, verb, operand);
        if (deed) {
            const hit = core.do(deed.text);
            const wanted =
                slider || verb === "heal" || verb === "partition" ? 1 : deed.text.split(",").length;
            if (hit !== wanted) {
                throw new Error(`${deed.text}: the page thinks ${wanted}, the core says ${hit}`);
            }
            ++deedsDone;
        }
        wrongViews += core.wrongViews();
        ++checks;
    }
    core.run(nowMs + 20000);
    wrongViews += core.wrongViews();
    JSON.stringify(core.metrics());
    spentMs += nowMs + 20000;
}
console.log(JSON.stringify({retellings, deedsDone, checks, wrongViews, minutes: spentMs / 60000}));
