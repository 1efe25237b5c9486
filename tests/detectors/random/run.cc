// SPDX-License-Identifier: MIT
//
// See run.h.
#include "run.h"

#include "swim/key-table.h"

#include <ostream>

namespace swim::detectors
{

using namespace std::chrono_literals;

namespace
{

/// Members draw from streams from 0, the network and its faults from the last ones.
constexpr std::uint64_t DRAW_STREAM = UINT64_MAX - 3;
constexpr std::uint64_t NONSENSE_STREAM = UINT64_MAX - 4;

constexpr std::uint32_t FEWEST_MEMBERS = 2;
constexpr std::uint32_t MOST_MEMBERS = 12;

/// How long there are faults, and how far they are apart: half of it more or less.
constexpr Duration FAULTY = 60s;
constexpr Duration PERIOD = 1s;

/// Longer than any delay or lag that a fault may leave behind on what is under way.
constexpr Duration AFTERMATH = 5s;

/// How long what is right must stay so.
constexpr Duration QUIET = 60s;

constexpr std::uint32_t NONSENSE = 150;

std::string TimeOf(const VirtualNetwork& network)
{
    return FormatDuration(network.Now().time_since_epoch());
}

std::string M(Member member)
{
    return 'm' + std::to_string(member);
}

MemberState StateIn(const Detector& detector, Member subject)
{
    const Slot slot = detector.Members().Find(VirtualNetwork::NameOf(subject));
    return slot == NONE ? MemberState::DEAD : detector.Members().At(slot).State();
}

} // namespace

Draw::Draw(const Kind& detector, std::uint64_t number)
    : kind(detector),
      seed(number),
      values(detector.parameters)
{
    Rng rng(seed, DRAW_STREAM);
    for (const Parameter& row : kind.parameters)
    {
        std::size_t words = 0;
        while (row.type == ParameterType::WORD && WordAt(row.words, words))
        {
            ++words;
        }
        if (words > 0)
        {
            values.Set(row, *WordAt(row.words, rng.Below(words)));
        }
    }
    if (kind.check(values))
    {
        values = Values(kind.parameters);
    }
    members =
        FEWEST_MEMBERS + static_cast<std::uint32_t>(rng.Below(MOST_MEMBERS - FEWEST_MEMBERS + 1));
    joining = rng.Below(3) == 0;
    weather = static_cast<Weather>(rng.Below(3));
}

std::string Draw::Describe() const
{
    std::string text = std::string(kind.name) + ", seed " + std::to_string(seed) + ": " +
                       std::to_string(members) + " members";
    for (const Parameter& row : kind.parameters)
    {
        if (values.Get(row) != Values(kind.parameters).Get(row))
        {
            text += ", " + std::string(row.name) + " = " + values.Get(row);
        }
    }
    constexpr std::string_view WEATHERS[] = {"calm", "rough", "storm"};
    return text + (joining ? "; they join; " : "; they know each other; ") +
           std::string(WEATHERS[static_cast<std::size_t>(weather)]);
}

RandomRun::RandomRun(const Draw& draw, std::ostream* trace)
    : m_draw(draw),
      m_trace(trace),
      m_network(
          [this, make = draw.kind.make(draw.values)](const Detector::Setup& setup,
                                                     const Rng& rng,
                                                     Directory& directory) {
              auto made = make(setup, rng, directory);
              m_processes[VirtualNetwork::MemberOf(directory.Get(setup.self).name)] = made.get();
              return made;
          },
          draw.members,
          draw.seed),
      m_processes(draw.members),
      m_views(m_draw.kind, draw.members),
      m_faults(m_network,
               {.seed = draw.seed,
                .weather = draw.weather,
                .period = PERIOD,
                .leaves = draw.kind.leaves},
               nullptr,
               [this](const std::string& what) { Log("** " + what); })
{
    m_network.ObserveAny([this](Member member, const Detector& detector, const Outbox& out) {
        Observe(member, detector, out);
    });
}

void RandomRun::Execute()
{
    Start();
    m_faults.RunFor(FAULTY);
    m_faults.End();
    Log("** no faults from now on");
    m_network.RunFor(AFTERMATH);
    AwaitAgreement("after the last fault all become right about all in time");
    m_network.RunFor(QUIET);
    Promise(!m_draw.Heals() || AllRight(), "where nothing fails nothing changes");
    const Member first = m_faults.Up().front();
    Log("** " + M(first) + " crashes");
    m_network.Crash(first);
    AwaitAgreement("a crash is found by all in time");
    SendNonsense();
}

void RandomRun::Start()
{
    if (!m_draw.joining)
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

void RandomRun::Observe(Member member, const Detector& detector, const Outbox& out)
{
    m_hash.Add(member, m_network.Now(), out);
    m_corpus.Add(m_network.Handling());
    for (const Event& event : out.Events())
    {
        Log(M(member) + ": " + std::string(EventKindName(event.kind)) + ' ' +
            (event.subject == NONE ? "" : M(VirtualNetwork::MemberOf(event.subject))) + " at " +
            std::to_string(event.incarnation));
    }
    try
    {
        m_views.Check(m_network, member, detector, out);
    }
    catch (const Violation& violation)
    {
        throw Violation(TimeOf(m_network) + ' ' + M(member) + ": " + violation.what());
    }
}

/// A kind that buries nobody can do no better than doubt.
bool RandomRun::Right(Member observer, Member subject) const
{
    const MemberState state = StateIn(*m_network.DetectorAt(observer), subject);
    if (m_network.DetectorAt(subject) != nullptr)
    {
        return state == MemberState::ALIVE;
    }
    return state != MemberState::ALIVE && (state != MemberState::SUSPECT || !m_draw.kind.buries);
}

bool RandomRun::AllRight() const
{
    for (const Member observer : m_faults.Up())
    {
        for (Member subject = 0; subject < m_network.Members(); ++subject)
        {
            if (!Right(observer, subject))
            {
                return false;
            }
        }
    }
    return true;
}

void RandomRun::AwaitAgreement(const char* rule)
{
    const Instant last =
        m_network.Now() + m_draw.kind.healsWithin(m_draw.values, m_network.Members());
    while (m_draw.Heals() && !AllRight() && m_network.Now() < last)
    {
        m_network.RunFor(1s);
    }
    Promise(!m_draw.Heals() || AllRight(), rule);
}

/// To two of those who run; what becomes of the cluster then says nothing.
void RandomRun::SendNonsense()
{
    const std::vector<Member> up = m_faults.Up();
    Rng rng(m_draw.seed, NONSENSE_STREAM);
    for (std::size_t i = 0; i < std::min<std::size_t>(up.size(), 2); ++i)
    {
        const Member other = up[(i + 1) % up.size()];
        CheckMalformed({*m_processes[up[i]],
                        VirtualNetwork::NameOf(up[i]),
                        m_network.AddressOf(other),
                        m_network.Now()},
                       m_corpus,
                       NONSENSE,
                       rng);
    }
}

void RandomRun::Promise(bool holds, const char* rule) const
{
    if (holds)
    {
        return;
    }
    std::string wrong;
    for (const Member observer : m_faults.Up())
    {
        for (Member subject = 0; subject < m_network.Members(); ++subject)
        {
            wrong += Right(observer, subject)
                         ? ""
                         : "; " + M(observer) + " holds " + M(subject) + " for " +
                               std::to_string(static_cast<int>(
                                   StateIn(*m_network.DetectorAt(observer), subject)));
        }
    }
    throw Violation(TimeOf(m_network) + ": " + rule + wrong);
}

void RandomRun::Log(const std::string& line)
{
    if (m_trace != nullptr)
    {
        *m_trace << TimeOf(m_network) << ' ' << line << std::endl;
    }
}

void CheckRandomCluster(const Draw& draw, std::ostream* trace)
{
    RandomRun once(draw, trace);
    once.Execute();
    RandomRun again(draw, nullptr);
    again.Execute();
    Require(once.Hash() == again.Hash(), "the same seed gives the same bytes");
}

} // namespace swim::detectors
