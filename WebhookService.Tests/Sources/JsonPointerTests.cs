using FluentAssertions;
using NUnit.Framework;

namespace WebhookService.Tests.Sources;

/// <summary>The examples of RFC 6901, section 5, as a definition would use them.</summary>
internal sealed class JsonPointerTests
{
    private const string Document = """
        {"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8,"~1":9}
        """;

    [TestCase("/foo/0", "bar")]
    [TestCase("/foo/1", "baz")]
    [TestCase("/", "0")]
    [TestCase("/a~1b", "1")]
    [TestCase("/c%d", "2")]
    [TestCase("/e^f", "3")]
    [TestCase("/g|h", "4")]
    [TestCase(@"/i\\j", "5")]
    [TestCase("/k\\\"l", "6")]
    [TestCase("/ ", "7")]
    [TestCase("/m~0n", "8")]
    [TestCase("/~01", "9")]
    public void Pointer_FindsWhatTheRfcSays(string path, string value) => Find(path).Should().Be($"ignored {value}");

    [TestCase("/foo")]
    [TestCase("/foo/2")]
    [TestCase("/foo/01")]
    [TestCase("/foo/-")]
    [TestCase("/foo/-1")]
    [TestCase("/foo/+1")]
    [TestCase("/foo/")]
    [TestCase("/foo/0/x")]
    [TestCase("/none")]
    [TestCase("/foo/99999999999999999999")]
    public void Pointer_FindsNoTextElsewhere(string path) => Find(path).Should().StartWith("quarantined: type: ");

    private static string Find(string path) => TestSource.Of($$"""
        {"type":"{{path}}","events":[{"types":["none"],"amount_unit":"minor",
        "map":{"transaction_id":"/a","source_account":"/a","destination_account":"/a","amount":"/a","currency":"/a"} }]}
        """).Read(Document).Items.Single().Describe();
}
