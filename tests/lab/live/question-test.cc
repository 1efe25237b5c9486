// SPDX-License-Identifier: GPL-2.0-only
//
// Questions to processes: an answer is whole or there is none, and nobody is waited for for ever.
#include "lab/live/file-lines.h"
#include "lab/live/question.h"

#include <asio/buffer.hpp>
#include <asio/write.hpp>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <memory>
#include <thread>
#include <unistd.h>

namespace swimlab
{

namespace
{

using namespace std::chrono_literals;
using asio::ip::tcp;

constexpr auto QUESTION_PATIENCE = 30s;

/// Takes connections and answers the first thing that it is told; empty: it says nothing.
class AnsweringServer
{
  public:
    AnsweringServer(asio::io_context& loop, std::string answer, bool closes)
        : m_acceptor(loop, tcp::endpoint(asio::ip::make_address_v4("127.0.0.1"), 0)),
          m_answer(std::move(answer)),
          m_closes(closes)
    {
        Accept();
    }

    std::uint16_t Port() const
    {
        return m_acceptor.local_endpoint().port();
    }

    int connections = 0;
    std::string told;

  private:
    void Accept()
    {
        m_acceptor.async_accept([this](const asio::error_code& error, tcp::socket socket) {
            if (!error)
            {
                ++connections;
                m_socket = std::make_unique<tcp::socket>(std::move(socket));
                Read();
                Accept();
            }
        });
    }

    void Read()
    {
        m_socket->async_read_some(asio::buffer(m_buffer),
                                  [this](const asio::error_code& error, std::size_t size) {
                                      if (error)
                                      {
                                          return;
                                      }
                                      told.append(m_buffer.data(), size);
                                      asio::error_code ignored;
                                      asio::write(*m_socket, asio::buffer(m_answer), ignored);
                                      if (m_closes)
                                      {
                                          m_socket->close(ignored);
                                          return;
                                      }
                                      Read();
                                  });
    }

    tcp::acceptor m_acceptor;
    std::string m_answer;
    bool m_closes;
    std::unique_ptr<tcp::socket> m_socket;
    std::array<char, 1024> m_buffer{};
};

class QuestionTest : public testing::Test
{
  protected:
    /// @return the answer; or "failed: " and why
    std::string AnswerTo(const FilledQuestion& question)
    {
        std::string result;
        questioner.Ask(question, [&result](const std::string& answer, const std::string& failure) {
            result = failure.empty() ? answer : "failed: " + failure;
        });
        const auto end = std::chrono::steady_clock::now() + QUESTION_PATIENCE;
        while (result.empty() && std::chrono::steady_clock::now() < end)
        {
            loop.run_one_until(end);
        }
        return result;
    }

    static FilledQuestion By(std::uint16_t port, std::optional<Pattern> end)
    {
        FilledQuestion question;
        question.host = "127.0.0.1";
        question.port = port;
        question.request = "who\r\n";
        question.end = std::move(end);
        question.within = 20s;
        return question;
    }

