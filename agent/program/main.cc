// SPDX-License-Identifier: MIT
//
// swim-agent: a member of a SWIM cluster as a program, and the commands to talk to it.
#include "agent/program/client.h"
#include "agent/program/run.h"
#include "agent/program/service.h"
#include "agent/program/swarm-command.h"

#include <iostream>

int main(int argc, char** argv)
{
    using namespace swim::program;

    CLI::App app("A member of a SWIM cluster, and commands to a running one.", "swim-agent");
    app.require_subcommand(0, 1);
    int code = 0;
    AddRunCommand(app, code);
    AddMemberCommands(app);
    AddMessageCommands(app);
    AddKeyCommands(app);
    AddSwarmCommand(app, code);
    try
    {
        app.parse(argc, argv);
        if (app.get_subcommands().empty())
        {
            throw UserError("a command is missing; see swim-agent --help");
        }
        return code;
    }
    catch (const CLI::Success& help)
    {
        return app.exit(help);
    }
    catch (const CLI::ParseError& error)
    {
        std::cerr << "swim-agent: " << error.what() << "; see swim-agent --help\n";
    }
    catch (const UserError& error)
    {
        std::cerr << "swim-agent: " << error.what() << "\n";
    }
    return EXIT_USER_ERROR;
}
