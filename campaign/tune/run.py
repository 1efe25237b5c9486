# SPDX-License-Identifier: GPL-2.0-only
"""`./swimlab tune`: from a tune file and a product to a folder with the recommended settings, what they
gain and cost, and the block to paste.

Everything is checked before anything is written; then the procedure asks for runs until its budget is
spent; the report is made by a process of its own, which needs the drawing libraries.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.campaign.text import count
from campaign.build import Build
from campaign.errors import Failure, Interrupted, Refused, UserError
from campaign.folder import sha256_of, sums_of
from campaign.plan import Plan, Request, ask_for_plan
from campaign.progress import Progress, duration_text
from campaign.run import build_identity, that_fit
from campaign.study.local import LocalEngine
from campaign.tune.budget import Budget
from campaign.tune.ends import check_ends
from campaign.tune.evaluate import PACKET, PATH
from campaign.tune.file import TuneFile, TuneScenario, read_tune_file
from campaign.tune.folder import TuneFolder
from campaign.tune.impossible import excluded_by
from campaign.tune.prior import prior_of
from campaign.tune.problem import Beyond, Problem, Variation
from campaign.tune.procedure import Unmeasurable, tune
from campaign.tune.product import Product
from campaign.tune.rare_result import is_open, rare_of, seconds_for
from campaign.tune.simulate import MODEL_KEY, Deadlines, Simulated, Situation, is_bytes
from campaign.tune.space import Space, number_of
from campaign.words import command_text, one_line, path_text

MOST_MEMBERS = 1_000_000
"""Of a scenario."""
SHARE_OF_BUDGET = 0.95
"""Of the time that the user gave, what the procedure plans for: costs are estimates."""


@dataclass(frozen=True)
class Wanted:
    """What the user asked for."""

    file: Path
    text: bytes
    product: Product
    out: Path
    jobs: int
    budget: Budget | None = None
    """Instead of the file's."""
    rare: bool = False
    """Estimate rare false burials of the first choice even where its goals are shown."""


def run_tune(wanted: Wanted, build: Build, program: Path) -> None:
    """Raises UserError, Failure, Interrupted."""
    file = read_tune_file(wanted.file, wanted.text, wanted.product)
    budget = wanted.budget or file.budget
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="swimlab-") as name:
        copies = Path(name) / "inputs"
        planned = [_planned(file, each, wanted.product, program, copies) for each in file.scenarios]
        plans = [plan for plan, _ in planned]
        situations = [situation for _, made in planned for situation in made]
        problem = _problem(file, wanted, plans, situations)
        sha256 = sha256_of(program)
        identity: dict[str, Any] = build_identity(build) | {
            "program_sha256": sha256,
            "made_with": plans[0].made_with,
        }
        asked = {
            "title": file.title,
            "question": file.question,
            "command": problem.command,
            "tune_file": path_text(file.path),
            "tune_text": file.text.decode("utf-8-sig"),
            "product": dict(problem.product),
            "budget": budget.text,
            "inputs": sums_of(copies),
            "build": identity,
        }
        check_ends(program, file, problem.space, situations[0], copies)
        print("\n".join([_size_text(file, problem, plans), *file.said]), flush=True)
        with TuneFolder(wanted.out) as folder:
            folder.admit(asked, copies)
            memory = max((plan.memory_bytes or 0 for plan in plans), default=0)
            jobs = that_fit(wanted.jobs, memory or None)
            own = folder.own_program(program, sha256)
            progress = Progress("Tuning", sys.stdout)

            def tell(done: int, of: int) -> None:
                spent = time.monotonic() - began_s if budget.runs is None else evaluator.done
                progress.update(min(1.0, spent / budget.size), f"{done:,} of {of:,} runs")

            def learnt(words: str) -> None:
                progress.say(one_line(words))

            evaluator = Simulated(
                folder,
                program,
                LocalEngine(own, folder.inputs, folder.scratch, jobs),
                situations,
                problem.goals,
                problem.measures,
                budget.runs is not None,
                tell,
            )
            size = budget.size if budget.runs else budget.size * jobs * SHARE_OF_BUDGET
            evaluator.deadlines = Deadlines(began_s, budget.seconds)
            excluded = _excluded(problem, wanted.product, plans[0].resolved)
            try:
                outcome = tune(problem, evaluator, excluded, size, learnt, budget.runs is not None)
                outcome.in_runs = budget.runs is not None
                result = outcome.as_json()
                if wanted.rare or (budget.runs is None and is_open(outcome)):
                    given_s = None if budget.runs else budget.seconds
                    seconds = seconds_for(given_s, len(plans))
                    at = (own, folder.inputs, seconds, jobs, learnt)
                    result["rare"] = rare_of(outcome, situations, *at)
            except Unmeasurable as error:
                of_goal = error.measure in [goal.measure for goal in file.goals]
                key = error.measure if of_goal else "minimise"
                raise file.wrong(error.says, "goal", key) from None
            except (Interrupted, KeyboardInterrupt):
                raise Interrupted(
                    f"Interrupted. {evaluator.kept + evaluator.done:,} runs are complete and kept in"
                    f" {path_text(wanted.out)}; to go on:\n    {problem.command}"
                ) from None
            finally:
                progress.close()
            folder.write_result(result)
    took = duration_text(time.monotonic() - began_s)
    rests = sum(outcome.runs.values())
    print(
        f"{count(evaluator.done, 'run')} made, {evaluator.kept:,} were there, in {took}; the answer rests on"
        f" {count(rests, 'run')}",
        flush=True,
    )
    _report(wanted.out)


