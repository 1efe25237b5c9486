// SPDX-License-Identifier: MIT
//
// Agents of ours and real ones, wrapped in each of memberlist's layers: both sides accept
// everything that the other sends, and say every kind of message there is.
//
// With SWIMLAB_REWRITE_CAPTURES=1 what passed is written to tests/agent/captures/, a few messages
// of each kind, which captures-test.cc then replays anywhere.
#include "agent/asio-transport.h"
#include "capture-transport.h"
#include "source-folder.h"
#include "swim/aes-gcm-cipher.h"
#include "tests/agent/agents-on-sockets.h"
#include "tests/agent/recording-listener.h"
#include "tests/agent/serf-process.h"

#include <cstdlib>
#include <fstream>

namespace swim
{

namespace
{

struct Setting
{
    Layers layers;
    int protocol = 2; ///< memberlist's; 1 encrypts by version 0
    bool serf = false;
};

void PrintTo(const Setting& setting, std::ostream* out)
{
    *out << setting.layers.name;
}

const std::string KEY = "MDEyMzQ1Njc4OWFiY2RlZg==";

const Setting SETTINGS[] = {
    {{"memberlist-plain"}},
    {{.name = "memberlist-lzw", .compression = true}},
    {{"memberlist-sealed-v1", false, KEY}},
    {{"memberlist-sealed-v1-lzw", true, KEY}},
    {{"memberlist-sealed-v0", false, KEY}, 1},
    {{.name = "serf", .compression = true}, 2, true},
    {{"serf-sealed", true, KEY}, 2, true},
};

/// What was captured so far, by kind: "in nack", "out push-pull".
class Kinds
{
  public:
    Kinds(std::shared_ptr<CaptureTransport::Record> record, Layers layers)
        : m_record(std::move(record)),
          m_layers(std::move(layers))
    {
    }

    /// @return whether a message of this kind has passed, in a compound or alone
    bool Has(const std::string& kind)
    {
        const std::vector<Captured> all = m_record->All();
        for (; m_read < all.size(); ++m_read)
        {
            std::istringstream words(KindOf(Read(all[m_read], m_layers).words));
            for (std::string word; words >> word;)
            {
                m_kinds.insert((all[m_read].inbound ? "in " : "out ") + word);
            }
        }
        return m_kinds.contains(kind);
    }

  private:
    std::shared_ptr<CaptureTransport::Record> m_record;
    Layers m_layers;
    std::size_t m_read = 0;
    std::set<std::string> m_kinds;
};

constexpr int MOST_TRIES = 8;

class Layered : public testing::TestWithParam<Setting>
{
  protected:
    using Record = CaptureTransport::Record;

    void SetUp() override
    {
        if (GetParam().serf)
        {
            SKIP_WITHOUT_SERF();
        }
        else if (!std::filesystem::exists(SWIMLAB_LAYER_PEER))
        {
            GTEST_SKIP() << "needs layer-peer, which needs Debian's golang-go and "
                            "golang-github-hashicorp-memberlist-dev to be built";
        }
        StartPeer("f0", 0);
        ASSERT_TRUE(Eventually([&] { return Listens(0); })) << m_peers[0]->Log();
        StartPeer("f1", 1);
        ASSERT_TRUE(Eventually([&] { return Listens(1); })) << m_peers[1]->Log();
        m_ours = Start("a", 100, m_record);
        m_other = Start("b", 101, m_otherRecord);
    }

    void StartPeer(const std::string& name, int place)
    {
        const Layers& layers = GetParam().layers;
        if (GetParam().serf)
        {
            std::vector<std::string> options{"-tag=role=db"};
            if (!layers.key.empty())
            {
                options.push_back("-encrypt=" + layers.key);
            }
            if (place > 0)
            {
                options.push_back("-join=" + LoopbackAddress(0));
            }
            m_peers.push_back(std::make_unique<SerfProcess>(name, place, options));
            return;
        }
        std::vector<std::string> words{SWIMLAB_LAYER_PEER,
                                       "-name=" + name,
                                       "-greets=a",
                                       "-bind=" + LoopbackHost(place),
                                       std::string("-port=") + LOOPBACK_PORT,
                                       "-key=" + layers.key,
                                       "-protocol=" + std::to_string(GetParam().protocol)};
        if (layers.compression)
        {
            words.push_back("-compression");
        }
        if (place > 0)
        {
            words.push_back("-join=" + LoopbackAddress(0));
        }
        m_peers.push_back(std::make_unique<ChildProcess>(words, name));
    }

    SerfProcess& Serf(int place)
    {
        return static_cast<SerfProcess&>(*m_peers[place]);
    }

    bool Listens(int place)
    {
        return GetParam().serf ? Serf(place).Running()
                               : !m_peers[place]->LogLines({"listens"}).empty();
    }

