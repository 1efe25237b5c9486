// SPDX-License-Identifier: GPL-2.0-only
//
// Map files of every sort that editors, exporters and accidents make: honoured or refused by their
// line, never a crash and never a router or a link that is lost in silence.
#include "lab/topology/graphml.h"
#include "lab/topology/topology.h"

#include <gtest/gtest.h>

namespace swimlab
{
namespace
{

using namespace std::string_view_literals;

constexpr std::string_view KEYS = "<key attr.name=\"label\" for=\"node\" id=\"l\"/>\n";

/// Two routers, the first with this label, in an envelope without a first line.
std::string Map(const std::string& label)
{
    return "<graphml>\n" + std::string(KEYS) + "<graph edgedefault=\"undirected\">\n" +
           "<node id=\"a\"><data key=\"l\">" + label + "</data></node>\n" +
           "<node id=\"b\"/>\n<edge source=\"a\" target=\"b\"/>\n</graph>\n</graphml>\n";
}

std::string Declared(const std::string& encoding, const std::string& text)
{
    return "<?xml version=\"1.0\" encoding=\"" + encoding + "\"?>\n" + text;
}

std::string LabelOf(std::string_view bytes)
{
    const GraphmlDocument document = ReadGraphml(bytes, "m: ");
    EXPECT_EQ(document.nodes.size(), 2U);
    EXPECT_EQ(document.edges.size(), 1U);
    return document.nodes.at(0).at("label");
}

std::string ErrorOf(std::string_view bytes)
{
    try
    {
        ReadGraphml(bytes, "m: ");
    }
    catch (const TopologyError& error)
    {
        EXPECT_EQ(error.Field(), "file");
        return error.what();
    }
    return "no error";
}

/// Of ASCII; the least significant byte first or last.
std::string Utf16(const std::string& text, bool isLittle)
{
    std::string wide;
    for (const char c : text)
    {
        wide += isLittle ? std::string{c, '\0'} : std::string{'\0', c};
    }
    return wide;
}

TEST(MapFile, IsReadInTheEncodingThatItDeclares)
{
    EXPECT_EQ(LabelOf(Map("Z\xc3\xbcrich")), "Zürich");
    EXPECT_EQ(LabelOf("\xef\xbb\xbf" + Map("Z\xc3\xbcrich")), "Zürich");
    EXPECT_EQ(LabelOf(Declared("ISO-8859-1", Map("Z\xfcrich"))), "Zürich");
    EXPECT_EQ(LabelOf(Declared("latin1", Map("Z\xfcrich"))), "Zürich");
    EXPECT_EQ(LabelOf(Declared("windows-1251", Map("\xcc\xee\xf1\xea\xe2\xe0"))), "Москва");
    EXPECT_EQ(LabelOf(Declared("Shift_JIS", Map("\x93\x8c\x8b\x9e"))), "東京");
    for (const bool isLittle : {true, false})
    {
        const std::string text = Utf16(Declared("UTF-16", Map("Bonn")), isLittle);
        EXPECT_EQ(LabelOf(text), "Bonn") << "without a mark";
        EXPECT_EQ(LabelOf((isLittle ? "\xff\xfe" : "\xfe\xff") + text), "Bonn");
    }
}

TEST(MapFile, OfAnotherEncodingThanItSaysIsRefusedByItsLine)
{
    EXPECT_EQ(
        ErrorOf(Map("Z\xfcrich")),
        "m: line 4: the byte 0xfc is no UTF-8; say in the first line what the file is in, such "
        "as <?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>");
    EXPECT_EQ(
        ErrorOf(Declared("EBCDIC-XYZ", Map("x"))),
        "m: line 1: the encoding \"EBCDIC-XYZ\" is not known here; save the file as UTF-8 and "
        "say so");
    EXPECT_EQ(ErrorOf(Declared("EUC-JP", Map("\xff\xff"))),
              "m: line 5: has bytes that are not EUC-JP, which the file says it is in");
    EXPECT_EQ(ErrorOf("\xff\xfe<"sv),
              "m: line 1: ends in the middle of a character; the file is cut off");
}

TEST(MapFile, HasTextAsItIsMeant)
{
    EXPECT_EQ(LabelOf(Map("a &lt;b&gt; &amp;amp; &quot;&apos; &#65;&#x1F600;")),
              "a <b> &amp; \"' A😀");
    EXPECT_EQ(LabelOf(Map("<![CDATA[$x$ <b> & ]]>!")), "$x$ <b> & !");
    EXPECT_EQ(LabelOf(Map("  two\r\nlines\rand <!-- no --> one ")), "two\nlines\nand  one");
    EXPECT_EQ(LabelOf(Map("مركز")), "مركز");
}

TEST(MapFile, MayHaveWhatOtherProgramsPutIn)
{
    EXPECT_EQ(
        LabelOf("<?xml version='1.0'?>\n<!DOCTYPE graphml SYSTEM \"x.dtd\">\n<!-- yEd -->\n"
                "<g:graphml xmlns:g='http://graphml.graphdrawing.org/xmlns'>\n"
                "<g:key id='d0' for='node' yfiles.type='nodegraphics'/>\n"
                "<g:key id='l' for='node' attr.name='label'><g:default> none </g:default></g:key>\n"
                "<g:graph edgedefault='directed'><g:edge target='b' source='a'><g:data "
                "key='d0'/></g:edge>\n"
                "<g:node id='a'><g:data key='d0'><y:ShapeNode><y:Fill color='#fff'/>x"
                "</y:ShapeNode></g:data><g:port name='p'/></g:node><g:node id='b'/>\n"
                "</g:graph></g:graphml>\n<?pi?>"),
        "none");
}

TEST(MapFile, ThatWouldLoseARouterOrALinkIsRefused)
{
    const std::string head = "<graphml>\n<graph edgedefault=\"undirected\">\n<node id=\"a\"/>\n";
    const std::string tail = "</graph>\n</graphml>\n";
    EXPECT_EQ(
        ErrorOf(head + "<node id=\"b\"/>\n<node id=\"a\"/>\n" + tail),
        "m: line 5: the node in line 3 has the id \"a\" too; each id must be that of one node");
    EXPECT_EQ(ErrorOf(head + "<edge source=\"a\" target=\"z\"/>\n" + tail),
              "m: line 4: the edge names a node \"z\" that the file does not declare");
    EXPECT_EQ(ErrorOf(head + "<hyperedge/>\n" + tail),
              "m: line 4: <hyperedge> has many ends, and a link has two");
    EXPECT_EQ(ErrorOf(head + "</graph>\n<graph edgedefault=\"undirected\">\n" + tail),
              "m: line 5: a second <graph> follows the first; a map is one graph");
    EXPECT_EQ(ErrorOf("<graphml>\n<node id=\"a\"/></graphml>"),
              "m: line 2: <node> stands inside of <graphml>, where it means nothing");
    EXPECT_EQ(ErrorOf(head + "<node/>\n" + tail), "m: line 4: <node> has no id");
    EXPECT_EQ(ErrorOf(head + "<edge source=\"a\"/>\n" + tail), "m: line 4: <edge> has no target");
    EXPECT_EQ(ErrorOf("<graphml><key id=\"l\"/>\n<key id=\"l\"/></graphml>"),
              "m: line 2: a <key> before this has the id \"l\" too");
    EXPECT_EQ(ErrorOf(Map("x</data><data key=\"l\">y")),
              "m: line 4: the <node> has <data> of \"l\" twice");
    EXPECT_EQ(ErrorOf(Map("x</data><data key=\"m\">y")),
              "m: line 4: no <key> before this has the id \"m\" of this <data>");
    EXPECT_EQ(ErrorOf("<graphml>\n<graph edgedefault=\"both\"/></graphml>"),
              "m: line 2: edgedefault is \"both\"; must be directed or undirected");
}

TEST(MapFile, InsideOfANodeHasRoutersToo)
{
    const GraphmlDocument document =
        ReadGraphml("<graphml><graph edgedefault='undirected'><node id='a'><graph "
                    "edgedefault='undirected'><node id='b'/></graph></node><edge source='a' "
                    "target='b'/></graph></graphml>",
                    "m: ");
    EXPECT_EQ(document.nodes.size(), 2U);
    EXPECT_EQ(document.edges.size(), 1U);
}

TEST(MapFile, ThatIsCutOffAnywhereIsRefused)
{
    const std::string whole = Declared("UTF-8", Map("a <b/> &amp; <![CDATA[c]]> <!-- d -->"));
    for (std::size_t size = 0; size + 1 < whole.size(); ++size)
    {
        EXPECT_EQ(ErrorOf(whole.substr(0, size)).substr(0, 8), "m: line ") << size;
    }
    EXPECT_EQ(ErrorOf(whole), "no error");
    EXPECT_EQ(ErrorOf("<graphml>\n<graph edgedefault=\"undirected\">\n"),
              "m: line 3: ends inside of <graph>, which begins in line 2; the file is cut off");
}

TEST(MapFile, WithAByteChangedIsReadOrRefused)
{
    const std::string whole = Declared("UTF-8", Map("a &amp; <![CDATA[c]]>"));
    for (std::size_t at = 0; at < whole.size(); ++at)
    {
        for (const char byte : {'<', '>', '&', '"', '\0', '/', '\xff', '!'})
        {
            std::string changed = whole;
            changed[at] = byte;
            const std::string error = ErrorOf(changed);
            EXPECT_TRUE(error == "no error" || error.starts_with("m: ")) << error;
        }
    }
}

TEST(MapFile, OfEndlessDepthOrGrowthIsRefused)
{
    std::string deep;
    for (int i = 0; i < 200'000; ++i)
    {
        deep += "<a>";
    }
    EXPECT_EQ(ErrorOf("<graphml>" + deep),
              "m: line 1: more than 100 elements are inside of each other");
    EXPECT_EQ(ErrorOf("<?xml version=\"1.0\"?>\n<!DOCTYPE graphml [\n<!ENTITY a \"aaaaaaaaaa\">\n"
                      "<!ENTITY b \"&a;&a;&a;&a;\">]>\n" +
                      Map("&b;")),
              "m: line 2: the file defines words of its own in <!DOCTYPE ... [; a map without them "
              "was expected");
    EXPECT_EQ(ErrorOf(Map("&b;")),
              "m: line 4: &b is no character; write &amp; for the sign itself");
    EXPECT_EQ(ErrorOf(Map("&#0;")).substr(0, 23), "m: line 4: &#0 is no ch");
}

TEST(MapFile, ThatIsNoMapIsRefused)
{
    EXPECT_EQ(ErrorOf(""), "m: line 1: is empty");
    EXPECT_EQ(ErrorOf(" \n"), "m: line 2: is empty");
    EXPECT_EQ(ErrorOf("graph [ node [ id 0 ] ]"),
              "m: line 1: an element was expected; the file is no XML");
    EXPECT_EQ(
        ErrorOf("<svg/>"),
        "m: line 1: is XML but not GraphML: it begins with <svg>, and <graphml> was expected");
    EXPECT_EQ(ErrorOf("<graphml>\n</graph>"),
              "m: line 2: </graph> ends what is not open; <graphml> of line 1 is");
    EXPECT_EQ(ErrorOf("<graphml/>\n<graphml/>"), "m: line 2: a second document follows the first");
    EXPECT_EQ(ErrorOf("<graphml a='1' a='2'/>"), "m: line 1: <graphml> has a twice");
    EXPECT_EQ(ErrorOf("<graphml a=1/>"), "m: line 1: <graphml>: the value of a must be in quotes");
}

} // namespace
} // namespace swimlab
