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

    private static readonly Arbitrary<ExtraVar[]> Items = (
        from scope in Gen.Elements(Scopes)
        from key in Gen.Choose(0, 20)
        from kind in Gen.Choose(0, 2)
        from text in ArbMap.Default.GeneratorFor<NonNull<string>>()
        from number in Gen.Choose(1, 1_000_000)
        from uid in Gen.Choose(-1, 1)
        select Item(scope, $"k{key}", kind, text.Get, number, uid)).ArrayOf().ToArbitrary();

    [Fact]
    public void Rows_are_read_as_they_were_written() => Prop.ForAll(Items, items =>
    {
        var reader = new VarRowReader();
        foreach (var item in items)
        {
            var row = VarRow.Of(item).ToArray();
            Assert.Equal(item, reader.Read(row, () => "key"));
            Assert.Equal(item, VarRow.Read("key", System.Text.Encoding.UTF8.GetString(row)));
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
    public void A_table_made_at_once_is_that_made_one_by_one() => Prop.ForAll(Items, drawn =>
    {
        var items = drawn.DistinctBy(item => item.Name).ToList();
        var (one, many) = (items.Aggregate(VarTable.Empty, (table, item) => table.Put(item)), VarTable.From(items));
        Assert.Equal((one.Count, one.DeletedCount, one.Size, one.OldestDeleted), (many.Count, many.DeletedCount, many.Size, many.OldestDeleted));
        Assert.Equal(one.All(), many.All());
        Assert.All(items, item => Assert.Equal(item, many.FindAny(item.Name)));
    }).QuickCheckThrowOnFailure();

    private static ExtraVar Item(string scope, string key, int kind, string text, int number, int uid)
    {
        Assert.True(VarScope.TryParse(scope, out var parsed));
        return new ExtraVar
        {
            Name = new VarName(parsed, key),
            Value = kind == 0 ? Utf8Text.From(JsonSerializer.Serialize(text)) : default,
            Sealed = kind == 1 ? ByteString.CopyFromUtf8("s" + text) : ByteString.Empty,
            Deleted = kind == 2,
            Version = number,
            OldestVersion = 1,
            Index = new LogIndex(number),
            TimeMs = number,
            Actor = new Actor("n1", uid, number % 3),
        };
    }
}
