// SPDX-License-Identifier: GPL-2.0-only
//
// The table of verbs.
#include "lab/scenario/verbs.h"

#include "swim/enum-rows.h"
#include "swim/key-table.h"

#include <algorithm>

namespace swimlab
{

namespace
{

using VerbOptions = std::array<std::string_view, 4>;

constexpr VerbOptions ONE_BY_ONE = {"over"};
constexpr VerbOptions COMING_BACK = {"over", "incarnation", "address"};
constexpr VerbOptions WHOSE = {"members", "direction"};

/// What happens to the processes of members. @param undoing none: nothing undoes it
constexpr VerbInfo ProcessVerb(std::string_view name,
                               Verb verb,
                               bool startsProcess,
                               std::optional<Verb> undoing,
                               VerbOptions options,
                               std::string_view meaning)
{
    return {name,
            verb,
            VerbClass::PROCESS,
            Operand::MEMBERS,
            true,
            startsProcess,
            undoing,
            options,
            0,
            meaning};
}

/// What happens between members.
constexpr VerbInfo NetworkVerb(std::string_view name,
                               Verb verb,
                               Operand operand,
                               std::optional<Verb> undoing,
                               VerbOptions options,
                               std::string_view meaning)
{
    return {name, verb, VerbClass::NETWORK, operand, false, false, undoing, options, 0, meaning};
}

/// A value of the network, or of members on top of it.
constexpr VerbInfo ValueVerb(std::string_view name,
                             Verb verb,
                             Operand operand,
                             std::string_view meaning)
{
    return {name, verb, VerbClass::VALUE, operand, false, false, verb, WHOSE, 0, meaning};
}

constexpr VerbInfo VERBS[] = {
    ProcessVerb("crash",
                Verb::CRASH,
                false,
                Verb::RESTART,
                COMING_BACK,
                "The process is gone at once and says nothing; its machine drops what comes."),
    ProcessVerb("restart",
                Verb::RESTART,
                true,
                {},
                COMING_BACK,
                "A process that crashed or left starts again and joins through the seeds."),
    ProcessVerb("pause",
                Verb::PAUSE,
                false,
                Verb::RESUME,
                ONE_BY_ONE,
                "The process stops, its clock runs on, and datagrams wait in its socket."),
    ProcessVerb("resume",
                Verb::RESUME,
                false,
                {},
                ONE_BY_ONE,
                "A paused process goes on where it stopped."),
    ProcessVerb("stall",
                Verb::STALL,
                false,
                Verb::UNSTALL,
                {"over", "by"},
                "Lifeguard's slow member: each task of the process blocks right before its next "
                "send or right after its next receive, and datagrams wait in its socket. What "
                "needs neither runs on, the timers of suspicions among them."),
    ProcessVerb("unstall",
                Verb::UNSTALL,
                false,
                {},
                ONE_BY_ONE,
                "A stalled process sends what it blocked on and handles what waits, in order."),
    ProcessVerb("leave",
                Verb::LEAVE,
                false,
                Verb::RESTART,
                COMING_BACK,
                "The process leaves the cluster in good order, and ends."),
    ProcessVerb("join",
                Verb::JOIN,
                true,
                {},
                ONE_BY_ONE,
                "A member that was not there from the start starts for the first time and joins."),
    NetworkVerb(
        "partition",
        Verb::PARTITION,
        Operand::SIDES,
        Verb::HEAL,
        {},
        "Nothing passes between the sides: a list of members each, or `\"minimum cut\"`, which "
        "parts the topology where the fewest links are. Members on no side form one more."),
    NetworkVerb("heal", Verb::HEAL, Operand::NOTHING, {}, {}, "Ends the partition."),
    NetworkVerb(
        "block",
        Verb::BLOCK,
        Operand::MEMBERS,
        Verb::UNBLOCK,
        {"to", "direction", "carries"},
        "What these members send and receive vanishes, as behind a firewall or on a half-open "
        "path."),
    NetworkVerb("unblock",
                Verb::UNBLOCK,
                Operand::NOTHING,
                {},
                {},
                "Ends all blocks; `heal` ends none."),
    {"disconnect",
     Verb::DISCONNECT,
     VerbClass::CARD,
     Operand::MEMBERS,
     true,
     false,
     Verb::RECONNECT,
     ONE_BY_ONE,
     0,
     "The cable is pulled: sending fails at once, and nothing arrives."},
    {"reconnect",
     Verb::RECONNECT,
     VerbClass::CARD,
     Operand::MEMBERS,
     true,
     false,
     {},
     ONE_BY_ONE,
     0,
     "The cable is plugged in again."},
    {"churn",
     Verb::CHURN,
     VerbClass::PROCESS,
     Operand::MEMBERS,
     false,
     false,
     Verb::RESTART,
     {"every", "down", "incarnation", "address"},
     2,
     "Members crash at random times, one at a time, and each comes back after a while."},
    {"inject",
     Verb::INJECT,
     VerbClass::MESSAGE,
     Operand::MESSAGE,
     true,
     false,
     {},
     {"into", "about", "incarnation", "from"},
     4,
     "A message that nobody sent arrives, without label and in plain."},
    {"update",
     Verb::UPDATE,
     VerbClass::MESSAGE,
     Operand::MEMBERS,
     true,
     false,
     {},
     {"meta", "over"},
     1,
     "Members change their metadata."},
    ValueVerb("loss",
              Verb::LOSS,
              Operand::SHARE,
              "From now on, the share of packets that are lost, of datagrams and of streams."),
    ValueVerb("datagram_loss",
              Verb::DATAGRAM_LOSS,
              Operand::SHARE,
              "From now on, the share of datagrams that are lost, besides `loss`."),
    ValueVerb("delay", Verb::DELAY, Operand::TIME, "From now on, the delay added to each packet."),
    ValueVerb("jitter",
              Verb::JITTER,
              Operand::TIME,
              "From now on, the most delay added at random to each packet, uniform from 0."),
    ValueVerb("duplication",
              Verb::DUPLICATION,
              Operand::SHARE,
              "From now on, the share of packets that arrive twice."),
    {"reorder",
     Verb::REORDER,
     VerbClass::VALUE,
     Operand::SHARE,
     false,
     false,
     Verb::REORDER,
     {"by", "members", "direction"},
     1,
     "From now on, the share of packets that are held back, which later ones overtake."},
    {"slow",
     Verb::SLOW,
     VerbClass::SLOWNESS,
     Operand::MEMBERS,
     false,
     false,
     Verb::SLOW,
     {"by"},
     1,
     "The process handles each message late; its timers are on time."},
};

static_assert(swim::AreInOrder(VERBS, &VerbInfo::verb), "InfoOf looks a verb up by its value");

} // namespace

bool VerbInfo::Takes(std::string_view option) const
{
    return std::find(options.begin(), options.end(), option) != options.end();
}

bool VerbInfo::Needs(std::string_view option) const
{
    const auto needed = std::span(options).first(required);
    return std::find(needed.begin(), needed.end(), option) != needed.end();
}

std::span<const VerbInfo> VerbTable()
{
    return VERBS;
}

const VerbInfo& InfoOf(Verb verb)
{
    return VERBS[static_cast<std::size_t>(verb)];
}

bool SetsValue(Verb verb)
{
    const VerbClass what = InfoOf(verb).what;
    return what == VerbClass::VALUE || what == VerbClass::SLOWNESS;
}

bool ImpairsNetwork(Verb verb)
{
    const VerbClass what = InfoOf(verb).what;
    return what == VerbClass::CARD || what == VerbClass::NETWORK || what == VerbClass::VALUE;
}

bool HitsMembers(Verb verb)
{
    return InfoOf(verb).hitsMembers;
}

bool IsSuffered(Verb verb)
{
    return verb == Verb::SLOW || verb == Verb::STALL || verb == Verb::UNSTALL;
}

bool StartsProcess(Verb verb)
{
    return InfoOf(verb).startsProcess;
}

Verb Undoing(Verb verb)
{
    return InfoOf(verb).undoing.value();
}

std::optional<Verb> FindVerb(std::string_view name)
{
    const auto found = std::ranges::find(VerbTable(), name, &VerbInfo::name);
    return found == VerbTable().end() ? std::nullopt : std::optional(found->verb);
}

std::string_view ToString(Verb verb)
{
    return InfoOf(verb).name;
}

std::string_view ToString(Direction direction)
{
    return swim::NameOf(DIRECTIONS, direction);
}

std::string_view ToString(Carrier carrier)
{
    return swim::NameOf(CARRIERS, carrier);
}

std::string_view ToString(Message message)
{
    return swim::NameOf(MESSAGES, message);
}

} // namespace swimlab
