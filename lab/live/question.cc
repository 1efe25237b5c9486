// SPDX-License-Identifier: GPL-2.0-only
//
// See question.h.
#include "lab/live/question.h"

#include <algorithm>
#include <array>
#include <asio/ip/address.hpp>
#include <asio/post.hpp>
#include <asio/write.hpp>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace swimlab
{

namespace
{

/// More than any answer has; what is longer was never meant for us.
constexpr std::size_t LONGEST_ANSWER = 4 << 20;

/// A socket belongs to the network of the thread that makes it. @return -1: errno says why
int SocketIn(const std::function<bool()>& enterNetwork)
{
    const auto make = [] { return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); };
    if (!enterNetwork)
    {
        return make();
    }
    int made = -1;
    int reason = 0;
    std::thread([&] {
        made = enterNetwork() ? make() : -1;
        reason = errno;
    }).join();
    errno = reason;
    return made;
}

constexpr std::string_view END_OF_HTTP_HEAD = "\r\n\r\n";

std::string WithoutHead(const std::string& answer)
{
    const std::size_t end = answer.find(END_OF_HTTP_HEAD);
    return end == std::string::npos ? answer : answer.substr(end + END_OF_HTTP_HEAD.size());
}

/// @return why an answer by HTTP that ended with its connection is none; empty: it is one
std::string MistakeOfHttp(const std::string& answer)
{
    static const Pattern status(R"(^HTTP/\d\S* (?P<code>\d{3})[^\r\n]*)");
    static const Pattern length(R"((?i)\r\nContent-Length: *(?P<bytes>\d{1,15}) *\r\n)");
    const std::size_t end = answer.find(END_OF_HTTP_HEAD);
    if (end == std::string::npos)
    {
        return answer.empty() ? "an empty answer" : "the answer is not HTTP, or ends in its head";
    }
    const std::string head = answer.substr(0, end + END_OF_HTTP_HEAD.size());
    const auto code = status.Search(head);
    if (!code || !code->Find("code")->starts_with('2'))
    {
        return "the answer is " + head.substr(0, head.find('\r'));
    }
    const std::size_t size = answer.size() - head.size();
    if (const auto told = length.Search(head);
        told && std::stoull(std::string(*told->Find("bytes"))) > size)
    {
        return "the answer ends after " + std::to_string(size) + " of " +
               std::string(*told->Find("bytes")) + " bytes";
    }
    return {};
}

} // namespace

std::optional<std::pair<std::string, std::uint16_t>> SplitHostPort(const std::string& target)
{
    const std::size_t colon = target.rfind(':');
    if (colon == std::string::npos)
    {
        return {};
    }
    std::uint16_t port = 0;
    const char* const end = target.data() + target.size();
    const auto [rest, error] = std::from_chars(target.data() + colon + 1, end, port);
    asio::error_code failed;
    const std::string host = target.substr(0, colon);
    asio::ip::make_address_v4(host, failed);
    if (error != std::errc{} || rest != end || port == 0 || failed)
    {
        return {};
    }
    return std::pair{host, port};
}

std::optional<FilledQuestion> HttpQuestion(const std::string& url)
{
    constexpr std::string_view SCHEME = "http://";
    const std::string rest = url.substr(std::min(url.size(), SCHEME.size()));
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    const auto place = SplitHostPort(rest.substr(0, slash));
    if (!url.starts_with(SCHEME) || !place)
    {
        return {};
    }
    FilledQuestion question;
    question.host = place->first;
    question.port = place->second;
    const std::string path = slash == rest.size() ? "/" : rest.substr(slash);
    question.isHttp = true;
    question.request = "GET " + path + " HTTP/1.0\r\nHost: " + rest.substr(0, slash) + "\r\n\r\n";
    return question;
}

class Questioner::State : public std::enable_shared_from_this<Questioner::State>
{
  public:
    State(asio::io_context& loop,
          std::function<bool()> enterNetwork,
          std::function<bool()> enterAll)
        : m_loop(loop),
          m_enterNetwork(std::move(enterNetwork)),
          m_enterAll(std::move(enterAll)),
          m_socket(loop),
          m_limit(loop)
    {
    }

    bool IsAsking() const
    {
        return m_onAnswer != nullptr;
    }

    void Ask(FilledQuestion question, OnAnswer onAnswer);
    void Stop();

  private:
    void AskProgram();
    void Connect();
    void Send();
    void Read();
    std::string Mistake() const;
    void Finish(const std::string& failure);
    void Disconnect();

    /// A handler for the question that is asked now, and for no later one.
    template <typename Handler>
    auto Now(Handler handler)
    {
        return [self = shared_from_this(), number = m_number, handler](auto... arguments) {
            if (number == self->m_number && self->m_onAnswer)
            {
                handler(*self, arguments...);
            }
        };
    }

    asio::io_context& m_loop;
    std::function<bool()> m_enterNetwork;
    std::function<bool()> m_enterAll;
    asio::ip::tcp::socket m_socket;
    asio::steady_timer m_limit;
    std::unique_ptr<Process> m_program;
    FilledQuestion m_question;
    OnAnswer m_onAnswer;
    std::uint64_t m_number = 0;
    std::string m_answer;
    std::array<char, 16384> m_buffer{};
};

