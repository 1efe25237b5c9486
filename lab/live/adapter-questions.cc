// SPDX-License-Identifier: GPL-2.0-only
//
// What a member by an adapter is asked while it runs: whether it is ready, who it is, whom it knows; and
// what is run beside it. See adapter-member.h.
#include "lab/backend/backend.h"
#include "lab/live/adapter-member.h"

namespace swimlab
{

namespace
{

using namespace std::chrono_literals;

constexpr auto TRY_PORT_EVERY = 20ms;
constexpr auto ASK_ID_EVERY = 50ms;

} // namespace

void AdapterMember::After(asio::steady_timer& timer, Duration time, std::function<void()> perform)
{
    timer.expires_after(time);
    timer.async_wait(
        [this, number = m_number, perform = std::move(perform)](const asio::error_code& error) {
            if (!error && number == m_number && IsRunning())
            {
                perform();
            }
        });
}

void AdapterMember::TryPort()
{
    const std::string target = m_adapter.readyPort->Fill(m_context);
    const auto place = SplitHostPort(target);
    if (!place)
    {
        Trouble(m_adapter.readyPlace, "ready.tcp", "asks \"" + target + "\", no ADDRESS:PORT");
    }
    FilledQuestion question;
    question.host = place->first;
    question.port = place->second;
    question.within = m_adapter.readyWithin;
    question.isForConnection = true;
    m_asker->Ask(question, [this](const std::string&, const std::string& failure) {
        if (failure.empty())
        {
            OnReady();
            return;
        }
        After(m_portTimer, TRY_PORT_EVERY, [this] { TryPort(); });
    });
}

void AdapterMember::OnReady()
{
    m_isReady = true;
    m_readyLimit.cancel();
    if (m_adapter.idQuestion)
    {
        AskForId();
    }
    PollLater();
    Setup().listener.OnStarted(Setup().member);
    const bool hasSeeds = !m_context.seeds.empty();
    if (m_joinsLater && hasSeeds && !m_adapter.joinCommand.empty())
    {
        RunBeside(
            FillCommand(m_adapter.joinCommand, m_context),
            m_adapter.joinWithin,
            [] {},
            TroubleAt(m_adapter.joinPlace, "join"));
    }
}

FilledQuestion AdapterMember::Fill(const AdapterQuestion& question) const
{
    FilledQuestion filled;
    if (question.way == AdapterQuestion::Way::COMMAND)
    {
        filled.command = FillCommand(question.command, m_context);
    }
    else
    {
        const bool isHttp = question.way == AdapterQuestion::Way::HTTP;
        const std::string target = question.target.Fill(m_context);
        const auto http = isHttp ? HttpQuestion(target) : std::nullopt;
        const auto tcp = isHttp ? std::nullopt : SplitHostPort(target);
        if (!http && !tcp)
        {
            Trouble(question.place,
                    isHttp ? "http" : "tcp",
                    "asks \"" + target + "\", whose host must be an address and a port");
        }
        if (http)
        {
            filled = *http;
        }
        else
        {
            filled.host = tcp->first;
            filled.port = tcp->second;
            filled.request = question.request.Fill(m_context);
            filled.end = question.end;
        }
    }
    filled.within = question.within;
    return filled;
}

void AdapterMember::AskForId()
{
    if (m_asker->IsAsking())
    {
        return;
    }
    m_asker->Ask(Fill(*m_adapter.idQuestion),
                 [this](const std::string& answer, const std::string& failure) {
                     const auto match = m_adapter.idPattern->Search(answer);
                     if (failure.empty() && match)
                     {
                         m_hasId = true;
                         Setup().identities.Know(m_adapter.kind,
                                                 Setup().member,
                                                 std::string(match->Find("id").value_or("")));
                         return;
                     }
                     m_whyNoId = failure.empty() ? "there is no id in: " + answer : failure;
                     After(m_idTimer, ASK_ID_EVERY, [this] { AskForId(); });
                 });
}

/// Questions that nobody ever answered: most often somebody else's port.
std::string AdapterMember::Complaint() const
{
    const auto told = [this](const AdapterQuestion& question,
                             const std::string& key,
                             const std::string& why) {
        return std::string(ScenarioError(question.place,
                                         key,
                                         Setup().name + " has never answered as expected: " + why)
                               .what());
    };
    if (m_adapter.idQuestion && !m_hasId && !m_whyNoId.empty())
    {
        return told(*m_adapter.idQuestion, "identity.poll", m_whyNoId);
    }
    // One that is under way says nothing yet.
    const bool isAsking = m_poller && m_poller->IsAsking();
    if (m_unanswered > 0 && m_polls - (isAsking ? 1 : 0) == m_unanswered)
    {
        return told(m_adapter.poll->question, "poll", m_whyUnanswered);
    }
    return {};
}

void AdapterMember::PollLater()
{
    if (!m_adapter.poll)
    {
        return;
    }
    After(m_pollTimer, m_adapter.poll->every, [this] {
        PollLater();
        Poll();
    });
}

/// One that is stopped is not asked: it could not say anything.
void AdapterMember::Poll()
{
    if (IsPaused() || m_poller->IsAsking())
    {
        return;
    }
    ++m_polls;
    m_poller->Ask(Fill(m_adapter.poll->question),
                  [this, askedNs = NowNs()](const std::string& answer, const std::string& failure) {
                      if (failure.empty())
                      {
                          Tell(m_views.ReadAnswer(answer, askedNs));
                      }
                      else
                      {
                          ++m_unanswered;
                          m_whyUnanswered = failure;
                      }
                      Setup().listener.OnCounts(
                          Setup().member,
                          NowNs(),
                          {{"polls", m_polls}, {"polls_unanswered", m_unanswered}});
                  });
}

void AdapterMember::RunBeside(const std::vector<std::string>& command,
                              Duration within,
                              std::function<void()> onDone,
                              OnFailure onFailure)
{
    if (m_command->IsAsking())
    {
        return; // it is on its way already
    }
    FilledQuestion question;
    question.command = command;
    question.within = within;
    m_command->Ask(
        question,
        [within,
         onDone = std::move(onDone),
         onFailure = std::move(onFailure)](const std::string& answer, const std::string& failure) {
            if (failure.empty())
            {
                onDone();
                return;
            }
            const std::string late = failure == NO_ANSWER_IN_TIME
                                         ? "has not ended within " + swim::FormatDuration(within)
                                         : "failed: " + failure;
            onFailure("ran it, and it " + late + (answer.empty() ? "" : "; it said:\n" + answer));
        });
}

AdapterMember::OnFailure AdapterMember::TroubleAt(const SourcePlace& place,
                                                  const std::string& key) const
{
    return [this, place, key](const std::string& what) { Trouble(place, key + ".command", what); };
}

} // namespace swimlab
