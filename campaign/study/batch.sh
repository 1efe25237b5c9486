#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# batch.sh PROGRAM SCENARIO LINES RESULT: does the runs of one batch on a worker machine.
#
# A worker machine is a bare Debian 12 with libns3, so this is plain sh. It works in a folder of its own
# under TMPDIR and leaves one file, RESULT, which comes into being whole: a tar archive of
#
#     batch.jsonl    LINES, as `PROGRAM work` takes them; "out" of each names its folder
#     answers        a line a run, in their order: what PROGRAM answered, or {"crashed": EXIT CODE}
#     crashed-N      what PROGRAM said last, when line N was the one that it did not survive
#     NAME/          the records of a run
#
# Stopped by a signal it keeps what is done. Before the first run it makes sure that the program and its
# libraries are those of the machine that asks; where they are not, it tells so in RESULT.unfit.
set -u
export LC_ALL=C.UTF-8 TZ=UTC GLIBC_TUNABLES=glibc.malloc.hugetlb=1

sum_there=@SUM@
about_there='@ABOUT@'

worker=${SLURMD_NODENAME:-$(uname -n)}

absolute() # PATH
{
    case $1 in
        /*) printf '%s\n' "$1" ;;
        *) printf '%s\n' "$PWD/$1" ;;
    esac
}

program=$(absolute "$1")
scenario=$(absolute "$2")
lines=$(absolute "$3")
result=$(absolute "$4")
inputs=$(dirname -- "$scenario")

unfit() # TEXT...
{
    {
        printf '%s\n' "$worker"
        printf '%s\n' "$@"
    } | tee -- "$result.unfit" >&2
    exit 1
}

check_worker()
{
    sum=$(sha256sum <"$program" | cut -d ' ' -f 1)
    [ "$sum" = "$sum_there" ] ||
        unfit "$program has the sha256 $sum, and $sum_there where the study is; copy it again"
    [ -x "$program" ] || chmod +x "$program"
    "$program" about >found 2>words ||
        unfit "the simulator does not start: $(tail -n 3 words)" \
            "a worker machine needs Debian 12 with its libns3: apt-get install libns3.37"
    [ "$(cat found)" = "$about_there" ] && return
    printf '%s' "$about_there" | tr '{},' '\n' >expected
    unfit "the simulator meets other libraries than where the study is; its results could differ:" \
        "$(tr '{},' '\n' <found | grep -vxFf expected)" \
        "bring both machines to the same state of Debian 12: apt-get update && apt-get upgrade"
}

# Starts the program for the lines that have no answer yet; it ends with them or at the first that fails.
work_on()
{
    tail -n "+$((answered + 1))" batch.jsonl >rest
    "$program" work "$scenario" --inputs "$inputs" <rest >said 2>words &
    child=$!
    wait "$child"
    code=$?
    [ -z "$stopped" ] || wait "$child"
    child=
    grep -E '^\{"(done|failed)":.*\}$' said >ended
    answered=$((answered + $(wc -l <ended)))
    cat ended >>answers
    if [ -z "$stopped" ] && [ "$answered" -lt "$total" ] && ! grep -q '^{"failed":' ended; then
        tail -n 40 words >"crashed-$answered"
        printf '{"crashed": %d}\n' "$code" >>answers
        answered=$((answered + 1))
    fi
}

box=$(mktemp -d "${TMPDIR:-/tmp}/swimlab.XXXXXXXX") || exit 1
child=
stopped=
trap 'rm -rf -- "$box"' EXIT
trap 'stopped=yes; [ -z "$child" ] || kill "$child"' TERM INT HUP
cd -- "$box" || exit 1
check_worker

cp -- "$lines" batch.jsonl || exit 1
sed 's/^{"out": "\([^"]*\)".*/\1/' batch.jsonl | xargs mkdir || exit 1
total=$(wc -l <batch.jsonl)
answered=0
: >answers
while [ "$answered" -lt "$total" ] && [ -z "$stopped" ]; do
    work_on
done

rm -f rest said words ended found
partial=$result.$worker.$$.partial
if tar -cf "$partial" -- * && mv -- "$partial" "$result"; then
    exit 0
fi
rm -f -- "$partial"
echo "$worker: $result cannot be written, see above" >&2
exit 1