def _planned(
    file: TuneFile, scenario: TuneScenario, product: Product, program: Path, copies: Path
) -> tuple[Plan, list[Situation]]:
    """Copies what it reads. Where bytes are asked for it is two situations. Raises UserError at the scenario's place in the tune file."""
    own = copies / scenario.name
    own.mkdir(parents=True)
    source = scenario.file or own / "scenario.toml"
    if scenario.file is None:
        assert scenario.text is not None
        source.write_bytes(scenario.text)
    asked = dict(scenario.settings)
    members = ask(program, file, scenario, source, asked).members
    of_product = product.settings(members)
    if both := sorted(set(asked) & set(of_product)):
        raise file.wrong(
            f"{both[0]} is {product.title}'s own; say with [vary] what of it may vary",
            *scenario.place,
        )
    base = {**asked, **of_product}
    for fidelity in (PACKET, PATH):
        modelled = {**base, MODEL_KEY: fidelity, "record": "summary"}
        plan = ask(program, file, scenario, source, modelled, own if fidelity == PATH else None)
    if plan.points and len(plan.points) > 1:
        raise file.wrong(f"{scenario.name} has a [sweep]; settle it with set", *scenario.place)
    asked_for = [*file.minimise, *(goal.measure for goal in file.goals)]
    lean = {**asked, **product.settings(members, load=False)}
    rest = (scenario.weight, plan.members, plan.duration_s)
    made = [Situation(scenario.name, lean, *rest)]
    if any(map(is_bytes, asked_for)):
        made.append(Situation(scenario.name, base, *rest, of_bytes=True))
    return plan, made


def ask(
    program: Path,
    file: TuneFile,
    scenario: TuneScenario,
    source: Path,
    settings: Mapping[str, str],
    copies: Path | None = None,
) -> Plan:
    """The plan of one run. Raises UserError."""
    listed = tuple(f"{key}={value}" for key, value in settings.items())
    try:
        return ask_for_plan(program, Request(source, listed, runs=1), copies)
    except Refused as error:
        words = str(error).replace("--set ", "")
        raise file.wrong(f"{scenario.name}: {words}", *scenario.place) from None


