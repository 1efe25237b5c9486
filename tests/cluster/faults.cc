// SPDX-License-Identifier: MIT
//
// See faults.h.
#include "faults.h"

#include "tests/protocol/agreement.h"

namespace swim
{

using namespace std::chrono_literals;

namespace
{

/// The generator of the faults; members use streams from 0, the network the last one.
constexpr std::uint64_t FAULTS_STREAM = UINT64_MAX - 1;

constexpr std::size_t FEWEST_UP = 2;

/// An address has one byte for its renewals.
constexpr std::uint32_t MOST_MOVES = 200;

std::string NameOf(Carries what)
{
    switch (what)
    {
    case Carries::DATAGRAMS:
        return "datagrams";
    case Carries::STREAMS:
        return "streams";
    default:
        return "everything";
    }
}

std::string M(Member member)
{
    return 'm' + std::to_string(member);
}

} // namespace

Faults::Faults(VirtualNetwork& network, const Setup& setup, Talk talk, Log log)
    : m_network(network),
      m_setup(setup),
      m_talk(std::move(talk)),
      m_log(std::move(log)),
      m_rng(setup.seed, FAULTS_STREAM),
      m_leftInLife(network.Members())
{
}

void Faults::RunFor(Duration time)
{
    const Instant end = m_network.Now() + time;
    const auto longest = static_cast<std::uint64_t>(4 * m_setup.period.count());
    while (m_network.Now() < end)
    {
        InflictOne();
        m_network.RunFor(Duration(static_cast<std::int64_t>(m_rng.Below(longest))));
    }
}

void Faults::InflictOne()
{
    if (m_setup.weather == Weather::STORM && m_rng.Below(2) == 0)
    {
        FailNetwork();
    }
    else
    {
        FailProcess();
    }
}

void Faults::FailProcess()
{
    switch (m_rng.Below(m_setup.weather == Weather::CALM ? 5 : 7))
    {
    case 0:
    case 1:
        StopOne();
        return;
    case 2:
    case 3:
        BootOne();
        return;
    case 4:
        TalkOne();
        return;
    case 5:
        PauseOrResume();
        return;
    default:
        SlowOrHurry();
        return;
    }
}

void Faults::FailNetwork()
{
    switch (m_rng.Below(6))
    {
    case 0:
        CutOne();
        return;
    case 1:
        Part();
        return;
    case 2:
        Worsen();
        return;
    case 3:
        UnplugOrPlug();
        return;
    default:
        Mend();
        return;
    }
}

void Faults::StopOne()
{
    std::vector<Member> staying = Up();
    std::erase_if(staying, [&](Member member) { return Leaving(member); });
    if (staying.size() <= FEWEST_UP)
    {
        return;
    }
    const Member member = OneOf(staying);
    if (m_rng.Below(2) == 0 || !m_setup.leaves || m_network.Paused(member))
    {
        Say("crashes", member);
        m_network.Crash(member);
    }
    else
    {
        Say("leaves", member);
        m_leftInLife[member] = m_network.Life(member);
        m_network.Leave(member);
    }
}

void Faults::BootOne()
{
    const std::vector<Member> down = Down();
    if (!down.empty())
    {
        Boot(OneOf(down));
    }
}

/// A process that forgot its incarnation starts at 1; one that remembers, far above its old one.
void Faults::Boot(Member member)
{
    if (m_setup.moves && m_rng.Below(2) == 0 && m_network.Moves(member) < MOST_MOVES)
    {
        Readdress(member);
    }
    const Member seeds[] = {OneOf(Up()), OneOf(Up())};
    const std::uint32_t incarnation = m_rng.Below(2) == 0 ? 1 : 1000 * m_network.Life(member);
    Say("starts at incarnation " + std::to_string(incarnation) + ", joins through " + M(seeds[0]) +
            " and " + M(seeds[1]),
        member);
    m_network.Boot(member, incarnation, seeds);
}

void Faults::Readdress(Member member)
{
    const Member other = OneOf(Down());
    if (other == member)
    {
        Say("has a new address", member);
        m_network.Move(member);
    }
    else
    {
        Say("swaps addresses with " + M(other), member);
        m_network.Swap(member, other);
    }
}

void Faults::TalkOne()
{
    const Member member = OneOf(Up());
    if (m_talk && !m_network.Paused(member) && !Leaving(member))
    {
        m_talk(member, m_rng);
    }
}

void Faults::PauseOrResume()
{
    const Member member = OneOf(Up());
    if (m_network.Paused(member))
    {
        Say("resumes", member);
        m_network.Resume(member);
    }
    else
    {
        Say("pauses", member);
        m_network.Pause(member);
    }
}

void Faults::SlowOrHurry()
{
    const Member member = Anybody();
    const Duration lag = m_rng.Below(2) == 0 ? Duration::zero() : Duration(1ms * m_rng.Below(2000));
    Say("lags by " + FormatDuration(lag), member);
    m_network.SlowDown(member, lag);
}

void Faults::CutOne()
{
    const Member from = Anybody();
    const Member to = Anybody();
    const Carries what = Something();
    Say("no longer gets " + NameOf(what) + " through to " + M(to), from);
    m_network.Cut(from, to, what);
}

void Faults::Part()
{
    const Member side = Anybody();
    const Carries what = Something();
    m_log(NameOf(what) + " no longer pass between members below " + M(side) + " and the others");
    m_network.Partition(side, what);
}

void Faults::Worsen()
{
    const VirtualNetwork::Conditions conditions{.delayMin = 1ms,
                                                .delayMax = 1ms * (1 + m_rng.Below(700)),
                                                .loss = 0.4 * m_rng.Unit(),
                                                .duplication = 0.2 * m_rng.Unit()};
    m_log("delay up to " + FormatDuration(conditions.delayMax) + ", loss " +
          std::to_string(conditions.loss) + ", duplication " +
          std::to_string(conditions.duplication));
    m_network.SetConditions(conditions);
}

void Faults::UnplugOrPlug()
{
    const Member member = Anybody();
    if (m_network.Unplugged(member))
    {
        Say("is plugged in", member);
        m_network.Plug(member);
    }
    else
    {
        Say("is unplugged", member);
        m_network.Unplug(member);
    }
}

void Faults::Mend()
{
    m_log("all cuts and conditions are mended");
    m_network.Heal();
    m_network.SetConditions({});
}

void Faults::End()
{
    Mend();
    for (Member member = 0; member < m_network.Members(); ++member)
    {
        m_network.SlowDown(member, Duration::zero());
        m_network.Plug(member);
    }
    for (const Member member : Up())
    {
        if (Leaving(member))
        {
            Say("has told enough of its leaving", member);
            m_network.Crash(member);
        }
        else if (m_network.Paused(member))
        {
            Say("resumes", member);
            m_network.Resume(member);
        }
    }
    for (const Member member : Down())
    {
        if (m_rng.Below(2) == 0)
        {
            Boot(member);
        }
    }
    const std::vector<Member> up = Up();
    for (const Member member : up)
    {
        if (m_network.Life(member) > 1)
        {
            Say("joins through everybody", member);
            m_network.Join(member, up);
        }
    }
}

bool Faults::Leaving(Member member) const
{
    return m_leftInLife[member] == m_network.Life(member);
}

std::vector<Member> Faults::Up() const
{
    std::vector<Member> up;
    for (Member member = 0; member < m_network.Members(); ++member)
    {
        if (m_network.DetectorAt(member))
        {
            up.push_back(member);
        }
    }
    return up;
}

std::vector<Member> Faults::Down() const
{
    std::vector<Member> down;
    for (Member member = 0; member < m_network.Members(); ++member)
    {
        if (!m_network.DetectorAt(member))
        {
            down.push_back(member);
        }
    }
    return down;
}

Member Faults::OneOf(const std::vector<Member>& members)
{
    return members[m_rng.Below(members.size())];
}

Member Faults::Anybody()
{
    return static_cast<Member>(m_rng.Below(m_network.Members()));
}

Carries Faults::Something()
{
    constexpr Carries ANYTHING[] = {Carries::ALL, Carries::DATAGRAMS, Carries::STREAMS};
    return ANYTHING[m_rng.Below(std::size(ANYTHING))];
}

void Faults::Say(const std::string& what, Member member)
{
    m_log(M(member) + ' ' + what);
}

} // namespace swim
