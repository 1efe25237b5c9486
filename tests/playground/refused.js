// SPDX-License-Identifier: GPL-2.0-only
//
// What the core says to settings and deeds that cannot be: an error each, and it goes on. The
// second argument is a JSON list of ["start" | "do", text].
import {readFileSync} from "node:fs";

import {Core} from "../../playground/page/core.js";

const core = await Core.load(readFileSync(process.argv[2]));
const answers = [];
const GOOD = "members = 10\nseed = 1\npreset = memberlist-lan\npath = 500us";
core.start(GOOD);
for (const [what, text] of JSON.parse(process.argv[3])) {
    try {
        answers.push(what === "start" ? `started ${core.start(text)}` : `hit ${core.do(text)}`);
    } catch (error) {
        answers.push(error.message);
    }
}
core.start(GOOD);
core.run(2000);
answers.push(`goes on to ${core.nowMs()}`);
console.log(JSON.stringify(answers));
