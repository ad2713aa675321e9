using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Pryvd.Model;
using Pryvd.Model.Rows;

namespace Pryvd.Tests.Commands;

/// <summary>Invariant 4: rows are valid JSON, whatever text they hold, and always the same bytes.</summary>
public sealed class CanonicalJsonTests
{
    [Fact]
    public void Any_text_is_read_back_by_another_reader() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
        {
            var bytes = new CanonicalJson().Text("a", text ?? "").Number("n", long.MinValue).Flag("f", true).End();
            using var document = JsonDocument.Parse(bytes);
            Assert.Equal(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? "")), document.RootElement.GetProperty("a").GetString());
            Assert.Equal(long.MinValue, document.RootElement.GetProperty("n").GetInt64());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void The_bytes_of_a_row_are_pinned()
    {
        var row = new CanonicalJson()
            .Text("text", "ü\"\\\n</é\u007f")
            .Json("json", "{ \"as\": 1.0 }")
            .Json("absent", "")
            .Numbers("numbers", [1, -2])
            .Tags("tags", TagSet.From([KeyValuePair.Create("b", "2"), KeyValuePair.Create("a", "1")]));
        Assert.Equal(
            "{\"text\":\"ü\\\"\\\\\\u000a</é\u007f\",\"json\":{ \"as\": 1.0 },\"numbers\":[1,-2],\"tags\":{\"a\":\"1\",\"b\":\"2\"}}",
            row.EndText());
    }
}
