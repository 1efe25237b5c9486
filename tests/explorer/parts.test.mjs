// SPDX-License-Identifier: MIT
//
// The parts of the explorer that need no page.
import assert from "node:assert/strict";
import test from "node:test";

import { BEGINNING, formatMoment, parseMoment } from "../../explorer/address.js";
import { lanesOf, tickStep } from "../../explorer/axis.js";
import * as classes from "../../explorer/classes.js";
import { entriesOf, sorted } from "../../explorer/incidents.js";
import { deedOf, KEYS } from "../../explorer/keys.js";
import { layoutOf } from "../../explorer/layout.js";
import { label, sentence } from "../../explorer/lines.js";
import { orderOf } from "../../explorer/orders.js";
import { DARK, LIGHT, rgbOf } from "../../explorer/palette.js";
import { Truth } from "../../explorer/truth.js";
import { count, quantity } from "../../explorer/words.js";

const FAULT = {verb: "loss", value: "5%", from_s: 0, to_s: null, members: [1], sides: [], peers: []};

function about(changes) {
    return Object.assign({
        name: "seed-1", title: "", question: "", facts: [], names: ["m0", "m1", "m2", "m3"],
        simulated_s: 100, converged: true, groups: [], initial: [1, 1, 1, 1], health: [],
        restarts: [], faults: [], topology: null, numbers: [], counts: {}, traced: false,
        incidents: [],
    }, changes);
}

test("an address gives back the moment that it was made of", () => {
    const moment = {t: 62.4, incident: "b7", follow: "m1", order: "router", kind: "false death"};
    assert.deepEqual(parseMoment(formatMoment(moment)), moment);
    assert.equal(formatMoment({...BEGINNING, t: 62.4, incident: "7"}), "#t=62.4&incident=7");
});

test("an address that says nothing of use is the beginning", () => {
    for (const text of ["", "#", "#t=abc", "#t=-5", "#t=Infinity&incident=../x", "#incident=7b"]) {
        assert.deepEqual(parseMoment(text), BEGINNING);
    }
});

test("faults that are on at once are on different lanes, and those of two runs that are one are one", () => {
    const faults = [{...FAULT, to_s: 10}, {...FAULT, from_s: 5, to_s: 20}, {...FAULT, from_s: 30}];
    const bars = lanesOf([about({faults}), about({faults})]);
    assert.deepEqual(bars.map((bar) => bar.lane), [0, 1, 0]);
});

test("ticks are round and no closer than can be read", () => {
    assert.equal(tickStep(150, 1000), 20);
    assert.equal(tickStep(45, 1300), 5);
    assert.equal(tickStep(0.4, 700), 0.05);
});

test("a view is wrong only where the metrics' verdict says so", () => {
    const dead = (verdict) => 3 | verdict << 3;
    assert.equal(classes.classOf(dead(3), 0), classes.CLASS_WRONG);
    assert.equal(classes.classOf(dead(2), 0), classes.CLASS_CUT);
    assert.equal(classes.classOf(dead(1), 0), classes.CLASS_OUTDATED);
    assert.equal(classes.classOf(dead(1), 1), classes.CLASS_GONE);
    assert.equal(classes.classOf(dead(3), 2), classes.CLASS_GONE);
    assert.equal(classes.classOf(1, 2), classes.CLASS_OUTDATED);
    assert.equal(classes.classOf(1, 0), classes.CLASS_ALIVE);
});

test("every class has a rank of its own, and the wrong comes first", () => {
    assert.deepEqual([...classes.PRIORITY].sort(), classes.CLASSES.map((_, place) => place));
    assert.equal(classes.PRIORITY[0], classes.CLASS_WRONG);
});

test("incidents sort by any column, ties by time", () => {
    const incident = (t, rows, end) => ({kind: "crash", t, rows, end, title: `m${rows} crashed`});
    const entries = entriesOf([about({incidents: [incident(9, 2, 10), incident(3, 10, null)]}),
        about({incidents: [incident(5, 2, 5.5)]})]);
    assert.deepEqual(entries.map((entry) => entry.id), ["0", "1", "b0"]);
    const ids = (column, descending) => sorted(entries, column, descending).map((each) => each.id);
    assert.deepEqual(ids("t", false), ["1", "b0", "0"]);
    assert.deepEqual(ids("rows", false), ["b0", "0", "1"]);
    assert.deepEqual(ids("lasted", true), ["1", "0", "b0"]);
    assert.deepEqual(ids("title", false), ["b0", "0", "1"], "m2 comes before m10");
});

test("no key does two things, and keys that are typed into something are left alone", () => {
    assert.equal(new Set(KEYS.map(([key]) => key)).size, KEYS.length);
    globalThis.Element = class {};
    const event = (key, more = {}) => ({key, target: null, shiftKey: false, ...more});
    assert.equal(deedOf(event(" ")), "play");
    assert.equal(deedOf(event("ArrowLeft", {shiftKey: true})), "farBack");
    assert.equal(deedOf(event("l", {ctrlKey: true})), null);
    assert.equal(deedOf(event("x")), null);
});

const TOPOLOGIES = {
    star: {kind: "star", map: false, routers: [["hub", 0.5, 0.5, ""]], links: [],
        of_member: new Array(128).fill(0)},
    leaves: {kind: "leaf-spine", map: false, links: [[0, 1, 1], [0, 2, 1]],
        routers: [["spine", 0.5, 1, ""], ["leaf-0", 0.25, 0, ""], ["leaf-1", 0.75, 0, ""]],
        of_member: Array.from({length: 1000}, (_, member) => 1 + member % 2)},
    map: {kind: "file", map: true, links: [[0, 1, 1]],
        routers: [["A", 10, 50, ""], ["B", 20, 40, ""], ["C", -3, 60, ""]],
        of_member: Array.from({length: 90}, (_, member) => member % 3)},
    hub: {kind: "star", map: false, routers: [["hub", 0, 0, ""]], links: [],
        of_member: new Array(1000).fill(0)},
};

