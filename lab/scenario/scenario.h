// SPDX-License-Identifier: GPL-2.0-only
//
// A scenario: what a TOML file says about a cluster, its network and what happens to them.
//
// Plain data, read and checked once. A Scenario still holds choices (a sweep's lists, "random 10");
// plan.h turns it with a seed into a Plan, in which nothing is left to choose. What may stand in a
// file is in the tables of keys beside their readers (scenario-*.cc), and reference.h tells of all.
#pragma once

#include "detectors/kind.h"
#include "lab/scenario/anomalous-set.h"
#include "lab/scenario/scenario-error.h"
#include "lab/scenario/targets.h"
#include "lab/scenario/value.h"
#include "lab/scenario/verbs.h"
#include "lab/topology/delay-shape.h"
#include "lab/topology/topology.h"
#include "swim/config.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace swimlab
{

using swim::Duration;

class Inputs;

/// The most members that a scenario may ask for.
inline constexpr std::uint32_t MAX_MEMBERS = 1'000'000;

/// The largest seed: a JSON number holds it exactly.
inline constexpr std::uint64_t MAX_SEED = 9'007'199'254'740'991;

/// The most runs of one scenario, at each point of a sweep.
inline constexpr std::uint32_t MAX_RUNS = 100'000;

/// The most delay or jitter that a network or an event may add.
inline constexpr Duration LONGEST_DELAY = std::chrono::minutes(10);

/// A key and its value as text, as `--set` takes them.
using Setting = std::pair<std::string, std::string>;

/// At which fidelity the network is simulated.
enum class NetworkModel : std::uint8_t
{
    PACKET, ///< sockets, TCP and IPv4 over links with queues
    PATH,   ///< one event a message
};

/// Names of the enumerators, in their order.
inline constexpr std::string_view NETWORK_MODELS = "packet|path";

std::string_view ToString(NetworkModel model);

/// The network's own behaviour, [network].
struct NetworkSpec
{
    NetworkModel model = NetworkModel::PACKET;
    double loss = 0;          ///< probability, per path and packet
    double datagramLoss = 0;  ///< probability, per datagram
    Duration delay{};         ///< added to the topology's, one way; in the mean
    DelayShape delayShape;    ///< how that varies
    Duration jitter{};        ///< the largest, one way
    double duplication = 0;   ///< probability, per path and packet
    double reorder = 0;       ///< probability, per path and packet, to be held back
    Duration reorderBy{};     ///< for how long
    bool queueDiscs = false;  ///< packet: ns-3's queue discs at every device
    bool accessQueue = false; ///< path: sending takes its time at the access link's rate
};

/// One [[cluster.group]]: a cluster of its own on the common network.
struct GroupSpec
{
    Targets members{};
    swim::Config protocol{}; ///< that of the scenario, with the group's own settings
};

/// How a member comes back: with which incarnation and address.
struct Return
{
    enum class Address : std::uint8_t
    {
        OWN,   ///< the one it had
        FRESH, ///< one that nobody had before
        TAKEN, ///< that of `from`, who is down
    };

    std::optional<bool> keepsIncarnation; ///< none: as the cluster does
    Address address = Address::OWN;
    MemberId from = 0;
};

/// How an event that ends begins again, with the same members each time.
struct Recurrence
{
    Duration period{};                  ///< from one beginning to the next
    std::optional<std::uint32_t> times; ///< how often in all; none: until the run ends
    bool inStep = true; ///< false: each member begins at a time of its own within a period
};

/// A message that nobody sent.
struct Injection
{
    Message message = Message::ALIVE;
    MemberId about = 0;
    std::uint32_t incarnation = 0;
    MemberId from = 0; ///< from whose address it comes, and who accuses
};

/// One [[event]], as written.
struct Event
{
    Duration at{};
    Verb verb = Verb::HEAL;
    /// Who is hit; of PARTITION each side; empty: of a verb that sets a value, everybody.
    std::vector<Targets> targets;
    bool minimumCut = false;               ///< PARTITION along the minimum cut
    double probability = 0;                ///< of verbs that set a share
    Duration duration{};                   ///< of verbs that set a time; REORDER
    Direction direction = Direction::BOTH; ///< of what members send or receive
    std::optional<Targets> others;         ///< BLOCK: from whom; none: from everybody
    Carrier carrier = Carrier::ALL;        ///< BLOCK
    std::optional<Duration> lasts;         ///< `for`: until undone; none: for good
    std::optional<Recurrence> recurs;      ///< none: it happens once
    std::optional<Duration> over;          ///< members are hit one by one, spread over this time
    Return comesBack;                      ///< of RESTART, and of CRASH and LEAVE that end
    Duration every{};                      ///< CHURN: mean time between two crashes
    Duration down{};                       ///< CHURN: how long each lasts
    Injection injection;                   ///< INJECT
    std::string meta;                      ///< UPDATE
    std::string name;                      ///< empty: it goes by its number
    SourcePlace place;                     ///< of the verb
    std::string key;                       ///< of the verb: `event.0.crash`, `event.outage.crash`
};

/// One swept key and its values, as written.
struct Axis
{
    std::string key;
    std::vector<std::string> values;
};

/// One line of [verdict]: what a measure should be at a point of the sweep.
struct Expectation
{
    std::string measure;   ///< its name in docs/metrics.md
    std::string point;     ///< the values of the sweep's axes, or `each`
    std::string condition; ///< `<= 60 s`
    SourcePlace place;
};

/// [verdict], as written. It changes nothing in a run; the analysis knows its words and judges.
struct Verdict
{
    std::string about; ///< what is compared; empty: there is no [verdict]
    std::vector<Expectation> expectations;
};

/// How members detect failures, where it is not SWIM.
struct DetectorSpec
{
    const swim::detectors::Kind* kind = nullptr; ///< null: SWIM
    swim::detectors::Values values;              ///< of its parameters
};

/// What a run writes of what its members conclude.
enum class Record : std::uint8_t
{
    EVENTS, ///< every event
    SUMMARY ///< the metrics, computed while it runs
};

/// Names of the enumerators, in their order.
inline constexpr std::string_view RECORDS = "events|summary";

/// [measure]: what the metrics are about. It changes nothing in a run.
struct MeasureSpec
{
    AnomalousSet anomalous = AnomalousSet::WHILE;
    Duration from{};
    std::optional<Duration> to{}; ///< none: the run's end
    bool memberLoads = false;
};

/// [trace]: which messages and decisions a run writes down. It changes nothing else of the run.
struct TraceSpec
{
    bool on = false; ///< whether there is a trace: with the table, unless it says otherwise
    Duration from{};
    std::optional<Duration> to{};     ///< none: the run's end
    std::optional<Targets> members{}; ///< none: everybody
    std::vector<std::string> kinds{}; ///< of messages and of decisions; empty: all
    bool pcap = false;                ///< a capture too
    bool netanim = false;             ///< PACKET: an animation too
};

/// How often a member that no seed answered asks its seeds again, and after how long each time.
struct JoinRetry
{
    std::uint32_t times = UINT32_MAX; ///< UINT32_MAX: for ever
    Duration interval = std::chrono::seconds(1);
};

/// [adapter.KIND]: parameters of members that run a program by an adapter, which knows their names.
struct AdapterSettings
{
    std::string kind;
    SourcePlace place;
    std::vector<std::pair<std::string, Value>> values;
};

struct Scenario
{
    std::filesystem::path file;
    std::shared_ptr<Inputs> inputs;     ///< all that was read for it
    std::vector<std::string> overrides; ///< what LoadScenario was given

    std::string title;
    std::string question;
    std::uint64_t seed = 1;
    std::uint32_t runs = 1;
    Duration duration{};  ///< to the end of the run, wherever it comes from
    std::string endsWith; ///< an event's name; empty: `duration` is as written
    Record record = Record::EVENTS;

    TopologySpec topology;
    NetworkSpec network;

    std::uint32_t members = 0;
    bool startsConverged = true; ///< false: everybody joins, one after the other
    bool startsSettled = true;   ///< who starts converged has run for long (see swim::Age)
    Duration joinSpacing = std::chrono::milliseconds(20); ///< between two joins
    JoinRetry joinRetry;
    std::string preset = "memberlist-lan";
    bool restartKeepsIncarnation = true; ///< a restarted process remembers its incarnation
    Targets seeds = OneMember(0);        ///< whom joining members contact
    DetectorSpec detector;
    swim::Config protocol;         ///< of SWIM
    std::vector<GroupSpec> groups; ///< empty: all members are one cluster

    std::vector<Event> events; ///< in the file's order

    MeasureSpec measure;
    TraceSpec trace;
    std::vector<AdapterSettings> adapters;
    Verdict verdict;

    std::vector<Axis> axes; ///< [sweep], in the file's order, without keys fixed by an override
    /// Swept keys that overrides fix: this scenario's place in the sweep.
    std::vector<Setting> point;

    /// Every key with its value in force, defaults included, in reading order.
    std::vector<Setting> resolved;
    /// Where each key was set, for errors that only show when the plan is made.
    std::vector<std::pair<std::string, SourcePlace>> places;
};

/**
 * Reads and checks a scenario file: everything but what needs the topology (see MakePlan).
 *
 * @param file path of the TOML file
 * @param overrides `key=value` each, as given to `--set`; value is TOML, or plain text without
 *     quotes (`2s`, `random 10`). An override of a swept key fixes that axis; the last of one key
 *     counts. `event.outage.at` reaches into the event of that name, `event.0.at` into the first.
 * @param inputs where its text and other files are; none: `file` and beside it
 * @throws ScenarioError
 */
Scenario LoadScenario(const std::filesystem::path& file,
                      const std::vector<std::string>& overrides = {},
                      std::shared_ptr<Inputs> inputs = nullptr);

/// The seeds of the scenario's runs: `runs` numbers that count up from `seed`.
std::vector<std::uint64_t> Seeds(const Scenario& scenario);

/// One combination of a sweep.
struct SweepPoint
{
    std::string key; ///< `p000`, `p001`, …; empty without a sweep
    std::vector<Setting> settings;
};

/// Every combination, the last axis turning fastest; without a sweep one point without settings.
std::vector<SweepPoint> SweepPoints(const Scenario& scenario);

/// The scenario at one point of its sweep, read again with the point's settings as overrides.
/// @throws ScenarioError
Scenario AtPoint(const Scenario& scenario, const SweepPoint& point);

} // namespace swimlab