    asio::io_context loop;
    Questioner questioner{loop, {}, {}};
};

} // namespace

TEST_F(QuestionTest, AnAnswerWithAnEndKeepsItsConnection)
{
    AnsweringServer server(loop, "a up\n.\n", false);
    const FilledQuestion question = By(server.Port(), Pattern("\\n\\.\\n$"));
    EXPECT_EQ(AnswerTo(question), "a up\n.\n");
    EXPECT_EQ(AnswerTo(question), "a up\n.\n");
    EXPECT_EQ(server.connections, 1);
    EXPECT_EQ(server.told, "who\r\nwho\r\n");
}

TEST_F(QuestionTest, AnAnswerWithoutAnEndEndsWithTheConnection)
{
    AnsweringServer server(loop, "HTTP/1.0 200 OK\r\nX: y\r\n\r\n{\"a\":1}", true);
    auto question = HttpQuestion("http://127.0.0.1:" + std::to_string(server.Port()) + "/status");
    ASSERT_TRUE(question);
    question->within = 20s;
    EXPECT_EQ(AnswerTo(*question), "{\"a\":1}");
    EXPECT_TRUE(server.told.starts_with("GET /status HTTP/1.0\r\n"));
}

TEST_F(QuestionTest, AnErrorOrAPartOfAnAnswerByHttpIsNone)
{
    const auto answerTo = [this](const std::string& said) {
        AnsweringServer server(loop, said, true);
        auto question = HttpQuestion("http://127.0.0.1:" + std::to_string(server.Port()) + "/");
        question->within = 20s;
        return AnswerTo(*question);
    };
    const std::string fine = "HTTP/1.1 200 OK\r\n";
    EXPECT_EQ(answerTo(""), "failed: an empty answer");
    EXPECT_EQ(answerTo("HTTP/1.0 503 Service Unavailable\r\n\r\nstarting"),
              "failed: the answer is HTTP/1.0 503 Service Unavailable");
    EXPECT_EQ(answerTo("HTTP/1.0 302 Found\r\nLocation: /x\r\n\r\n"),
              "failed: the answer is HTTP/1.0 302 Found");
    EXPECT_EQ(answerTo(fine + "X: y\r\n"), "failed: the answer is not HTTP, or ends in its head");
    EXPECT_EQ(answerTo("hello"), "failed: the answer is not HTTP, or ends in its head");
    EXPECT_EQ(answerTo(fine + "content-length: 5\r\n\r\na up"),
              "failed: the answer ends after 4 of 5 bytes");
    EXPECT_EQ(answerTo(fine + "Content-Length: 4\r\n\r\na up"), "a up");
    EXPECT_EQ(answerTo("HTTP/1.1 204 No Content\r\nX: y\r\n\r\na up"), "a up");
    EXPECT_EQ(answerTo(fine + "Transfer-Encoding: chunked\r\n\r\n4\r\na up\r\n0\r\n\r\n"),
              "4\r\na up\r\n0\r\n\r\n");
}

TEST_F(QuestionTest, AnAnswerByTcpIsTakenAsItIsButNotWhereItIsEmpty)
{
    AnsweringServer silent(loop, "", true);
    EXPECT_EQ(AnswerTo(By(silent.Port(), {})), "failed: an empty answer");
    AnsweringServer talking(loop, "a\r\n\r\nb", true);
    FilledQuestion question = By(talking.Port(), {});
    question.request = "GET key\r\n";
    EXPECT_EQ(AnswerTo(question), "a\r\n\r\nb");
}

TEST_F(QuestionTest, SilenceIsNoAnswerInTime)
{
    AnsweringServer server(loop, "", false);
    FilledQuestion question = By(server.Port(), Pattern("x"));
    question.within = 50ms;
    EXPECT_EQ(AnswerTo(question), "failed: no answer in time");
    EXPECT_EQ(AnswerTo(question), "failed: no answer in time");
    EXPECT_EQ(server.connections, 2); // a late answer cannot be taken for the next
}

TEST_F(QuestionTest, AWrongPortIsToldByItsReason)
{
    std::uint16_t port = 0;
    {
        const AnsweringServer gone(loop, "", false);
        port = gone.Port();
    }
    EXPECT_EQ(AnswerTo(By(port, Pattern("x"))),
              "failed: 127.0.0.1:" + std::to_string(port) + ": Connection refused");
}

TEST_F(QuestionTest, AProgramsOutputIsAnAnswer)
{
    FilledQuestion question;
    question.within = 20s;
    question.command = {"sh", "-c", "echo a up; echo b down >&2"};
    EXPECT_EQ(AnswerTo(question).size(), std::string("a up\nb down\n").size());
    question.command = {"printf", "a up"};
    EXPECT_EQ(AnswerTo(question), "a up\n");
    question.command = {"sh", "-c", "exit 4"};
    EXPECT_EQ(AnswerTo(question), "failed: sh: exit code 4");
    question.command = {"no-such-program"};
    EXPECT_EQ(AnswerTo(question),
              "failed: no-such-program cannot be started: No such file or directory");
    question.command = {"sleep", "600"};
    question.within = 50ms;
    EXPECT_EQ(AnswerTo(question), "failed: no answer in time");
}

TEST(QuestionTextTest, OnlyAddressesAndPortsAreAsked)
{
    EXPECT_EQ(SplitHostPort("10.0.0.1:80"), std::pair(std::string("10.0.0.1"), std::uint16_t{80}));
    for (const char* const text : {"10.0.0.1", "host:80", "10.0.0.1:0", "10.0.0.1:70000", ":80"})
    {
        EXPECT_FALSE(SplitHostPort(text)) << text;
    }
    EXPECT_FALSE(HttpQuestion("https://10.0.0.1:80/"));
}

TEST(FileLinesTest, LinesAreHeardAsTheyAreWritten)
{
    asio::io_context loop;
    const std::filesystem::path file =
        std::filesystem::temp_directory_path() / ("swimlab-lines-" + std::to_string(getpid()));
    std::ofstream(file) << "old\n";
    std::vector<std::string> lines;
    FileLines follower(loop, file, [&](std::string_view line) { lines.emplace_back(line); });
    std::ofstream(file, std::ios::app) << "new\nhalf";
    follower.Read();
    EXPECT_EQ(lines, std::vector<std::string>{"new"});
    std::ofstream(file, std::ios::app) << " and half\n";
    follower.Read();
    EXPECT_EQ(lines, (std::vector<std::string>{"new", "half and half"}));
    std::ofstream(file) << "again\n"; // replaced by a shorter one
    follower.Read();
    EXPECT_EQ(lines.back(), "again");
    std::filesystem::remove(file);
}

TEST(FileLinesTest, MayBeDestroyedWhenItsTimerHasExpired)
{
    asio::io_context loop;
    std::vector<std::unique_ptr<FileLines>> followers;
    asio::steady_timer first(loop, FileLines::EVERY / 2);
    followers.push_back(std::make_unique<FileLines>(loop, "/none", [](std::string_view) {}));
    first.async_wait([&](const asio::error_code&) { followers.clear(); });
    std::this_thread::sleep_for(4 * FileLines::EVERY); // both have expired, and are queued
    loop.run();
    EXPECT_TRUE(followers.empty());
}

TEST(FileLinesTest, ALineMayBeItsEnd)
{
    asio::io_context loop;
    const std::filesystem::path file =
        std::filesystem::temp_directory_path() / ("swimlab-end-" + std::to_string(getpid()));
    int heard = 0;
    std::unique_ptr<FileLines> follower;
    follower = std::make_unique<FileLines>(loop, file, [&](std::string_view) {
        ++heard;
        follower.reset();
    });
    std::ofstream(file) << "one\ntwo\n";
    loop.run(); // ends, for nobody waits any more
    EXPECT_EQ(heard, 1);
    std::filesystem::remove(file);
}

} // namespace swimlab