    std::unique_ptr<Agent> Start(const std::string& name,
                                 int place,
                                 const std::shared_ptr<Record>& record)
    {
        AgentOptions options = Quick(name, name == "a" ? &m_heard : nullptr);
        options.config.compression = GetParam().layers.compression;
        options.serf = GetParam().serf ? SerfPeers::YES : SerfPeers::NO;
        options.config.coordinates = GetParam().serf;
        options.meta = "meta of " + name;
        if (!GetParam().layers.key.empty())
        {
            options.cipher = std::make_shared<AesGcmCipher>(
                std::make_shared<Keyring>(KeyFromText(GetParam().layers.key).value()));
        }
        const Address bind = NumericAddress(ParseHostPort(LoopbackAddress(place)).value()).value();
        return std::make_unique<Agent>(options,
                                       std::make_unique<CaptureTransport>(
                                           MakeAsioTransport({.bind = bind, .streamTimeout = 2s}),
                                           record));
    }

    /// Everybody knows everybody.
    void Join()
    {
        EXPECT_EQ(Get(m_ours->Join({LoopbackAddress(0)})).contacted, 1u);
        EXPECT_EQ(Get(m_other->Join({LoopbackAddress(0)})).contacted, 1u);
        EXPECT_TRUE(Eventually([&] { return m_ours->MemberCount() == 4; }));
        for (int place = 0; place < 2; ++place)
        {
            for (const std::string name : {"a", "b"})
            {
                EXPECT_TRUE(Eventually([&] {
                    return GetParam().serf
                               ? Serf(place).Shows(name, "alive", "role=meta of " + name)
                               : !m_peers[place]
                                      ->LogLines({"join " + name + " meta of " + name})
                                      .empty();
                })) << m_peers[place]->Log();
            }
        }
    }

    /// User messages by all ways, both ways.
    void Talk()
    {
        EXPECT_EQ(Get(m_ours->UpdateMeta("other meta")), std::nullopt);
        if (GetParam().serf)
        {
            Serf(0).Ask("event", "deploy now");
            EXPECT_EQ(Get(m_ours->SendSerfEvent("rollback", BytesOf("later"))), std::nullopt);
            return;
        }
        for (const std::string text : {"by datagram", "by stream", "to everybody"})
        {
            EXPECT_TRUE(Eventually([&] { return m_heard.HasMessage(text); })) << text;
        }
        EXPECT_EQ(Get(m_ours->Send("f0", BytesOf("our datagram"), Delivery::DATAGRAM)),
                  std::nullopt);
        EXPECT_EQ(Get(m_ours->Send("f0", BytesOf("our stream"), Delivery::STREAM)), std::nullopt);
        const auto heard = [this](const std::string& text) {
            return !m_peers[0]->LogLines({"user " + text}).empty();
        };
        for (const std::string text : {"our datagram", "our stream"})
        {
            EXPECT_TRUE(Eventually([&] { return heard(text); })) << text;
        }
        // Memberlist's way reaches whom chance chooses, so it is sent again until it was f0.
        for (int sent = 0; sent < MOST_TRIES && !heard("our broadcast"); ++sent)
        {
            EXPECT_EQ(Get(m_ours->Broadcast(BytesOf("our broadcast"), {.relay = Relay::RECEIVERS})),
                      std::nullopt);
            Eventually([&] { return heard("our broadcast"); }, std::chrono::seconds(2));
        }
        EXPECT_TRUE(heard("our broadcast"));
        EXPECT_TRUE(Eventually([&] { return !m_peers[1]->LogLines({"meta a other"}).empty(); }));
    }

    void ExpectKinds(std::initializer_list<const char*> kinds)
    {
        for (const char* kind : kinds)
        {
            EXPECT_TRUE(Eventually([&] { return m_kinds.Has(kind); })) << kind;
        }
    }

    /// Both sides ask for help: b answers by stream only, then we do, then b is gone.
    void Fail()
    {
        m_otherRecord->mute = true;
        ExpectKinds({"in ping", "in ack", "in ping-req", "out ping-req", "in nack", "out nack"});
        m_otherRecord->mute = false;
        m_record->mute = true;
        EXPECT_TRUE(Eventually([&] { return StreamPinged(); }));
        m_record->mute = false;
        LoseTheOther();
        ExpectKinds({"in suspect", "in dead", "out suspect"});
    }

