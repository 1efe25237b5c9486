// SPDX-License-Identifier: MIT
//
// See transcript.h.
#include "transcript.h"

#include "swim/node.h"
#include "transcript-words.h"

#include <iomanip>
#include <optional>
#include <stdexcept>
#include <utility>

namespace swim
{

namespace
{

std::string Seconds(Instant at)
{
    const auto ms = at.time_since_epoch() / std::chrono::milliseconds(1);
    std::ostringstream text;
    text << ms / 1000 << '.' << std::setfill('0') << std::setw(3) << ms % 1000 << 's';
    return text.str();
}

/// One node and the text of what it does.
class Session
{
  public:
    void Run(const std::string& line)
    {
        if (line.starts_with("set "))
        {
            Set(line.substr(4));
        }
        else if (line.starts_with("preset "))
        {
            const auto preset = Preset(line.substr(7));
            if (!preset)
            {
                throw std::runtime_error("there is no such preset");
            }
            m_config = *preset;
        }
        else if (line.starts_with("seeds "))
        {
            m_seeds = AddressesOf(line.substr(6));
        }
        else if (line.starts_with("know "))
        {
            Start(line.substr(5));
        }
        else if (line.starts_with("> "))
        {
            if (!m_node)
            {
                throw std::runtime_error("'know' has to come before the first input");
            }
            Input(line.substr(2));
        }
        else if (!line.empty() && !line.starts_with('#'))
        {
            throw std::runtime_error("this line is no input; see transcript.h");
        }
    }

    std::string TakeOutputs()
    {
        return std::exchange(m_outputs, {});
    }

  private:
    void Set(const std::string& assignment)
    {
        Words words(assignment);
        const Parameter* parameter = FindParameter(words.Next());
        if (!parameter)
        {
            throw std::runtime_error("there is no such parameter");
        }
        words.Expect("=");
        if (const auto wrong = parameter->set(m_config, words.Next()))
        {
            throw std::runtime_error(std::string(parameter->name) + ": " + *wrong);
        }
    }

    void Start(const std::string& members)
    {
        std::vector<IdentityId> identities;
        for (const char member : members)
        {
            const NameId name = m_directory.InternName({&member, 1});
            identities.push_back(m_directory.Intern(name, AddressOf(member), {}, OUR_VERSIONS));
        }
        if (members.front() != 'a')
        {
            throw std::runtime_error("the node under test is a, who comes first");
        }
        if (const auto wrong = Validate(m_config))
        {
            throw std::runtime_error(*wrong);
        }
        const auto baseline = std::make_shared<const Baseline>(identities, m_directory);
        const auto config = std::make_shared<const Config>(m_config);
        m_node.emplace(Node::Setup{.config = config,
                                   .self = identities[0],
                                   .baseline = baseline,
                                   .seeds = m_seeds},
                       Rng(1, 0),
                       m_directory);
        m_node->Start(m_now);
    }

    void Input(const std::string& input)
    {
        Words words(input);
        const std::string verb = words.Next();
        if (!PassTime(verb, words) && !HearNetwork(verb, words) && !Command(verb, words))
        {
            throw std::runtime_error("'" + verb + "' is no input; see transcript.h");
        }
        Write();
    }

    bool PassTime(const std::string& verb, Words& words)
    {
        if (verb == "until")
        {
            PassUntil(At(words.Next()));
            return true;
        }
        if (verb == "pause")
        {
            words.Expect("until");
            m_now = At(words.Next());
            m_node->Advance(m_now, m_out);
            return true;
        }
        return false;
    }

    bool HearNetwork(const std::string& verb, Words& words)
    {
        if (verb == "from")
        {
            const Address from = AddressOf(words.Member());
            m_node->Receive(m_now, from, EncodeDatagram(words.Rest()), m_out);
        }
        else if (verb == "stream")
        {
            m_node->ReceiveStream(m_now, EncodeStream(words.Rest()), m_out);
        }
        else if (verb == "answer")
        {
            const std::uint32_t id = words.Number();
            m_node->ReceiveStreamAnswer(m_now, id, EncodeStream(words.Rest()), m_out);
        }
        else if (verb == "fail")
        {
            m_node->StreamFailed(m_now, words.Number(), m_out);
        }
        else if (verb == "refuse")
        {
            m_node->SendFailed(m_now, AddressOf(words.Member()), m_out);
        }
        else
        {
            return false;
        }
        return true;
    }

