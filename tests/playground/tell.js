// SPDX-License-Identifier: GPL-2.0-only
//
// Tells stories and prints what came of each: metrics, scenario, wrong views. The second argument
// is a JSON list of {common, variant, deeds, endMs}.
import {readFileSync} from "node:fs";

import {Core} from "../../playground/page/core.js";
import {Deeds} from "../../playground/page/deeds.js";
import {textOf} from "../../playground/page/settings.js";
import {scenario} from "../../playground/page/toml.js";

const wasm = readFileSync(process.argv[2]);
const told = [];
for (const {common, variant, deeds, endMs} of JSON.parse(process.argv[3])) {
    const core = await Core.load(wasm);
    const {list} = Deeds.cleaned(deeds, common.members);
    core.start(textOf(common, variant));
    for (const deed of list) {
        core.run(deed.atMs);
        core.do(deed.text);
    }
    core.run(endMs);
    const {views} = core.look();
    told.push({
        metrics: core.metrics(),
        wrongViews: core.wrongViews(),
        notAlive: views.filter((view) => view !== 1).length,
        done: list.length,
        toml: scenario(common, variant, list, endMs),
    });
}
console.log(JSON.stringify(told));
