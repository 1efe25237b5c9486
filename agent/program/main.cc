// SPDX-License-Identifier: MIT
//
// swim-agent: a member of a SWIM cluster as a program, and the commands to talk to it.
#include "agent/program/run.h"
#include "agent/program/service.h"

#include <iostream>

int main(int argc, char** argv)
{
    using namespace swim::program;

    CLI::App app("A member of a SWIM cluster, and commands to a running one.", "swim-agent");
    app.require_subcommand(1);
    int code = 0;
    AddRunCommand(app, code);
    try
    {
        app.parse(argc, argv);
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