    bool Command(const std::string& verb, Words& words)
    {
        if (verb == "join")
        {
            m_node->Join(m_now, AddressesOf(words.Next()), m_out);
        }
        else if (verb == "meta")
        {
            m_node->UpdateMeta(m_now, words.Rest(), m_out);
        }
        else if (verb == "broadcast")
        {
            m_node->Broadcast(m_now, BytesOf(words.Rest()), {.relay = Relay::RECEIVERS}, m_out);
        }
        else if (verb == "send" || verb == "stream-send")
        {
            const Address to = AddressOf(words.Member());
            const Delivery how = verb == "send" ? Delivery::DATAGRAM : Delivery::STREAM;
            m_node->Send(m_now, to, BytesOf(words.Rest()), how, m_out);
        }
        else if (verb == "leave")
        {
            m_node->Leave(m_now, m_out);
        }
        else if (verb == "show")
        {
            Show();
        }
        else
        {
            return false;
        }
        return true;
    }

    static std::vector<Address> AddressesOf(const std::string& members)
    {
        std::vector<Address> addresses;
        for (const char member : members)
        {
            addresses.push_back(AddressOf(member));
        }
        return addresses;
    }

    static Instant At(const std::string& time)
    {
        const auto duration = ParseDuration(time);
        if (!duration)
        {
            throw std::runtime_error("'" + time + "' is no time; write 1.5s or 300ms");
        }
        return Instant(*duration);
    }

    void PassUntil(Instant end)
    {
        while (m_node->NextDeadline() <= end)
        {
            m_now = m_node->NextDeadline();
            m_node->Advance(m_now, m_out);
            Write();
        }
        m_now = end;
        m_node->Advance(m_now, m_out);
    }

    void Show()
    {
        std::string text = "believes";
        for (const Slot slot : FirstIds<Slot>(m_node->Members().Slots()))
        {
            const PeerRecord record = m_node->Members().At(slot);
            if (record.Present())
            {
                text += ' ' + std::string(m_directory.NameOf(record.identity)) + '@' +
                        std::to_string(record.incarnation) + ' ' +
                        std::string(StateName(record.State())) + ',';
            }
        }
        Line(text + " health " + std::to_string(m_node->HealthScore()) + ", queue " +
             std::to_string(m_node->QueuedUpdates()) +
             (m_node->LeaveDone() ? ", done leaving" : ""));
    }

    /// Writes what the node put into the outbox, and clears it.
    void Write()
    {
        for (const Event& event : m_out.Events())
        {
            std::string text = "concludes " + std::string(EventKindName(event.kind));
            if (event.subject != NONE)
            {
                text += ' ' + std::string(m_directory.Name(event.subject)) + '@' +
                        std::to_string(event.incarnation);
            }
            if (event.source != NONE && event.source != event.subject)
            {
                text += " by " + std::string(m_directory.Name(event.source));
            }
            Line(text +
                 (event.rejection ? ": " + std::string(RejectionName(*event.rejection)) : ""));
        }
        for (const auto& datagram : m_out.Datagrams())
        {
            Line(std::string("to ") + MemberAt(datagram.to) + ": " +
                 DescribeDatagram(m_out.Bytes(datagram)));
        }
        for (const auto& stream : m_out.Streams())
        {
            Line("stream " + std::to_string(stream.id) + " to " + MemberAt(stream.to) + ": " +
                 DescribeStream(m_out.Bytes(stream)));
        }
        for (const std::uint32_t id : m_out.Aborts())
        {
            Line("abort " + std::to_string(id));
        }
        if (!m_out.StreamAnswer().empty())
        {
            Line("answers: " + DescribeStream(m_out.StreamAnswer()));
        }
        m_out.Clear();
    }

    void Line(const std::string& text)
    {
        m_outputs += "  " + Seconds(m_now) + ' ' + text + '\n';
    }

    Config m_config;
    std::vector<Address> m_seeds;
    Directory m_directory;
    std::optional<Node> m_node;
    Outbox m_out;
    Instant m_now{};
    std::string m_outputs;
};

} // namespace

std::string Replay(std::string_view transcript)
{
    std::istringstream lines{std::string(transcript)};
    std::string replayed;
    Session session;
    int number = 0;
    for (std::string line; std::getline(lines, line);)
    {
        ++number;
        if (line.starts_with("  "))
        {
            continue;
        }
        replayed += line + '\n';
        try
        {
            session.Run(line);
        }
        catch (const std::exception& wrong)
        {
            throw std::runtime_error("line " + std::to_string(number) + ": " + wrong.what());
        }
        replayed += session.TakeOutputs();
    }
    return replayed;
}

} // namespace swim