def _problem(
    file: TuneFile, wanted: Wanted, plans: Sequence[Plan], situations: Sequence[Situation]
) -> Problem:
    product = wanted.product
    default: dict[str, str] = {}
    for option in file.options:
        default |= option.settings(option.default)
    fixed = {**situations[0].base}
    words = ["./swimlab", "tune", str(wanted.file), "--for", product.name, "--out", str(wanted.out)]
    if wanted.budget is not None:
        words += ["--budget", wanted.budget.text]
    if wanted.rare:
        words += ["--rare"]
    space = Space(file.axes, product.relations, fixed)
    measures = (*file.minimise, *(goal.measure for goal in file.goals))
    built_in = [each for each in file.scenarios if each.file is None]
    prior = prior_of(space, measures, product, dict(built_in[0].settings)) if built_in else {}
    return Problem(
        goals=file.goals,
        minimise=file.minimise,
        space=space,
        default=default,
        default_point={option.id: option.default for option in file.options},
        title=file.title,
        question=file.question,
        command=command_text(words),
        product={
            "name": product.name,
            "title": product.title,
            "version": product.version,
            "sources": list(product.sources),
            "notes": list(product.notes),
            "place": product.place,
            "unsettable": product.unsettable,
        },
        fixed=tuple(
            {"name": each.name, "key": each.key, "value": each.value, "source": each.source}
            for each in product.fixed
        ),
        scenarios=tuple(
            {
                "name": each.name,
                "weight": each.weight,
                "members": each.members,
                "duration_s": each.duration_s,
            }
            for each in situations
            if not each.of_bytes
        ),
        robust=_variations(plans[0], product),
        beyond=_beyond(product),
        block=product.block,
        prior=prior,
        seed=file.seed,
        notes=file.said,
    )


def _excluded(
    problem: Problem, product: Product, resolved: Mapping[str, str]
) -> Callable[[Mapping[str, str]], str | None]:
    """By theory, or by what the product's settings ask of each other."""
    by_theory = excluded_by(problem.goals, resolved)

    def excluded(settings: Mapping[str, str]) -> str | None:
        values = {key: text for key, text in settings.items() if key in problem.default_point}
        return product.why_not(values) or by_theory(settings)

    return excluded


def _variations(plan: Plan, product: Product) -> tuple[Variation, ...]:
    """Twice the loss, half and ten times the members: what a recommendation must be asked."""
    loss = number_of("network.loss", str(plan.resolved.get("network.loss", "0%")))
    found = []
    if loss:
        found.append(Variation("twice the loss", {"network.loss": f"{min(100.0, 2 * loss):g}%"}))
    else:
        found.append(Variation("1 % of loss", {"network.loss": "1%"}))
    sizes = {"half the members": plan.members // 2, "ten times the members": plan.members * 10}
    for words, members in sizes.items():
        if 2 <= members <= MOST_MEMBERS:
            # What a product works out from the number of members changes with it.
            here, there = product.settings(plan.members), product.settings(members)
            changed = {key: value for key, value in there.items() if value != here.get(key)}
            found.append(Variation(words, {"cluster.members": str(members), **changed}))
    return tuple(found)


def _beyond(product: Product) -> tuple[Beyond, ...]:
    """Of each number that is compiled in its half and its double, as far as they make sense."""
    found = []
    for option in product.beyond:
        if option.values or not option.simulated:
            continue
        axis = option.axis()
        at = axis.number(option.default)
        for other in (at / 2, at * 2):
            inside = min(max(other, axis.low), axis.high)
            text = axis.levels[axis.nearest(axis.text(inside))]
            if axis.number(text) != at:
                found.append(Beyond(option.name, option.key, option.default, text))
    return tuple(found)


def _size_text(file: TuneFile, problem: Problem, plans: Sequence[Plan]) -> str:
    members = ", ".join(f"{plan.members:,}" for plan in plans)
    varied = ", ".join(option.name for option in file.options) or "nothing that can be set"
    return (
        f"{one_line(file.title)}: {members} members; {varied} may vary,"
        f" {'' if problem.space.is_counted else 'at most '}{count(problem.space.size, 'setting')}"
    )


def _report(out: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "analysis", "tune", str(out)])
    if done.returncode != 0:
        raise Failure(
            f"the report could not be made, see above; the runs are kept in {path_text(out)}"
        )
