// SPDX-License-Identifier: GPL-2.0-only
//
// See graphml.h.
#include "lab/topology/graphml.h"

#include "lab/topology/topology.h"
#include "lab/topology/xml-encoding.h"
#include "lab/topology/xml-reader.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <list>
#include <optional>
#include <set>
#include <sstream>

namespace swimlab
{

namespace
{

/// One <key>: what <data> of its id is about.
struct DataKey
{
    std::string name;
    std::string of; ///< `node`, `edge`, `graph`, `all`
    std::optional<std::string> byDefault;
};

/// An edge before all nodes are known.
struct FoundEdge
{
    std::string source;
    std::string target;
    std::size_t line;
    GraphmlAttributes attributes;
};

/// One element that may have <data>, while it is open.
struct Open
{
    std::string element;
    GraphmlAttributes* attributes; ///< nullptr: what is said of it does not matter
    std::set<std::string> given;   ///< ids of its <data> so far
};

std::string Trimmed(const std::string& text)
{
    constexpr const char* SPACE = " \t\n";
    const std::size_t from = text.find_first_not_of(SPACE);
    return from == std::string::npos ? ""
                                     : text.substr(from, text.find_last_not_of(SPACE) - from + 1);
}

class GraphmlReader
{
  public:
    explicit GraphmlReader(std::string_view text)
        : m_xml(text)
    {
    }

    GraphmlDocument Read();

  private:
    using Token = XmlReader::Token;

    struct FoundNode
    {
        std::uint32_t place;
        std::size_t line;
    };

    void Start();
    void StartGraph();
    void StartNode();
    void StartEdge();
    void ReadKey();
    void ReadData();
    std::string ReadText();
    void SkipElement();
    GraphmlAttributes Defaults(std::string_view of) const;
    std::uint32_t PlaceOf(const std::string& id, std::size_t line) const;

