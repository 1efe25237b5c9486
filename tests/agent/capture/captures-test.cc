// SPDX-License-Identifier: MIT
//
// What passed between agents of ours and real ones, replayed: we read every message as the file
// says, and would have written it the same.
//
// memberlist 0.2.2 knows no labels, so there is none in these; the label's vectors are those of
// the envelope's tests.
#include "captured.h"
#include "source-folder.h"
#include "swim/aes-gcm-cipher.h"
#include "swim/node.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace swim
{

namespace
{

const std::filesystem::path FOLDER = std::string(SWIMLAB_SOURCE_DIR) + "/tests/agent/captures";

class Captures : public testing::TestWithParam<std::string>
{
  protected:
    void SetUp() override
    {
        std::ifstream stream(FOLDER / (GetParam() + ".txt"));
        m_file = FromText({std::istreambuf_iterator<char>(stream), {}});
        ASSERT_GT(m_file.messages.size(), 20u);
    }

    CaptureFile m_file;
};

TEST_P(Captures, MeanWhatTheFileSays)
{
    for (const auto& [captured, words] : m_file.messages)
    {
        const Meaning meaning = Read(captured, m_file.layers);
        EXPECT_EQ(meaning.refusal, "");
        EXPECT_EQ(meaning.words, words);
        // Encryption without padding is not ours to write in its old form.
        EXPECT_EQ(meaning.canonical, !words.starts_with("sealed-0")) << words;
    }
}

TEST_P(Captures, AreRejectedByNoNode)
{
    Directory directory;
    Config config;
    config.compression = m_file.layers.compression;
    const IdentityId self =
        directory.Intern(directory.InternName("a"),
                         Address(std::array<std::uint8_t, 4>{127, 0, 0, 9}, 17946),
                         "",
                         OUR_VERSIONS);
    const std::optional<SecretKey> key = KeyFromText(m_file.layers.key);
    Node node(
        {.config = std::make_shared<const Config>(config),
         .self = self,
         .cipher = key ? std::make_shared<AesGcmCipher>(std::make_shared<Keyring>(*key)) : nullptr},
        Rng(1, 1),
        directory);
    Outbox out;
    node.Start(Instant{});
    const Address from(std::array<std::uint8_t, 4>{127, 0, 0, 1}, 17946);
    for (const auto& [captured, words] : m_file.messages)
    {
        if (captured.inbound && captured.shape != Shape::ANSWER)
        {
            captured.shape == Shape::DATAGRAM ? node.Receive(Instant{}, from, captured.bytes, out)
                                              : node.ReceiveStream(Instant{}, captured.bytes, out);
            EXPECT_EQ(node.Count().rejected, 0u) << words;
        }
    }
    EXPECT_NE(node.Members().Find(directory.FindName("f0")), NONE);
}

std::vector<std::string> Names()
{
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(FOLDER))
    {
        names.push_back(entry.path().stem());
    }
    std::ranges::sort(names);
    return names;
}

INSTANTIATE_TEST_SUITE_P(Files, Captures, testing::ValuesIn(Names()), [](const auto& name) {
    std::string text = name.param;
    std::ranges::replace(text, '-', '_');
    return text;
});

TEST(CapturesTogether, HoldEveryMessageAndLayer)
{
    std::string kinds;
    for (const std::string& name : Names())
    {
        std::ifstream stream(FOLDER / (name + ".txt"));
        for (const auto& [captured, words] :
             FromText({std::istreambuf_iterator<char>(stream), {}}).messages)
        {
            kinds += captured.inbound ? " " + KindOf(words) + " " : "";
        }
    }
    for (const std::string kind : {"ping",
                                   "ping-req",
                                   "ack",
                                   "nack",
                                   "suspect",
                                   "alive",
                                   "dead",
                                   "push-pull",
                                   "user",
                                   "compound",
                                   "crc",
                                   "lzw",
                                   "sealed-0",
                                   "sealed-1"})
    {
        EXPECT_NE(kinds.find(" " + kind + " "), std::string::npos) << kind;
    }
}

} // namespace

} // namespace swim
