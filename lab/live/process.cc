// SPDX-License-Identifier: GPL-2.0-only
//
// See process.h.
#include "lab/live/process.h"

#include <array>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/write.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <deque>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace swimlab
{

namespace
{

/// A longer line is cut into several.
constexpr std::size_t LONGEST_LINE = 1 << 20;

struct Pipe
{
    int in = -1;  ///< to write to
    int out = -1; ///< to read from

    Pipe()
    {
        std::array<int, 2> ends;
        if (pipe2(ends.data(), O_CLOEXEC) != 0)
        {
            throw ProcessError(std::string("no pipe can be made: ") + std::strerror(errno));
        }
        out = ends[0];
        in = ends[1];
    }

    ~Pipe()
    {
        CloseEnd(in);
        CloseEnd(out);
    }

    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    static void CloseEnd(int& end)
    {
        if (end >= 0)
        {
            close(std::exchange(end, -1));
        }
    }
};

/// In the child: becomes the program, or leaves the reason in `failure`.
[[noreturn]] void BecomeProgram(const Process::Start& start,
                                char* const* arguments,
                                const std::array<int, 3>& standard,
                                int failure,
                                pid_t parent)
{
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == parent)
    {
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, nullptr);
        signal(SIGPIPE, SIG_DFL);
        for (int i = 0; i < 3; ++i)
        {
            dup2(standard[i], i);
        }
        if (!start.enter || start.enter())
        {
            execvp(arguments[0], arguments);
        }
        const int reason = errno;
        [[maybe_unused]] const auto written = write(failure, &reason, sizeof(reason));
    }
    _exit(127);
}

/// How a child ended that nobody has waited for; while it runs, si_pid is 0.
siginfo_t EndOf(pid_t child)
{
    siginfo_t how{};
    waitid(P_PID, static_cast<id_t>(child), &how, WEXITED | WNOHANG | WNOWAIT);
    return how;
}

/// Kills what there is of a process group, and waits until none of it is left: what still runs would
/// write into folders that are being removed. Those below its first process have come to us when that
/// had ended, as BecomeReaper asks for. @return how its first process ended
int EndGroup(pid_t first)
{
    kill(-first, SIGKILL); // nobody else has its number until we have waited for it
    int status = 0;
    waitpid(first, &status, 0);
    while (waitpid(-first, nullptr, 0) > 0)
    {
    }
    return status;
}

/// Orphans of our processes become our children.
void BecomeReaper()
{
    prctl(PR_SET_CHILD_SUBREAPER, 1);
}

std::string HowItEnded(int status)
{
    if (WIFSIGNALED(status))
    {
        return "SIG" + std::string(sigabbrev_np(WTERMSIG(status)));
    }
    return "exit code " + std::to_string(WEXITSTATUS(status));
}

} // namespace

/// The process and its pipes, for as long as calls of the loop may want them.
class Process::State : public std::enable_shared_from_this<Process::State>
{
  public:
    State(asio::io_context& loop, Handlers handlers)
        : m_handlers(std::move(handlers)),
          m_ended(loop),
          m_input(loop),
          m_output{asio::posix::stream_descriptor(loop), {}, &Handlers::onLine},
          m_errors{asio::posix::stream_descriptor(loop), {}, &Handlers::onErrorLine}
    {
    }

    void Launch(const Start& start);
    void Listen();
    void Kill();

    pid_t Pid() const
    {
        return m_pid;
    }

    bool IsRunning() const
    {
        return m_running;
    }

    void Signal(int number)
    {
        if (m_running)
        {
            kill(-m_pid, number);
        }
    }

    void Write(std::string text);
    void CloseInput();

  private:
    /// One of its outputs.
    struct Output
    {
        asio::posix::stream_descriptor pipe;
        std::string rest; ///< the begin of a line
        std::function<void(std::string_view)> Handlers::*handler;
        std::array<char, 16384> buffer{};
    };

    void Read(Output& output);
    void Tell(const Output& output, std::string_view line);
    void Take(Output& output, std::size_t size);
    void Drain(Output& output, bool isCut);
    void WriteNext();
    void AwaitEnd();
    void OnEnd();

    Handlers m_handlers;
    pid_t m_pid = -1;
    bool m_running = false;
    asio::posix::stream_descriptor m_ended; ///< readable once the process is gone
    asio::posix::stream_descriptor m_input;
    Output m_output;
    Output m_errors;
    std::deque<std::string> m_toWrite;
    bool m_closeInput = false;
};