void Questioner::State::Ask(FilledQuestion question, OnAnswer onAnswer)
{
    ++m_number;
    m_question = std::move(question);
    m_onAnswer = std::move(onAnswer);
    m_answer.clear();
    m_limit.expires_after(m_question.within);
    m_limit.async_wait(Now([](State& self, const asio::error_code& error) {
        if (!error)
        {
            self.Finish(NO_ANSWER_IN_TIME);
        }
    }));
    if (!m_question.command.empty())
    {
        AskProgram();
    }
    else if (m_socket.is_open())
    {
        Send();
    }
    else
    {
        Connect();
    }
}

void Questioner::State::AskProgram()
{
    const auto take =
        Now([](State& self, std::string_view line) { self.m_answer.append(line).append("\n"); });
    const auto end = Now([](State& self, const std::string& how) {
        self.Finish(how == "exit code 0" ? "" : self.m_question.command[0] + ": " + how);
    });
    try
    {
        m_program = std::make_unique<Process>(m_loop,
                                              Process::Start{m_question.command, m_enterAll},
                                              Process::Handlers{take, take, end});
    }
    catch (const ProcessError& error)
    {
        asio::post(m_loop,
                   Now([what = std::string(error.what())](State& self) { self.Finish(what); }));
    }
}

void Questioner::State::Connect()
{
    const int made = SocketIn(m_enterNetwork);
    asio::error_code error;
    if (made >= 0)
    {
        m_socket.assign(asio::ip::tcp::v4(), made, error);
    }
    if (made < 0 || error)
    {
        const std::string what = std::string("no socket: ") + std::strerror(errno);
        asio::post(m_loop, Now([what](State& self) { self.Finish(what); }));
        return;
    }
    const asio::ip::tcp::endpoint to(asio::ip::make_address_v4(m_question.host), m_question.port);
    m_socket.async_connect(to, Now([](State& self, const asio::error_code& failed) {
                               if (failed)
                               {
                                   self.Finish(self.m_question.host + ":" +
                                               std::to_string(self.m_question.port) + ": " +
                                               failed.message());
                                   return;
                               }
                               if (self.m_question.isForConnection)
                               {
                                   self.Finish("");
                                   return;
                               }
                               self.Send();
                           }));
}

void Questioner::State::Send()
{
    asio::async_write(m_socket,
                      asio::buffer(m_question.request),
                      Now([](State& self, const asio::error_code& failed, std::size_t) {
                          if (failed)
                          {
                              self.Finish(failed.message());
                              return;
                          }
                          self.Read();
                      }));
}

void Questioner::State::Read()
{
    m_socket.async_read_some(asio::buffer(m_buffer),
                             Now([](State& self, const asio::error_code& failed, std::size_t size) {
                                 self.m_answer.append(self.m_buffer.data(), failed ? 0 : size);
                                 const auto& end = self.m_question.end;
                                 if (!failed && end && end->Search(self.m_answer))
                                 {
                                     self.Finish("");
                                     return;
                                 }
                                 if (failed)
                                 {
                                     const bool mayEnd = failed == asio::error::eof && !end;
                                     self.Disconnect();
                                     self.Finish(mayEnd ? self.Mistake() : failed.message());
                                     return;
                                 }
                                 if (self.m_answer.size() > LONGEST_ANSWER)
                                 {
                                     self.Finish("the answer is longer than 4 MiB");
                                     return;
                                 }
                                 self.Read();
                             }));
}

/// @return why what was said until the end of the connection is no answer; empty: it is one
std::string Questioner::State::Mistake() const
{
    if (m_question.isHttp)
    {
        return MistakeOfHttp(m_answer);
    }
    return m_answer.empty() ? "an empty answer" : "";
}

void Questioner::State::Disconnect()
{
    asio::error_code ignored;
    m_socket.close(ignored);
}

void Questioner::State::Finish(const std::string& failure)
{
    const OnAnswer onAnswer = std::exchange(m_onAnswer, nullptr);
    ++m_number;
    m_limit.cancel();
    if (!failure.empty() || !m_question.end)
    {
        Disconnect(); // what comes late would answer the next question
    }
    const std::string answer = m_question.isHttp ? WithoutHead(m_answer) : m_answer;
    const auto program = std::move(m_program); // this may be a call of its own
    onAnswer(answer, failure);
}

void Questioner::State::Stop()
{
    m_onAnswer = nullptr;
    ++m_number;
    m_limit.cancel();
    m_program.reset();
    Disconnect();
}

Questioner::Questioner(asio::io_context& loop,
                       std::function<bool()> enterNetwork,
                       std::function<bool()> enterAll)
    : m_state(std::make_shared<State>(loop, std::move(enterNetwork), std::move(enterAll)))
{
}

Questioner::~Questioner()
{
    m_state->Stop();
}

bool Questioner::IsAsking() const
{
    return m_state->IsAsking();
}

void Questioner::Ask(FilledQuestion question, OnAnswer onAnswer)
{
    m_state->Ask(std::move(question), std::move(onAnswer));
}

} // namespace swimlab
