using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Pryv.Consensus;
using Pryvd.Model;

namespace Pryvd.Tests.Commands;

/// <summary>M2: variables that came from the disk unread are those that were written, whatever follows.</summary>
public sealed class VarTableTests
{
    private static readonly VarScope[] Scopes = [VarScope.Cluster, VarScope.OfNode("n1"), VarScope.OfNode("n2"), VarScope.OfComponent("c")];

    private static readonly Gen<ExtraVar> AnyItem =
        from scope in Gen.Elements(Scopes)
        from key in Gen.Choose(0, 30)
        from isDeleted in Gen.Frequency((3, Gen.Constant(false)), (1, Gen.Constant(true)))
        from number in Gen.Choose(1, 1_000)
        select Item(new VarName(scope, $"k{key}"), isDeleted, number);

    private static readonly Arbitrary<(ExtraVar[] Loaded, int MostInRun, ExtraVar[] Later)> Histories = (
        from loaded in AnyItem.ArrayOf()
        from most in Gen.Choose(1, 5)
        from later in AnyItem.ArrayOf()
        select (loaded, most, later)).ToArbitrary();

    [Fact]
    public void A_table_of_unread_runs_is_that_made_one_by_one() => Prop.ForAll(Histories, history =>
    {
        var model = new SortedDictionary<VarName, ExtraVar>();
        foreach (var item in history.Loaded)
        {
            model[item.Name] = item;
        }

        var table = VarTable.From(Runs(model.Values, history.MostInRun));
        RequireSame(model, table, inDepth: false);
        foreach (var item in history.Later)
        {
            // A remembered deletion is forgotten the second time.
            if (item.Deleted && model.TryGetValue(item.Name, out var old) && old.Deleted)
            {
                model.Remove(item.Name);
                table = table.Remove(old);
            }
            else
            {
                model[item.Name] = item;
                table = table.Put(item);
            }

            RequireSame(model, table, inDepth: false);
        }

        RequireSame(model, table, inDepth: true);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Nothing_is_read_before_it_is_asked_for_and_nothing_twice()
    {
        var reads = new List<string>();
        var items = Enumerable.Range(0, 9).Select(i => Item(new VarName(VarScope.Cluster, $"k{i}"), isDeleted: false, 1)).ToList();
        var table = VarTable.From(Runs(items, 3).Select(run => run with { Read = () => Noted(run) }));
        Assert.Equal(9, table.Count);
        Assert.Empty(reads);

        Assert.Equal(items[4], table.Find(items[4].Name));
        Assert.Null(table.Find(new VarName(VarScope.Cluster, "k5x")));
        Assert.Equal(["k3"], reads);

        table = table.Put(items[7]);
        Assert.Equal(items, table.All());
        Assert.Equal(items, table.InScope(VarScope.Cluster));
        Assert.Equal(["k3", "k6", "k0"], reads);

        IReadOnlyList<ExtraVar> Noted(UnreadVars run)
        {
            reads.Add(run.FirstKey);
            return run.Read();
        }
    }

    private static void RequireSame(SortedDictionary<VarName, ExtraVar> model, VarTable table, bool inDepth)
    {
        var living = model.Values.Where(item => !item.Deleted).ToList();
        var oldest = model.Values.Where(item => item.Deleted).OrderBy(item => item.Index.Value).ThenBy(item => item.Name).FirstOrDefault();
        Assert.Equal(
            (living.Count, model.Count - living.Count, model.Values.Sum(item => (long)item.Size), oldest),
            (table.Count, table.DeletedCount, table.Size, table.OldestDeleted));
        if (inDepth)
        {
            Assert.Equal(living, table.All());
            Assert.All(Scopes, scope => Assert.Equal(living.Where(item => item.Name.Scope == scope), table.InScope(scope)));
            Assert.All(model, item => Assert.Equal(item.Value, table.FindAny(item.Key)));
            Assert.Null(table.FindAny(new VarName(VarScope.Cluster, "other")));
        }
    }

    private static IEnumerable<UnreadVars> Runs(IEnumerable<ExtraVar> items, int most) =>
        from scope in items.GroupBy(item => item.Name.Scope)
        from run in scope.Chunk(most)
        let deleted = run.Where(item => item.Deleted).ToList()
        select new UnreadVars(scope.Key, run[0].Name.Key, run.Length - deleted.Count, run.Sum(item => (long)item.Size), deleted, () => run);

    private static ExtraVar Item(VarName name, bool isDeleted, int number) => new()
    {
        Name = name,
        Value = isDeleted ? default : Utf8Text.From($"{number}"),
        Sealed = ByteString.Empty,
        Deleted = isDeleted,
        Version = number,
        OldestVersion = 1,
        Index = new LogIndex(number),
        TimeMs = number,
        Actor = new Actor("n1", 0, 1),
    };
}
