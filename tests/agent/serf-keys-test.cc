// SPDX-License-Identifier: MIT
//
// Serf agents and ours behind encryption: keys of `serf keygen`, rotated while the cluster runs.
//
// Serf's agents do not hear from ours about keys (its key queries are left unanswered), so each
// kind is rotated by its own means: add everywhere, use everywhere, remove everywhere.
#include "agents-on-sockets.h"
#include "recording-listener.h"
#include "serf-process.h"
#include "swim/aes-gcm-cipher.h"

namespace swim
{

namespace
{

std::shared_ptr<Keyring> RingOf(const std::string& key)
{
    return std::make_shared<Keyring>(KeyFromText(key).value());
}

std::string NewKey()
{
    std::string key = OutputOf(std::string(SerfProcess::PROGRAM) + " keygen");
    key.erase(key.find_last_not_of('\n') + 1);
    return key;
}

/// Two of each kind under one key.
class SerfKeys : public testing::Test
{
  protected:
    static constexpr int KIND = 2;

    void SetUp() override
    {
        SKIP_WITHOUT_SERF();
        m_key = NewKey();
        ASSERT_TRUE(KeyFromText(m_key)) << m_key;
        for (int i = 0; i < KIND; ++i)
        {
            m_serfs.push_back(StartSerf("serf" + std::to_string(i), i, m_key));
            m_rings.push_back(RingOf(m_key));
            m_ours.push_back(StartOurs("ours" + std::to_string(i), 100 + i, m_rings[i]));
        }
        for (int i = 0; i < KIND; ++i)
        {
            ASSERT_TRUE(Eventually([&] { return m_serfs[i]->Running(); })) << m_serfs[i]->Log();
            EXPECT_EQ(Get(m_ours[i]->Join({m_serfs[0]->Address()})).contacted, 1u);
        }
        const std::string answer = m_serfs[1]->Ask("join", Where(*m_ours[1]));
        EXPECT_NE(answer.find("by contacting 1 nodes"), std::string::npos) << answer;
        ExpectAllAlive();
    }

    static std::unique_ptr<SerfProcess> StartSerf(const std::string& name,
                                                  int place,
                                                  const std::string& key)
    {
        return std::make_unique<SerfProcess>(name,
                                             place,
                                             std::vector<std::string>{"-encrypt=" + key});
    }

    static std::unique_ptr<Agent> StartOurs(const std::string& name,
                                            int place,
                                            const std::shared_ptr<Keyring>& ring)
    {
        AgentOptions options = Quick(name);
        options.bind = LoopbackAddress(place);
        options.serf = SerfPeers::YES;
        options.cipher = ring ? std::make_shared<AesGcmCipher>(ring) : nullptr;
        return std::make_unique<Agent>(options);
    }

    void ExpectAllAlive()
    {
        for (int i = 0; i < KIND; ++i)
        {
            EXPECT_TRUE(Eventually([&] { return m_ours[i]->MemberCount() == 2 * KIND; }));
            for (const std::string name : {"serf0", "serf1", "ours0", "ours1"})
            {
                EXPECT_TRUE(Eventually([&] { return m_serfs[i]->Shows(name, "alive"); }))
                    << m_serfs[i]->Ask("members");
            }
        }
    }

    using Change = void (Keyring::*)(const SecretKey&);

    /// On both kinds. @param verb of `serf keys`
    void Rotate(const std::string& verb, Change change, const std::string& key)
    {
        for (const auto& ring : m_rings)
        {
            ((*ring).*change)(KeyFromText(key).value());
        }
        const auto heard = [&](const auto& serf) {
            return !serf->LogLines({"Received " + verb + "-key query"}).empty();
        };
        for (int attempt = 0; attempt < 5 && !std::ranges::all_of(m_serfs, heard); ++attempt)
        {
            m_serfs[0]->Ask("keys", "-" + verb + "=" + key);
        }
        EXPECT_TRUE(std::ranges::all_of(m_serfs, heard));
    }

    std::string m_key;
    std::vector<std::unique_ptr<SerfProcess>> m_serfs;
    std::vector<std::shared_ptr<Keyring>> m_rings;
    std::vector<std::unique_ptr<Agent>> m_ours;
};

TEST_F(SerfKeys, AreRotatedInARunningCluster)
{
    const std::string fresh = NewKey();
    Rotate("install", &Keyring::Add, fresh);
    Rotate("use", &Keyring::Use, fresh);
    Rotate("remove", &Keyring::Remove, m_key);
    const std::uint64_t probes = m_ours[0]->Count().probes;
    EXPECT_TRUE(Eventually([&] { return m_ours[0]->Count().probes >= probes + 20; }));
    ExpectAllAlive();
    EXPECT_EQ(m_ours[0]->Count().rejected + m_ours[1]->Count().rejected, 0u);

    // The new key lets in, the old one does not.
    const auto late = StartOurs("late", 110, RingOf(fresh));
    EXPECT_EQ(Get(late->Join({m_serfs[1]->Address()})).contacted, 1u);
    const auto stale = StartOurs("stale", 111, RingOf(m_key));
    EXPECT_EQ(Get(stale->Join({m_serfs[0]->Address(), Where(*m_ours[0])})).contacted, 0u);
}

TEST_F(SerfKeys, KeepOutWhoHasAnother)
{
    const std::string wrong = NewKey();
    const auto strangeSerf = StartSerf("strange-serf", 20, wrong);
    ASSERT_TRUE(Eventually([&] { return strangeSerf->Running(); }));
    const std::string answer = strangeSerf->Ask("join", Where(*m_ours[0]));
    EXPECT_NE(answer.find("Error joining"), std::string::npos) << answer;
    const auto stranger = StartOurs("stranger", 120, RingOf(wrong));
    EXPECT_EQ(Get(stranger->Join({m_serfs[0]->Address(), Where(*m_ours[0])})).contacted, 0u);
    const auto plain = StartOurs("plain", 121, nullptr);
    EXPECT_EQ(Get(plain->Join({m_serfs[0]->Address(), Where(*m_ours[0])})).contacted, 0u);
    EXPECT_EQ(m_ours[0]->MemberCount(), 4u);
    EXPECT_FALSE(m_serfs[0]->Shows("stranger", "alive"));
}

} // namespace

} // namespace swim
