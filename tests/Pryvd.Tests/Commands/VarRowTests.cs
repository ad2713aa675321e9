using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Pryv.Consensus;
using Pryvd.Model;
using Pryvd.Model.Rows;

namespace Pryvd.Tests.Commands;

/// <summary>M2, M3: what a start reads of many rows at once is what was written one by one.</summary>
public sealed class VarRowTests
{
    private static readonly string[] Scopes = ["cluster", "group/g", "node/n1", "node/n2", "component/c"];

    /// <summary>Values that hold what the row holds around them.</summary>
    private static readonly string[] LikeFields =
    [
        """{"sealed":"AAAA","deleted":false,"json":1}""", """{"sealed":"","deleted":true}""", """["sealed","deleted"]""",
        """
        "\"sealed\":\"AAAA\",\"deleted\":false,"
        """, "\"ä\ud83d\ude00\"", "1",
    ];

    private static readonly Arbitrary<ExtraVar[]> Items = (
        from scope in Gen.Elements(Scopes)
        from key in Gen.Choose(0, 20)
        from kind in Gen.Choose(0, 2)
        from json in Gen.OneOf(ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => JsonSerializer.Serialize(text.Get)), Gen.Elements(LikeFields))
        from number in Gen.Choose(1, 1_000_000)
        from uid in Gen.Choose(-1, 1)
        select Item(scope, $"k{key}", kind, json, number, uid)).ArrayOf().ToArbitrary();

    [Fact]
    public void Rows_are_read_as_they_were_written() => Prop.ForAll(Items, items =>
    {
        var reader = new VarRowReader();
        foreach (var item in items)
        {
            var row = VarRow.Of(item).ToArray();
            Assert.Equal(item, reader.Read(row, () => "key"));
            Assert.Equal(item, VarRow.Read("key", Encoding.UTF8.GetString(row)));
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_row_that_was_cut_or_holds_more_is_damaged_and_named() => Prop.ForAll(Items, ArbMap.Default.ArbFor<PositiveInt>(), (items, cut) =>
    {
        foreach (var row in items.Select(item => VarRow.Of(item).ToArray()))
        {
            var reader = new VarRowReader();
            var shorter = row[..(cut.Get % row.Length)];
            Assert.Contains("SCOPE:KEY", Assert.Throws<RowDamageException>(() => reader.Read(shorter, () => "SCOPE:KEY")).Message, StringComparison.Ordinal);
            Assert.Throws<RowDamageException>(() => reader.Read([.. row, (byte)'1'], () => "SCOPE:KEY"));
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_a_variable_counts_is_found_without_reading_it_or_it_is_to_be_read() => Prop.ForAll(Items, items =>
    {
        foreach (var item in items)
        {
            var (key, row) = (Encoding.UTF8.GetBytes(VarRow.Key(item.Name)), VarRow.Of(item).ToArray());
            Assert.Equal(item.Deleted ? null : item.Size, VarRowGlance.LivingSize(key, row));
            Assert.Null(VarRowGlance.LivingSize("cluster:other"u8, row));
            Assert.Null(VarRowGlance.LivingSize(key, row.AsSpan(0, row.AsSpan().LastIndexOf("\"deleted\""u8))));
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_bytes_are_looked_at_without_harm() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<byte[]>(), (key, row) =>
        VarRowGlance.LivingSize(key, row) is null).QuickCheckThrowOnFailure();

    private static ExtraVar Item(string scope, string key, int kind, string json, int number, int uid)
    {
        Assert.True(VarScope.TryParse(scope, out var parsed));
        return new ExtraVar
        {
            Name = new VarName(parsed, key),
            Value = kind == 0 ? Utf8Text.From(json) : default,
            Sealed = kind == 1 ? ByteString.CopyFromUtf8("s" + json) : ByteString.Empty,
            Deleted = kind == 2,
            Version = number,
            OldestVersion = 1,
            Index = new LogIndex(number),
            TimeMs = number,
            Actor = new Actor("n1", uid, number % 3),
        };
    }
}
