using FsCheck;
using FsCheck.Fluent;
using Pryv.Internal.V1;
using Pryvd.Commands;
using Pryvd.Model;
using Pryvd.Model.Rows;

namespace Pryvd.Tests.Commands;

/// <summary>Invariant 5 and extra-vars: random sequences against a model that a child could check.</summary>
public sealed class VarModelTests
{
    private static readonly string[] Scopes = ["cluster", "group/g", "node/n1", "component/c"];

    /// <summary>What, which variable, which condition, which request: small numbers, so that they meet often, and shrink.</summary>
    private static readonly Arbitrary<byte[][]> Steps = Gen.Choose(0, 11).Select(number => (byte)number).ArrayOf(4).ArrayOf().ToArbitrary();

    [Fact]
    public void Versions_conditions_retries_and_history_are_as_in_the_model() =>
        Prop.ForAll(Steps, Follow).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(80));

    private static void Follow(byte[][] steps)
    {
        var records = new MemoryRecords();
        records.Apply(Make.Bootstrap());
        var model = new Dictionary<VarName, List<string?>>();
        var answered = new Dictionary<string, (CommandReply Reply, long MadeAt)>();
        foreach (var step in steps)
        {
            var name = Name(step[1]);
            var request = step[3] < 6 ? Make.RequestId(step[3]) : "";
            var madeAt = answered.TryGetValue(request, out var earlier) ? earlier.MadeAt : records.Applied.Value;
            var reply = records.Apply(Command(step, name, records.Applied.Value).With(request, madeAt));
            if (earlier.Reply is not null)
            {
                Assert.Equal(earlier.Reply, reply);
            }
            else
            {
                Assert.Equal(Expect(model, name, step, records.Applied.Value), (reply.Code, reply.Versions.SingleOrDefault()));
                if (request.Length > 0)
                {
                    answered[request] = (reply, madeAt);
                }
            }

            Compare(model, records);
        }
    }

    private static VarName Name(byte number)
    {
        VarScope.TryParse(Scopes[number % Scopes.Length], out var scope);
        return new VarName(scope, "k" + (number % 2));
    }

    private static long? Condition(byte number) => number < 6 ? null : number - 6;

    private static CommandEnvelope Command(byte[] step, VarName name, long index) => step[0] < 8
        ? Make.Set(name.Scope.ToString(), name.Key, Value(index), Condition(step[2]))
        : Make.Delete(name.Scope.ToString(), name.Key, Condition(step[2]));

    private static string Value(long index) => $"{{\"made\":{index}}}";

    private static (string Code, long Version) Expect(Dictionary<VarName, List<string?>> model, VarName name, byte[] step, long applied)
    {
        var history = model.TryGetValue(name, out var found) ? found : model[name] = [];
        var version = history.Count > 0 && history[^1] is not null ? history.Count : 0;
        if (Condition(step[2]) is { } wanted && wanted != version)
        {
            return (ReplyCodes.Conflict, 0);
        }

        var isDelete = step[0] >= 8;
        if (isDelete && version == 0)
        {
            return (ReplyCodes.NotFound, 0);
        }

        history.Add(isDelete ? null : Value(applied - 1));
        return (ReplyCodes.Ok, history.Count);
    }

    private static void Compare(Dictionary<VarName, List<string?>> model, MemoryRecords records)
    {
        foreach (var (name, history) in model.Where(item => item.Value.Count > 0))
        {
            Assert.Equal(history[^1], records.State.Vars.Find(name)?.Json);
            var kept = records.Rows[Table.VarHistory].Where(row => row.Key.StartsWith(VarRow.Key(name) + ":", StringComparison.Ordinal))
                .Select(row => VarRow.Read(row.Key, System.Text.Encoding.UTF8.GetString(row.Value)));
            Assert.Equal(history, kept.Select(item => item.Deleted ? null : item.Json));
        }

        Assert.Equal(model.Values.Count(history => history.Count > 0 && history[^1] is not null), records.State.Vars.Count);
    }
}