for (const [name, topology] of Object.entries(TOPOLOGIES)) {
    test(`every member of a ${name} has a place in the picture, and none has another's`, () => {
        const layout = layoutOf(topology, 700, 500);
        const seen = new Set();
        for (const place of [...layout.routers, ...layout.members]) {
            assert.ok(place.x >= 0 && place.x <= 700 && place.y >= 0 && place.y <= 500,
                `${place.x}, ${place.y}`);
        }
        for (const {x, y} of layout.members) {
            seen.add(`${x.toFixed(2)},${y.toFixed(2)}`);
        }
        assert.equal(seen.size, topology.of_member.length);
        assert.ok(layout.radius >= 1);
    });
}

test("an order has every member once, and puts sides, routers and the troubled together", () => {
    const run = about({
        topology: {...TOPOLOGIES.leaves, of_member: [2, 1, 2, 1]},
        faults: [{...FAULT, verb: "partition", sides: [[1, 2], [0, 3]]}],
        incidents: [{kind: "crash", subject: 3}, {kind: "false death", subject: 1}],
    });
    const order = (name) => [...orderOf(name, run, [0, 1, 2, 3])];
    assert.deepEqual(order("name"), [0, 1, 2, 3]);
    assert.deepEqual(order("router"), [1, 3, 0, 2]);
    assert.deepEqual(order("side"), [1, 2, 0, 3]);
    assert.deepEqual(order("trouble"), [3, 1, 0, 2]);
});

test("truth is the same whether it is reached forwards or backwards", () => {
    const run = about({
        health: [[10, 1, 0], [20, 1, 1], [30, 2, 17]],
        faults: [{...FAULT, verb: "partition", from_s: 40, to_s: 50, sides: [[0, 1], [2, 3]]}],
    });
    const truth = new Truth(run);
    for (const t of [0, 15, 25, 45, 60, 45, 25, 15, 0]) {
        truth.seek(t);
        const fresh = new Truth(run);
        fresh.seek(t);
        assert.deepEqual(truth.flags, fresh.flags);
        assert.deepEqual(truth.sides, fresh.sides);
    }
    truth.seek(45);
    assert.deepEqual([...truth.sides], [0, 0, 1, 1]);
});

test("a lost message says what lost it, to the eye and to a screen reader", () => {
    const names = ["m0", "m1", "m2"];
    const line = {t: 1.5, k: "message", c: "alive", a: 0, m: 0, b: 1, p: 1, s: 2, i: 4, r: null,
        l: "block-udp"};
    assert.equal(label(line, names), "alive m2 inc. 4");
    assert.equal(sentence(line, names),
        "1.500 s: m0 to m1: alive m2 inc. 4, dropped by the firewall");
    assert.match(sentence({...line, r: 1.6}, names), /arrived at 1\.600 s/);
});

test("numbers keep their digits and their unit", () => {
    assert.equal(count(1234567), "1,234,567");
    assert.equal(quantity(13.888302932, "s"), "13.89 s");
    assert.equal(quantity(null, "s"), "never");
    assert.equal(quantity(990, ""), "990");
});

// Viénot, Brettel and Mollon (1999), and for blue cones Brettel, Viénot and Mollon (1997) in one plane.
const SIGHT = {
    all: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "no red": [[0.1124, 0.8876, 0], [0.1124, 0.8876, 0], [0.004, -0.004, 1]],
    "no green": [[0.2928, 0.7072, 0], [0.2928, 0.7072, 0], [-0.0223, 0.0223, 1]],
    "no blue": [[1, 0.1446, -0.1446], [0, 0.8592, 0.1408], [0, 0.8592, 0.1408]],
};

function lab(colour, matrix) {
    const linear = rgbOf(colour).map((value) => value / 255).map((value) =>
        value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4));
    const [r, g, b] = matrix.map((row) => Math.max(0, Math.min(1,
        row[0] * linear[0] + row[1] * linear[1] + row[2] * linear[2])));
    const f = (value) => value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116;
    const [x, y, z] = [
        (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505, 0.2126 * r + 0.7152 * g + 0.0722 * b,
        (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089].map(f);
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

for (const [theme, palette] of Object.entries({light: LIGHT, dark: DARK})) {
    for (const [sight, matrix] of Object.entries(SIGHT)) {
        test(`views are told apart in the ${theme} page by who has ${sight} cones`, () => {
            const seen = palette.views.map((colour) => lab(colour, matrix));
            for (let one = 0; one < seen.length; ++one) {
                for (let other = one + 1; other < seen.length; ++other) {
                    const far = Math.hypot(...seen[one].map((value, axis) =>
                        value - seen[other][axis]));
                    assert.ok(far > 9, `${classes.CLASSES[one].name} and ` +
                        `${classes.CLASSES[other].name}: ${far.toFixed(1)}`);
                }
            }
        });
    }
    test(`text of the ${theme} page has a contrast of 4.5 and more`, () => {
        const light = (colour) => {
            const y = (lab(colour, SIGHT.all)[0] + 16) / 116;
            return y > 0.2069 ? y * y * y : (y - 16 / 116) / 7.787;
        };
        for (const colour of [palette.ink, palette.muted, palette.accent]) {
            const [high, low] = [light(colour), light(palette.panel)].sort((a, b) => b - a);
            assert.ok((high + 0.05) / (low + 0.05) >= 4.5, colour);
        }
    });
}
