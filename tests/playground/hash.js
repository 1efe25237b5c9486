// SPDX-License-Identifier: GPL-2.0-only
//
// What the core says in the repository's faulty run.
import {readFileSync} from "node:fs";

import {Core} from "../../playground/page/core.js";

const core = await Core.load(readFileSync(process.argv[2]));
console.log(JSON.stringify(core.sameEverywhere()));