    XmlReader m_xml;
    std::map<std::string, DataKey> m_keys;
    std::map<std::string, FoundNode> m_ids;
    std::list<GraphmlAttributes> m_nodes; ///< stay where they are while more come
    std::list<FoundEdge> m_edges;
    std::vector<Open> m_open;
    bool m_isDirected = false; ///< of edges that do not say
    std::optional<bool> m_firstEdgeIsDirected;
    bool m_hadGraph = false;
};

GraphmlDocument GraphmlReader::Read()
{
    for (Token token = m_xml.Next(); token != Token::DONE; token = m_xml.Next())
    {
        if (token == Token::START)
        {
            Start();
        }
        else if (token == Token::END)
        {
            m_open.pop_back();
        }
    }
    GraphmlDocument document;
    document.nodes.assign(m_nodes.begin(), m_nodes.end());
    for (const FoundEdge& edge : m_edges)
    {
        document.edges.push_back(
            {PlaceOf(edge.source, edge.line), PlaceOf(edge.target, edge.line), edge.attributes});
    }
    return document;
}

void GraphmlReader::Start()
{
    const std::string name = m_xml.Name();
    if (m_open.empty())
    {
        if (name != "graphml")
        {
            m_xml.Fail("is XML but not GraphML: it begins with <" + name +
                       ">, and <graphml> was expected");
        }
        m_open.push_back({name, nullptr, {}});
        return;
    }
    const std::string& inside = m_open.back().element;
    if (name == "key" && inside == "graphml")
    {
        ReadKey();
    }
    else if (name == "graph" && (inside == "graphml" || inside == "node"))
    {
        StartGraph();
    }
    else if (name == "node" && inside == "graph")
    {
        StartNode();
    }
    else if (name == "edge" && inside == "graph")
    {
        StartEdge();
    }
    else if (name == "hyperedge")
    {
        m_xml.Fail("<hyperedge> has many ends, and a link has two");
    }
    else if (name == "node" || name == "edge" || name == "graph")
    {
        m_xml.Fail("<" + name + "> stands inside of <" + inside + ">, where it means nothing");
    }
    else if (name == "data")
    {
        ReadData();
    }
    else
    {
        SkipElement();
    }
}

void GraphmlReader::StartGraph()
{
    if (m_open.size() == 1 && m_hadGraph)
    {
        m_xml.Fail("a second <graph> follows the first; a map is one graph");
    }
    m_hadGraph = true;
    const std::string& direction = m_xml.Attribute("edgedefault");
    if (direction != "directed" && direction != "undirected")
    {
        m_xml.Fail("edgedefault is \"" + direction + "\"; must be directed or undirected");
    }
    m_isDirected = direction == "directed";
    m_open.push_back({"graph", nullptr, {}});
}

void GraphmlReader::StartNode()
{
    const std::string& id = m_xml.Attribute("id");
    const auto place = static_cast<std::uint32_t>(m_nodes.size());
    const auto [found, isNew] = m_ids.try_emplace(id, FoundNode{place, m_xml.Line()});
    if (!isNew)
    {
        m_xml.Fail("the node in line " + std::to_string(found->second.line) + " has the id \"" +
                   id + "\" too; each id must be that of one node");
    }
    m_nodes.push_back(Defaults("node"));
    m_open.push_back({"node", &m_nodes.back(), {}});
}

void GraphmlReader::StartEdge()
{
    const auto& attributes = m_xml.Attributes();
    const auto said = attributes.find("directed");
    const bool isDirected = said == attributes.end() ? m_isDirected : said->second == "true";
    if (m_firstEdgeIsDirected.value_or(isDirected) != isDirected)
    {
        m_xml.Fail("has directed and undirected edges; all of one sort were expected");
    }
    m_firstEdgeIsDirected = isDirected;
    m_edges.push_back(
        {m_xml.Attribute("source"), m_xml.Attribute("target"), m_xml.Line(), Defaults("edge")});
    m_open.push_back({"edge", &m_edges.back().attributes, {}});
}

void GraphmlReader::ReadKey()
{
    const auto& attributes = m_xml.Attributes();
    const std::string id = m_xml.Attribute("id");
    const auto named = attributes.find("attr.name");
    const auto of = attributes.find("for");
    DataKey key{named == attributes.end() ? "" : named->second,
                of == attributes.end() ? "all" : of->second,
                {}};
    const std::size_t line = m_xml.Line();
    for (Token token = m_xml.Next(); token != Token::END; token = m_xml.Next())
    {
        if (token == Token::START && m_xml.Name() == "default")
        {
            key.byDefault = ReadText();
        }
        else if (token == Token::START)
        {
            SkipElement();
        }
    }
    if (!m_keys.emplace(id, key).second)
    {
        throw XmlError(line, "a <key> before this has the id \"" + id + "\" too");
    }
}

void GraphmlReader::ReadData()
{
    const std::string id = m_xml.Attribute("key");
    const std::size_t line = m_xml.Line();
    const std::string text = ReadText();
    const auto key = m_keys.find(id);
    if (key == m_keys.end())
    {
        throw XmlError(line, "no <key> before this has the id \"" + id + "\" of this <data>");
    }
    Open& about = m_open.back();
    if (!about.given.insert(id).second)
    {
        throw XmlError(line, "the <" + about.element + "> has <data> of \"" + id + "\" twice");
    }
    if (about.attributes != nullptr && !key->second.name.empty())
    {
        (*about.attributes)[key->second.name] = text;
    }
}

/// Of an element that was just opened, to its end; what other programs put inside is left out.
std::string GraphmlReader::ReadText()
{
    std::string text;
    for (Token token = m_xml.Next(); token != Token::END; token = m_xml.Next())
    {
        if (token == Token::TEXT)
        {
            text += m_xml.Text();
        }
        else
        {
            SkipElement();
        }
    }
    return Trimmed(text);
}

void GraphmlReader::SkipElement()
{
    for (std::size_t depth = 1; depth > 0;)
    {
        const Token token = m_xml.Next();
        depth += token == Token::START ? 1 : 0;
        depth -= token == Token::END ? 1 : 0;
    }
}

GraphmlAttributes GraphmlReader::Defaults(std::string_view of) const
{
    GraphmlAttributes attributes;
    for (const auto& [id, key] : m_keys)
    {
        if (key.byDefault && !key.name.empty() && (key.of == of || key.of == "all"))
        {
            attributes[key.name] = *key.byDefault;
        }
    }
    return attributes;
}

std::uint32_t GraphmlReader::PlaceOf(const std::string& id, std::size_t line) const
{
    const auto found = m_ids.find(id);
    if (found == m_ids.end())
    {
        throw XmlError(line, "the edge names a node \"" + id + "\" that the file does not declare");
    }
    return found->second.place;
}

} // namespace

std::string ReadMap(const std::filesystem::path& file, const std::string& where)
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

GraphmlDocument ReadGraphml(std::string_view bytes, const std::string& where)
{
    try
    {
        const std::string text = DecodeXml(bytes);
        return GraphmlReader(text).Read();
    }
    catch (const XmlError& error)
    {
        throw TopologyError("file", where + error.what());
    }
}

} // namespace swimlab