void Process::State::Launch(const Start& start)
{
    BecomeReaper();
    Pipe input;
    Pipe output;
    Pipe errors;
    Pipe failure;
    std::vector<char*> arguments;
    for (const std::string& argument : start.command)
    {
        arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    const pid_t parent = getpid();
    m_pid = fork();
    if (m_pid < 0)
    {
        throw ProcessError(start.command[0] + " cannot be started: " + std::strerror(errno));
    }
    if (m_pid == 0)
    {
        BecomeProgram(start,
                      arguments.data(),
                      {input.out, output.in, errors.in},
                      failure.in,
                      parent);
    }
    Pipe::CloseEnd(failure.in);
    int reason = 0;
    if (read(failure.out, &reason, sizeof(reason)) > 0)
    {
        waitpid(m_pid, nullptr, 0);
        throw ProcessError(start.command[0] + " cannot be started: " + std::strerror(reason));
    }
    m_running = true;
    m_ended.assign(static_cast<int>(syscall(SYS_pidfd_open, m_pid, 0)));
    m_input.assign(std::exchange(input.in, -1));
    m_output.pipe.assign(std::exchange(output.out, -1));
    m_errors.pipe.assign(std::exchange(errors.out, -1));
    m_input.non_blocking(true);
    m_output.pipe.non_blocking(true);
    m_errors.pipe.non_blocking(true);
}

void Process::State::Listen()
{
    Read(m_output);
    Read(m_errors);
    AwaitEnd();
}

/// asio may tell of what happened to a descriptor that was closed before, in the place of which ours
/// has come: the process may still run.
void Process::State::AwaitEnd()
{
    m_ended.async_wait(asio::posix::stream_descriptor::wait_read,
                       [self = shared_from_this()](const asio::error_code& error) {
                           if (error || !self->m_running)
                           {
                               return;
                           }
                           if (EndOf(self->m_pid).si_pid == self->m_pid)
                           {
                               self->OnEnd();
                           }
                           else
                           {
                               self->AwaitEnd();
                           }
                       });
}

/// Waits and then reads: what is read is told at once, so that nothing is left for Drain to miss.
void Process::State::Read(Output& output)
{
    output.pipe.async_wait(asio::posix::stream_descriptor::wait_read,
                           [self = shared_from_this(), &output](const asio::error_code& failed) {
                               if (failed || !output.pipe.is_open())
                               {
                                   return;
                               }
                               asio::error_code error;
                               const std::size_t size =
                                   output.pipe.read_some(asio::buffer(output.buffer), error);
                               if (!error || error == asio::error::would_block)
                               {
                                   self->Take(output, error ? 0 : size);
                                   self->Read(output);
                               }
                           });
}

void Process::State::Tell(const Output& output, std::string_view line)
{
    if (const auto& handler = m_handlers.*output.handler)
    {
        handler(line);
    }
}

void Process::State::Take(Output& output, std::size_t size)
{
    output.rest.append(output.buffer.data(), size);
    std::size_t begin = 0;
    for (std::size_t end; (end = output.rest.find('\n', begin)) != std::string::npos;)
    {
        Tell(output, std::string_view(output.rest).substr(begin, end - begin));
        begin = end + 1;
    }
    output.rest.erase(0, begin);
    if (output.rest.size() > LONGEST_LINE)
    {
        Tell(output, std::exchange(output.rest, {}));
    }
}

/// What it said before it ended, unless somebody else holds the pipe open and goes on talking.
/// @param isCut whether it could not finish its last line
void Process::State::Drain(Output& output, bool isCut)
{
    constexpr int MOST_READS = 1024;
    asio::error_code error;
    for (int i = 0; i < MOST_READS && output.pipe.is_open() && !error; ++i)
    {
        const std::size_t size = output.pipe.read_some(asio::buffer(output.buffer), error);
        Take(output, error ? 0 : size);
    }
    output.pipe.close(error);
    if (!output.rest.empty() && !isCut)
    {
        Tell(output, std::exchange(output.rest, {}));
    }
}

void Process::State::OnEnd()
{
    const siginfo_t how = EndOf(m_pid);
    const bool isCut = how.si_code == CLD_KILLED && how.si_status == SIGKILL;
    Drain(m_output, isCut);
    Drain(m_errors, isCut);
    const int status = EndGroup(m_pid);
    m_running = false;
    asio::error_code ignored;
    m_ended.close(ignored);
    m_input.close(ignored);
    if (const auto onEnd = std::exchange(m_handlers.onEnd, nullptr)) // may destroy the Process
    {
        onEnd(HowItEnded(status));
    }
}

void Process::State::Kill()
{
    m_handlers = {};
    if (!m_running)
    {
        return;
    }
    EndGroup(m_pid);
    m_running = false;
    asio::error_code ignored;
    m_ended.close(ignored);
    m_input.close(ignored);
    m_output.pipe.close(ignored);
    m_errors.pipe.close(ignored);
}

void Process::State::Write(std::string text)
{
    if (!m_running || m_closeInput)
    {
        return;
    }
    m_toWrite.push_back(std::move(text));
    if (m_toWrite.size() == 1)
    {
        WriteNext();
    }
}

void Process::State::WriteNext()
{
    asio::async_write(m_input,
                      asio::buffer(m_toWrite.front()),
                      [self = shared_from_this()](const asio::error_code& error, std::size_t) {
                          self->m_toWrite.pop_front();
                          if (!error && !self->m_toWrite.empty())
                          {
                              self->WriteNext();
                          }
                          else if (self->m_closeInput)
                          {
                              asio::error_code ignored;
                              self->m_input.close(ignored);
                          }
                      });
}

void Process::State::CloseInput()
{
    m_closeInput = true;
    if (m_toWrite.empty())
    {
        asio::error_code ignored;
        m_input.close(ignored);
    }
}

Process::Process(asio::io_context& loop, const Start& start, Handlers handlers)
    : m_state(std::make_shared<State>(loop, std::move(handlers)))
{
    m_state->Launch(start);
    m_state->Listen();
}

Process::~Process()
{
    m_state->Kill();
}

pid_t Process::Pid() const
{
    return m_state->Pid();
}

bool Process::IsRunning() const
{
    return m_state->IsRunning();
}

void Process::Signal(int number)
{
    m_state->Signal(number);
}

void Process::WriteLine(std::string_view line)
{
    m_state->Write(std::string(line) + "\n");
}

void Process::CloseInput()
{
    m_state->CloseInput();
}

} // namespace swimlab
