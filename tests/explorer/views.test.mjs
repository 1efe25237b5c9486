// SPDX-License-Identifier: MIT
//
// What Python packed is what the browser's code unpacks. test_explorer_node.py writes what is to be read and what
// must come of it into the file that SWIMLAB_PACKED names.
import assert from "node:assert/strict";
import fs from "node:fs";
import test from "node:test";

import { alphabet, piecesOf, unpack, unpackJson } from "../../explorer/packing.js";
import { Replay } from "../../explorer/replay.js";
import {
    incarnationOf, lastChange, readViews, readWords, sourceOf, viewOf, VIEWS,
} from "../../explorer/views.js";

const FILE = process.env.SWIMLAB_PACKED;
const given = FILE ? JSON.parse(fs.readFileSync(FILE, "utf8")) : null;
const allOf = (text) => [...piecesOf(text)].flatMap((piece) => [...piece]);
const options = {skip: given ? false : "run by tests/explorer/test_explorer_node.py"};

test("the alphabet has nothing that JSON or HTML takes for something else", () => {
    assert.equal(alphabet().length, 91);
    assert.ok(!/["<\\]/.test(alphabet()));
});

test("columns come out as they went in", options, async () => {
    for (const {packed, values} of given.columns) {
        assert.deepEqual([...await unpack(packed)], values);
        assert.deepEqual([...await unpack(packed, 70_000)], values);
        assert.equal((await unpack(packed, 70_000)).BYTES_PER_ELEMENT, 4);
    }
});

test("a column may come in parts that end anywhere", options, async () => {
    const {packed, values} = given.columns[given.columns.length - 1];
    for (const length of [1, 2, 7, 16, 1000]) {
        const data = [""];
        for (let at = 0; at < packed.data.length; at += length) {
            data.push(packed.data.slice(at, at + length), "");
        }
        assert.deepEqual([...await unpack({...packed, data})], values);
    }
});

test("pieces put together are all bytes, of texts as long as several pieces too", () => {
    const letters = alphabet();
    let text = "";
    let bits = "";
    for (let pair = 0; pair < 40_000; ++pair) {
        const value = pair * 7919 % 8192;
        text += letters[Math.floor(value / 91)] + letters[value % 91];
        bits += value.toString(2).padStart(13, "0");
    }
    const bytes = [];
    for (let at = 0; at + 8 <= bits.length - 5; at += 8) {
        bytes.push(parseInt(bits.slice(at, at + 8), 2));
    }
    assert.deepEqual(allOf(`${text}5`), bytes);
    assert.deepEqual(allOf([text.slice(0, 33_001), text.slice(33_001), "5"]), bytes);
});

test("JSON comes out as it went in", options, async () => {
    assert.deepEqual(await unpackJson(given.json.packed), given.json.value);
});

test("what is damaged is refused", options, async () => {
    const {packed} = given.json;
    const column = given.columns[given.columns.length - 1].packed;
    for (const text of [packed.slice(8), packed.slice(0, -2), packed.slice(0, -1), ""]) {
        await assert.rejects(unpackJson(text), `${text.length} letters of ${packed.length}`);
    }
    await assert.rejects(unpack({...column, n: column.n + 1}));
    await assert.rejects(unpack({...column, n: column.n - 1}));
    assert.deepEqual(allOf("0"), []);
});

test("every view at every looked-at moment is what the rows say, forwards and backwards", options,
    async () => {
        const views = await readViews(given.views, given.about.simulated_s);
        const replay = new Replay(views, given.about);
        const moments = given.moments;
        for (const moment of moments) {
            // The first moment is come by without those before it.
            const other = new Replay(views, given.about);
            other.seek(moment.step);
            assert.deepEqual([...other.state], moment.codes, `first at step ${moment.step}`);
        }
        for (const moment of [...moments, ...[...moments].reverse()]) {
            replay.seek(moment.step);
            assert.deepEqual([...replay.state], moment.codes, `at step ${moment.step}`);
        }
    });

test("the last change of a pair has its time, its source and its incarnation", options, async () => {
    const views = await readViews(given.views, given.about.simulated_s);
    const words = await readWords(given.views);
    for (const {observer, subject, step, change} of given.changes) {
        const last = lastChange(views, observer, subject, step);
        const found = last && [views.steps[last.at],
            sourceOf(views, words, last.at, observer, subject),
            incarnationOf(words, last.at, subject)];
        assert.deepEqual(found, change);
    }
});

test("changes are counted by step and view", options, async () => {
    const views = await readViews(given.views, given.about.simulated_s);
    const replay = new Replay(views, given.about);
    replay.order();
    const counted = new Uint32Array(replay.tally.length);
    for (let step = 0; step < replay.steps; ++step) {
        for (let at = replay.starts[step]; at < replay.starts[step + 1]; ++at) {
            ++counted[step * VIEWS + viewOf(replay.changes[at] >> 8)];
        }
    }
    assert.ok(counted.some((each) => each > 0));
    assert.deepEqual(counted, replay.tally);
});
