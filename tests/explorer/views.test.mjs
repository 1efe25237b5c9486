// SPDX-License-Identifier: MIT
//
// What Python packed is what the browser's code unpacks. test_explorer_node.py writes what is to be read and what
// must come of it into the file that SWIMLAB_PACKED names.
import assert from "node:assert/strict";
import fs from "node:fs";
import test from "node:test";

import { alphabet, bytesOf, unpack, unpackJson } from "../../explorer/packing.js";
import { Replay } from "../../explorer/replay.js";
import { lastChange, readViews } from "../../explorer/views.js";

const FILE = process.env.SWIMLAB_PACKED;
const given = FILE ? JSON.parse(fs.readFileSync(FILE, "utf8")) : null;
const options = {skip: given ? false : "run by tests/explorer/test_explorer_node.py"};

test("the alphabet has nothing that JSON or HTML takes for something else", () => {
    assert.equal(alphabet().length, 91);
    assert.ok(!/["<\\]/.test(alphabet()));
});

test("columns come out as they went in", options, async () => {
    for (const {packed, values} of given.columns) {
        assert.deepEqual([...await unpack(packed)], values);
    }
});

test("JSON comes out as it went in", options, async () => {
    assert.deepEqual(await unpackJson(given.json.packed), given.json.value);
});

test("what is damaged is refused", options, async () => {
    await assert.rejects(unpackJson(given.json.packed.slice(8)));
    assert.equal(bytesOf("0").length, 0);
});

test("every view at every looked-at moment is what the rows say, forwards and backwards", options,
    async () => {
        const views = await readViews(given.views);
        const replay = new Replay(views, given.about);
        const moments = given.moments;
        for (const moment of [...moments, ...[...moments].reverse()]) {
            replay.seek(moment.step);
            assert.deepEqual([...replay.state], moment.codes, `at step ${moment.step}`);
        }
    });

test("the last change of a pair has its time, its source and its incarnation", options, async () => {
    const views = await readViews(given.views);
    for (const {observer, subject, step, change} of given.changes) {
        const at = lastChange(views, observer, subject, step);
        const found = at < 0 ? null : [views.steps[at], views.sources[at], views.incarnations[at]];
        assert.deepEqual(found, change);
    }
});
