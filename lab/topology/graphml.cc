// SPDX-License-Identifier: GPL-2.0-only
//
// The receiving end of boost::read_graphml, and its many exceptions turned into one message.
#include "lab/topology/graphml.h"

#include "lab/topology/topology.h"

#include <boost/graph/graphml.hpp>
#include <boost/property_tree/exceptions.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace swimlab
{

namespace
{

class Collector final : public boost::mutate_graph
{
  public:
    explicit Collector(bool directed)
        : m_directed(directed)
    {
    }

    /// boost asks this once before each edge and never before the last node, which is how a node
    /// that an edge makes up is told from one that the file declares.
    bool is_directed() const override
    {
        m_nodesComplete = true;
        return m_directed;
    }

    boost::any do_add_vertex() override
    {
        if (m_nodesComplete)
        {
            throw boost::parse_error("edge " + std::to_string(m_document.edges.size() + 1) +
                                     " names a node that the file does not declare");
        }
        m_document.nodes.emplace_back();
        return m_document.nodes.size() - 1;
    }

    std::pair<boost::any, bool> do_add_edge(boost::any source, boost::any target) override
    {
        m_document.edges.push_back({Place(source), Place(target), {}});
        return {m_document.edges.size() - 1, true};
    }

    void set_graph_property(const std::string&, const std::string&, const std::string&) override
    {
    }

    void set_vertex_property(const std::string& name,
                             boost::any vertex,
                             const std::string& value,
                             const std::string&) override
    {
        m_document.nodes[Place(vertex)][name] = value;
    }

    void set_edge_property(const std::string& name,
                           boost::any edge,
                           const std::string& value,
                           const std::string&) override
    {
        m_document.edges[Place(edge)].attributes[name] = value;
    }

    GraphmlDocument Take()
    {
        return std::move(m_document);
    }

  private:
    static std::uint32_t Place(const boost::any& descriptor)
    {
        return static_cast<std::uint32_t>(boost::any_cast<std::size_t>(descriptor));
    }

    bool m_directed;
    mutable bool m_nodesComplete = false;
    GraphmlDocument m_document;
};

GraphmlDocument Collect(const std::string& text, bool directed)
{
    std::istringstream in(text);
    Collector collector(directed);
    boost::read_graphml(in, collector, 0);
    return collector.Take();
}

/// A fibre carries both ways whatever the file says, so a file may be of either sort, but not a
/// mixture.
GraphmlDocument CollectEither(const std::string& text)
{
    try
    {
        return Collect(text, false);
    }
    catch (const boost::directed_graph_error&)
    {
        return Collect(text, true);
    }
}

std::string ReadText(const std::filesystem::path& file, const std::string& where)
{
    if (file.empty())
    {
        throw TopologyError("file",
                            "file: missing; kind = \"file\" needs the path of a GraphML file");
    }
    if (std::filesystem::is_directory(file))
    {
        throw TopologyError("file", where + "is a folder; a GraphML file was expected");
    }
    errno = 0;
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    if (!in || (in.peek() != std::ifstream::traits_type::eof() && !(text << in.rdbuf())))
    {
        throw TopologyError("file", where + "cannot be read: " + std::strerror(errno));
    }
    return text.str();
}

} // namespace

GraphmlDocument ReadGraphml(const std::filesystem::path& file)
{
    const std::string where = "file = " + file.string() + ": ";
    const std::string text = ReadText(file, where);
    try
    {
        return CollectEither(text);
    }
    catch (const boost::property_tree::xml_parser_error& error)
    {
        throw TopologyError("file",
                            where + "line " + std::to_string(error.line()) + ": " +
                                error.message() + "; a GraphML file was expected");
    }
    catch (const boost::property_tree::ptree_error& error)
    {
        throw TopologyError("file",
                            where + "is XML but not GraphML: " + error.what() +
                                "; elements graphml, graph edgedefault, node id, edge source "
                                "and target, data key were expected");
    }
    catch (const boost::undirected_graph_error&)
    {
        throw TopologyError("file",
                            where +
                                "has directed and undirected edges; all of one sort were expected");
    }
    catch (const boost::parse_error& error)
    {
        throw TopologyError("file", where + error.error);
    }
}

} // namespace swimlab