    /// Who is first to tell of a death is chance, so b comes back and is lost again while one of us was
    /// not heard.
    void LoseTheOther()
    {
        const auto heard = [this] {
            return m_kinds.Has("in suspect") && m_kinds.Has("in dead") &&
                   m_kinds.Has("out suspect");
        };
        for (int death = 0; death < MOST_TRIES && !heard(); ++death)
        {
            if (!m_other)
            {
                m_other = Start("b", 101, m_otherRecord);
                EXPECT_EQ(Get(m_other->Join({LoopbackAddress(0)})).contacted, 1u);
                EXPECT_TRUE(Eventually([&] { return m_ours->MemberCount() == 4; }));
            }
            m_other.reset();
            EXPECT_TRUE(Eventually([&] { return heard() || m_ours->MemberCount() == 3; }));
            Eventually(heard, std::chrono::seconds(3)); // or not, and once more
        }
    }

    /// What real members sent, and we.
    std::vector<Captured> Exchanged() const
    {
        std::set<std::string> sentByOther;
        for (const Captured& captured : m_otherRecord->All())
        {
            if (!captured.inbound)
            {
                sentByOther.emplace(captured.bytes.begin(), captured.bytes.end());
            }
        }
        std::vector<Captured> exchanged = m_record->All();
        std::erase_if(exchanged, [&](const Captured& captured) {
            return captured.inbound &&
                   sentByOther.contains({captured.bytes.begin(), captured.bytes.end()});
        });
        return exchanged;
    }

    /// @return whether one of them tried to reach us by stream
    bool StreamPinged() const
    {
        return std::ranges::any_of(Exchanged(), [](const Captured& captured) {
            return captured.inbound && captured.shape == Shape::REQUEST &&
                   KindOf(Read(captured, GetParam().layers).words).ends_with("ping");
        });
    }

    /// Nothing was refused on either side, and what they wrote we would have written.
    void ExpectAccepted()
    {
        for (const auto& peer : m_peers)
        {
            // What it says of who is silent on purpose is no refusal.
            EXPECT_EQ(peer->LogLines({"rror decoding",
                                      "ecrypt",
                                      "ecompress",
                                      "not supported",
                                      "incompatible",
                                      "onflict",
                                      "truncated",
                                      "hecksum",
                                      "panic"}),
                      "");
        }
        EXPECT_EQ(m_ours->Count().rejected, 0u);
        for (const Captured& captured : m_record->All())
        {
            const Meaning meaning = Read(captured, GetParam().layers);
            EXPECT_EQ(meaning.refusal, "") << ByteView(captured.bytes).size() << " bytes";
            EXPECT_TRUE(meaning.canonical || meaning.words.starts_with("sealed-0"))
                << meaning.words;
        }
    }

    /// The first messages of each kind, but no long ones.
    void Write() const
    {
        CaptureFile file{.layers = GetParam().layers, .messages = {}};
        std::map<std::string, int> kept;
        for (const Captured& captured : Exchanged())
        {
            const std::string words = Read(captured, file.layers).words;
            const std::string kind = std::string(captured.inbound ? "in " : "out ") +
                                     std::to_string(static_cast<int>(captured.shape)) +
                                     KindOf(words);
            if (captured.bytes.size() <= 1500 && ++kept[kind] <= (captured.inbound ? 2 : 1))
            {
                file.messages.emplace_back(captured, words);
            }
        }
        const std::string about =
            "# What passed between a, an agent of ours, and f0 and f1, " +
            std::string(GetParam().serf ? "Serf 0.9.4" : "memberlist 0.2.2") +
            ", with b, another of ours, whose\n# messages are left out.\n"
            "# Written by SWIMLAB_REWRITE_CAPTURES=1 agent_tests --gtest_filter='*Layered*'; "
            "captured.h has the form.\n";
        std::ofstream(std::string(SWIMLAB_SOURCE_DIR) + "/tests/agent/captures/" +
                      file.layers.name + ".txt")
            << ToText(file, about);
    }

    RecordingListener m_heard;
    std::vector<std::unique_ptr<ChildProcess>> m_peers;
    std::shared_ptr<Record> m_record = std::make_shared<Record>();
    std::shared_ptr<Record> m_otherRecord = std::make_shared<Record>();
    Kinds m_kinds{m_record, GetParam().layers};
    std::unique_ptr<Agent> m_ours;
    std::unique_ptr<Agent> m_other;
};

TEST_P(Layered, BothSidesAcceptWhatTheOtherSends)
{
    Join();
    Talk();
    Fail();
    EXPECT_EQ(Get(m_ours->Leave()), std::nullopt);
    ExpectKinds({"out dead", "in push-pull", "in alive", "in user", "out user"});
    ExpectAccepted();
    if (std::getenv("SWIMLAB_REWRITE_CAPTURES") != nullptr)
    {
        Write();
    }
}

INSTANTIATE_TEST_SUITE_P(Real, Layered, testing::ValuesIn(SETTINGS), [](const auto& setting) {
    std::string name = setting.param.layers.name;
    std::ranges::replace(name, '-', '_');
    return name;
});

} // namespace

} // namespace swim
