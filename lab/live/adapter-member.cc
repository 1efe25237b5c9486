// SPDX-License-Identifier: GPL-2.0-only
//
// See adapter-member.h.
#include "lab/live/adapter-member.h"

#include "lab/backend/backend.h"
#include "lab/live/containment.h"

#include <algorithm>
#include <fstream>
#include <map>

namespace swimlab
{

namespace
{

/// Between the failure of a command to leave and the end of the member that it may be due to.
constexpr auto LEAVE_PATIENCE = std::chrono::seconds(1);

/// Whether a line can come from there.
bool Comes(AdapterLine::From wanted, AdapterLine::From from)
{
    return wanted == from ||
           (wanted == AdapterLine::From::OUTPUTS && from != AdapterLine::From::FILE);
}

} // namespace

AdapterMember::AdapterMember(MemberSetup setup, const AdapterKind& kind)
    : LiveMember(std::move(setup)),
      m_kind(kind),
      m_adapter(kind.Description()),
      m_views(m_adapter),
      m_folder(Setup().scratch / Setup().name),
      m_readyLimit(Setup().loop),
      m_pollTimer(Setup().loop),
      m_idTimer(Setup().loop),
      m_portTimer(Setup().loop),
      m_leaveTimer(Setup().loop)
{
    m_context.words = AdapterWords(m_adapter, SettingsOf(Setup().plan, m_adapter.kind));
    m_context.folder = m_folder.string();
}

const MemberKind& AdapterMember::Kind() const
{
    return m_kind;
}

void AdapterMember::Impair(const swim::Impairment& /*impairment*/)
{
}

void AdapterMember::Trouble(const SourcePlace& place,
                            const std::string& key,
                            const std::string& what) const
{
    throw RunFailure(ScenarioError(place, key, Setup().name + " " + what).what());
}

MemberWords AdapterMember::WordsOf(MemberId member) const
{
    swim::Address address = Setup().addressOf(member);
    const auto bytes = address.Bytes();
    std::string text;
    for (const std::uint8_t byte : bytes)
    {
        text += (text.empty() ? "" : ".") + std::to_string(byte);
    }
    return {Setup().plan.names[member], member + 1, text};
}

std::vector<std::string> AdapterMember::Command(const Launch& launch)
{
    LetGo(); // where it was not heard of the end of the last
    m_views = AdapterViews(m_adapter);
    m_enterNetwork = launch.enter;
    m_isReady = false;
    m_hasId = false;
    m_polls = 0;
    m_unanswered = 0;
    m_joinsLater = !launch.isBeforeRun || m_adapter.forming == Adapter::Forming::NONE;
    m_context.self = WordsOf(Setup().member);
    m_context.all.clear();
    m_context.seeds.clear();
    for (const Group& group : Setup().plan.groups)
    {
        if (std::ranges::find(group.members, Setup().member) != group.members.end())
        {
            for (const MemberId member : group.members)
            {
                m_context.all.push_back(WordsOf(member));
            }
        }
    }
    for (const MemberId seed : launch.seedMembers)
    {
        if (m_context.seeds.size() < m_adapter.mostSeeds)
        {
            m_context.seeds.push_back(WordsOf(seed));
        }
    }
    PrepareFolder();
    FollowFiles(); // before the process can write
    std::vector<std::string> command;
    if (!m_adapter.environment.empty())
    {
        command.emplace_back("env");
        for (const auto& [name, text] : m_adapter.environment)
        {
            command.push_back(name + "=" + text.Fill(m_context));
        }
    }
    const auto own = FillCommand(m_adapter.command, m_context);
    command.insert(command.end(), own.begin(), own.end());
    return command;
}

void AdapterMember::PrepareFolder() const
{
    std::error_code failed;
    if (!m_adapter.keepsFolder)
    {
        std::filesystem::remove_all(m_folder, failed);
    }
    std::filesystem::create_directories(m_folder, failed);
    for (const auto& [name, text] : m_adapter.files)
    {
        const std::filesystem::path path = m_folder / name;
        std::filesystem::create_directories(path.parent_path(), failed);
        std::ofstream file(path, std::ios::binary);
        file << text.Fill(m_context);
        file.close();
        if (!file)
        {
            throw UserError(path.string() + ": cannot be written");
        }
    }
}

std::function<bool()> AdapterMember::Entrance(const Launch& launch)
{
    return [enter = launch.enter, place = Containment(Setup().name, m_folder.string())]() {
        return (!enter || enter()) && place.Enter();
    };
}

std::function<bool()> AdapterMember::EntranceBeside() const
{
    return [enter = m_enterNetwork, place = SharedContainment(Pid(), m_folder.string())]() {
        return (!enter || enter()) && place.Enter();
    };
}

std::unique_ptr<Questioner> AdapterMember::NewQuestioner() const
{
    return std::make_unique<Questioner>(Setup().loop, m_enterNetwork, EntranceBeside());
}

void AdapterMember::Greet(const Launch& /*launch*/)
{
    m_poller = NewQuestioner();
    m_asker = NewQuestioner();
    m_command = NewQuestioner();
    NameItself();
    After(m_readyLimit, m_adapter.readyWithin, [this] {
        if (!m_isReady && !IsPaused())
        {
            Trouble(m_adapter.readyPlace,
                    "ready.within",
                    "is not ready within " + swim::FormatDuration(m_adapter.readyWithin) + ": " +
                        (m_adapter.readyLine ? "no line of its output matches ready.log"
                                             : "nobody takes connections at ready.tcp") +
                        LastWordsText());
        }
    });
    if (m_adapter.readyPort)
    {
        TryPort();
    }
}

/// Where its name is known without asking it.
void AdapterMember::NameItself()
{
    Identities& identities = Setup().identities;
    const MemberId member = Setup().member;
    if (!m_adapter.isStableOverRestart)
    {
        identities.Forget(m_adapter.kind, member);
    }
    const auto know = [&](const std::string& id) {
        identities.Know(m_adapter.kind, member, id);
        m_hasId = true;
    };
    switch (m_adapter.identity)
    {
    case Adapter::Identity::NAME:
        know(m_context.self.name);
        break;
    case Adapter::Identity::NUMBER:
        know(std::to_string(m_context.self.number));
        break;
    case Adapter::Identity::ADDRESS:
        know(m_context.self.address);
        break;
    case Adapter::Identity::ID:
        if (m_adapter.idTemplate)
        {
            know(m_adapter.idTemplate->Fill(m_context));
        }
        break;
    }
}

/// Each file once, so that lines of several rules are heard in the order in which they were written.
void AdapterMember::FollowFiles()
{
    std::map<std::filesystem::path, std::vector<std::size_t>> rulesOf;
    for (std::size_t rule = 0; rule < m_adapter.lines.size(); ++rule)
    {
        const AdapterLine& line = m_adapter.lines[rule];
        if (line.from == AdapterLine::From::FILE)
        {
            const std::filesystem::path file = line.file.Fill(m_context);
            rulesOf[file.lexically_normal()].push_back(rule);
        }
    }
    for (const auto& [file, rules] : rulesOf)
    {
        m_followed.push_back(
            std::make_unique<FileLines>(Setup().loop,
                                        file,
                                        [this, rules = rules](std::string_view text) {
                                            for (const std::size_t rule : rules)
                                            {
                                                Tell(m_views.ReadLine(rule, text, NowNs()));
                                            }
                                        }));
    }
}

void AdapterMember::OnLine(std::string_view line)
{
    Remember(line);
    Read(AdapterLine::From::OUTPUT, line);
}

void AdapterMember::OnErrorLine(std::string_view line)
{
    Read(AdapterLine::From::ERRORS, line);
}

void AdapterMember::Read(AdapterLine::From from, std::string_view line)
{
    if (!m_hasId && m_adapter.idPattern && !m_adapter.idQuestion)
    {
        if (const auto match = m_adapter.idPattern->Search(line))
        {
            m_hasId = true;
            Setup().identities.Know(m_adapter.kind,
                                    Setup().member,
                                    std::string(match->Find("id").value_or("")));
        }
    }
    if (!m_isReady && m_adapter.readyLine && m_adapter.readyLine->Search(line))
    {
        OnReady();
    }
    for (std::size_t rule = 0; rule < m_adapter.lines.size(); ++rule)
    {
        if (Comes(m_adapter.lines[rule].from, from))
        {
            Tell(m_views.ReadLine(rule, line, NowNs()));
        }
    }
}

void AdapterMember::Tell(const std::vector<AdapterViews::Finding>& findings)
{
    Identities& identities = Setup().identities;
    for (const AdapterViews::Finding& finding : findings)
    {
        Conclusion conclusion{.timeNs = NowNs(), .observer = Setup().member, .kind = finding.kind};
        if (finding.ownWord)
        {
            conclusion.source = Party(Setup().member);
        }
        else if (!finding.source.empty())
        {
            conclusion.source = identities.Find(m_adapter.kind, finding.source);
        }
        if (finding.subject.empty())
        {
            conclusion.subject = Party(Setup().member);
            Setup().listener.OnConclusion(conclusion);
            continue;
        }
        // It knows itself: that is no news, unless it was accused.
        identities.Resolve(m_adapter.kind,
                           finding.subject,
                           [&listener = Setup().listener, conclusion](const Party& subject) {
                               Conclusion whole = conclusion;
                               whole.subject = subject;
                               if (subject.member != conclusion.observer ||
                                   conclusion.kind == swim::EventKind::REFUTED)
                               {
                                   listener.OnConclusion(whole);
                               }
                           });
    }
}

/// Only those that are there by now can be told of.
void AdapterMember::Form(const std::vector<MemberId>& members, std::function<void()> onFormed)
{
    m_context.seeds.clear();
    if (members.front() != Setup().member)
    {
        m_context.seeds.push_back(WordsOf(members.front()));
    }
    TextContext context = m_context;
    std::erase_if(context.all, [&](const MemberWords& one) {
        return std::ranges::find(members, one.number - 1) == members.end();
    });
    RunBeside(FillCommand(m_adapter.formCommand, context),
              m_adapter.formWithin,
              std::move(onFormed),
              TroubleAt(m_adapter.formPlace, "form"));
}

/// A command that waits for the member's end may be ended with the member, which is no failure of it.
void AdapterMember::Leave()
{
    if (!IsRunning() || m_leaves)
    {
        return;
    }
    if (m_adapter.leaveSignal != 0)
    {
        Signal(m_adapter.leaveSignal);
        return;
    }
    m_leaves = true;
    m_command = NewQuestioner(); // a join that is on its way is given up
    const auto trouble = TroubleAt(m_adapter.leavePlace, "leave");
    RunBeside(
        FillCommand(m_adapter.leaveCommand, m_context),
        m_adapter.leaveWithin,
        [] {},
        [this, trouble](const std::string& what) {
            After(m_leaveTimer, LEAVE_PATIENCE, [trouble, what] { trouble(what); });
        });
}

void AdapterMember::OnGone()
{
    for (const auto& file : m_followed)
    {
        file->Read();
    }
    LetGo();
}

void AdapterMember::SignalRest(int number)
{
    SharedContainment(Pid(), m_folder.string()).Signal(number);
}

void AdapterMember::LetGo()
{
    ++m_number;
    m_leaves = false;
    for (asio::steady_timer* const timer :
         {&m_readyLimit, &m_pollTimer, &m_idTimer, &m_portTimer, &m_leaveTimer})
    {
        timer->cancel();
    }
    m_poller.reset();
    m_asker.reset();
    m_command.reset();
    m_followed.clear();
}

} // namespace swimlab
