// SPDX-License-Identifier: MIT
//
// See run.h.
#include "run.h"

#include "tests/protocol/agreement.h"
#include "trace.h"

#include <ostream>

namespace swim
{

using namespace std::chrono_literals;

namespace
{

/// How long a scenario has faults, in protocol periods.
constexpr std::uint32_t FAULTY_PERIODS = 60;

/// Longer than any delay or lag that a fault may leave behind on what is under way.
constexpr Duration AFTERMATH = 5s;

} // namespace

Run::Run(const Scenario& scenario, std::ostream* trace)
    : m_scenario(scenario),
      m_trace(trace),
      m_network(scenario.config, scenario.members, scenario.seed),
      m_views(m_scenario.config, scenario.members),
      m_messages(m_scenario.config, scenario.members),
      m_rounds(m_scenario.config, scenario.members),
      m_hearings(scenario.members),
      m_faults(
          m_network,
          {m_scenario.seed, m_scenario.weather, m_scenario.moves, m_scenario.config.probeInterval},
          [this](Member member, Rng& rng) { Talk(member, rng); },
          [this](const std::string& what) { Log("** " + what); })
{
    m_network.SetApplications([this](Member member) { return m_hearings.Of(member); });
    m_network.Observe(
        [this](Member member, const Node& node, const Outbox& out) { Observe(member, node, out); });
}

void Run::Execute()
{
    Start();
    m_faults.RunFor(FAULTY_PERIODS * m_scenario.config.probeInterval);
    m_faults.End();
    Log("** no faults from now on");
    m_network.RunFor(AFTERMATH);
    m_rounds.Calm(m_network.Now());
    AwaitAgreement();
    StayRight();
    if (AllRight(m_network))
    {
        CutPair();
        BlockDatagrams();
        StayRight();
    }
    CrashOne();
}

void Run::Start()
{
    if (!m_scenario.joining)
    {
        m_network.StartConverged();
        return;
    }
    constexpr Member FIRST[] = {0};
    m_network.Boot(0, 1, {});
    for (Member member = 1; member < m_network.Members(); ++member)
    {
        m_network.RunFor(50ms);
        m_network.Boot(member, 1, FIRST);
    }
}

void Run::Talk(Member member, Rng& rng)
{
    if (rng.Below(2) == 0)
    {
        Log("** m" + std::to_string(member) + " changes its metadata");
        m_network.UpdateMeta(member, std::string(rng.Below(wire::MAX_META_SIZE / 2), 'x'));
        return;
    }
    for (std::uint64_t messages = 1 + rng.Below(20); messages > 0; --messages)
    {
        const std::uint64_t kind = rng.Below(4);
        const BroadcastOptions options{.relay = kind == 0 ? Relay::RECEIVERS : Relay::EVERYBODY,
                                       .name = kind == 1 ? "name" : ""};
        const std::size_t most = m_network.At(member)->MaxBroadcast(options);
        m_network.Broadcast(member, m_hearings.MakePayload(member, rng.Below(most + 1)), options);
    }
}

void Run::Observe(Member member, const Node& node, const Outbox& out)
{
    const Step step{m_network, member, node, out, m_network.Handling()};
    if (m_trace)
    {
        *m_trace << DescribeStep(step) << std::flush;
    }
    try
    {
        m_views.Check(step);
        m_messages.Check(step);
        m_rounds.Check(step);
        m_hearings.Check(step);
    }
    catch (const Violation& violation)
    {
        throw Violation(TimeOf(m_network) + " m" + std::to_string(member) + ": " +
                        violation.what());
    }
}

/// The truth where it is promised; everywhere that nobody holds the dead for living.
void Run::AwaitAgreement()
{
    const Instant last = m_network.Now() + m_scenario.Bound();
    const auto settled = [&] {
        return m_scenario.Heals() ? AllRight(m_network) : NoGhosts(m_network);
    };
    while (!settled() && m_network.Now() < last)
    {
        m_network.RunFor(m_scenario.config.probeInterval);
    }
    Promise(settled(),
            m_scenario.Heals() ? "after the last fault all become right about all in time"
                               : "after the last fault all bury the dead in time");
}

void Run::StayRight()
{
    RunPeriods(2 * m_scenario.members);
    Promise(NoGhosts(m_network), "who is buried stays so");
    Promise(!m_scenario.Heals() || AllRight(m_network), "where nothing fails nothing changes");
}

/// Whether bad health leaves a round time for more than the direct ping.
bool Run::HasTimeForHelp() const
{
    return m_scenario.config.awarenessScales != AwarenessScales::TIMEOUT;
}

/// Two that cannot reach each other are bridged by the others, so neither accuses the other. In a
/// table of more than three times indirect_checks memberlist draws relays at random and may, by bad
/// luck, find none.
void Run::CutPair()
{
    const std::vector<Member> up = m_faults.Up();
    if (!HasTimeForHelp() || up.size() < 3 ||
        m_scenario.members > 3 * m_scenario.config.indirectChecks)
    {
        return;
    }
    Log("** m" + std::to_string(up[0]) + " and m" + std::to_string(up[1]) + " are cut off");
    m_network.Cut(up[0], up[1]);
    m_network.Cut(up[1], up[0]);
    RunPeriods(2 * m_scenario.members);
    m_network.Heal();
    m_network.RunFor(AFTERMATH);
}

/// A member whom no datagram reaches answers over streams.
void Run::BlockDatagrams()
{
    if (!HasTimeForHelp() || !m_scenario.config.streamFallback)
    {
        return;
    }
    const Member blocked = m_faults.Up().back();
    Log("** no datagrams to or from m" + std::to_string(blocked));
    for (Member other = 0; other < m_network.Members(); ++other)
    {
        m_network.Cut(blocked, other, Carries::DATAGRAMS);
        m_network.Cut(other, blocked, Carries::DATAGRAMS);
    }
    RunPeriods(2 * m_scenario.members);
    m_network.Heal();
    m_network.RunFor(AFTERMATH);
}

void Run::CrashOne()
{
    const std::vector<Member> up = m_faults.Up();
    Log("** m" + std::to_string(up.front()) + " crashes");
    m_network.Crash(up.front());
    AwaitAgreement();
}

void Run::RunPeriods(std::uint32_t periods)
{
    m_network.RunFor(periods * m_scenario.config.probeInterval);
}

void Run::Promise(bool holds, const char* rule) const
{
    if (!holds)
    {
        throw Violation(TimeOf(m_network) + ": " + rule + "; " + DescribeViews(m_network));
    }
}

void Run::Log(const std::string& line)
{
    if (m_trace)
    {
        *m_trace << TimeOf(m_network) << ' ' << line << std::endl;
    }
}

} // namespace swim
