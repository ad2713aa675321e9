using Grpc.Core;
using Pryv.V1;
using Pryvd.Hosting;

namespace Pryvd.Tests.Api;

/// <summary>Requirement V4: who did what, from which socket peer, and how it ended, is in the audit log; values are not.</summary>
public sealed class AuditTests(OneNode cluster) : IClassFixture<OneNode>
{
    private TestNode Node => cluster.Node;

    [Fact]
    public async Task A_write_is_on_record_with_who_what_and_how_it_ended()
    {
        await Node.Vars.SetVarsAsync(Ask.Set("group/a", "done", "\"value-of-it\""), Ask.InTime);
        var entry = Single("var/group/a/done");
        Assert.Contains("/pryv.v1.Vars/SetVars", entry, StringComparison.Ordinal);
        Assert.Contains($"uid {Libc.EffectiveUser()}, pid {Environment.ProcessId} on n1", entry, StringComparison.Ordinal);
        Assert.Contains("\"Outcome\":\"OK\"", entry, StringComparison.Ordinal);
        Assert.DoesNotContain("value-of-it", entry, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_write_is_on_record_as_well()
    {
        await Ask.RefusedAsync(StatusCode.FailedPrecondition, async () => await Node.Vars.SetVarsAsync(Ask.Set("", "refused", "1", ifVersion: 3), Ask.InTime));
        Assert.Contains("\"Outcome\":\"FailedPrecondition\"", Single("var/cluster/refused"), StringComparison.Ordinal);

        await Ask.RefusedAsync(StatusCode.InvalidArgument, async () => await Node.Tokens.CreateTokenAsync(new CreateTokenRequest { Role = "king" }, Ask.InTime));
        Assert.Contains("\"Outcome\":\"InvalidArgument\"", Single("'king'"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reads_are_not()
    {
        await Node.Nodes.ListNodesAsync(new ListNodesRequest(), Ask.InTime);
        await Node.Vars.ListVarsAsync(new ListVarsRequest(), Ask.InTime);
        await Node.Vars.ResolveVarsAsync(new ResolveVarsRequest { Node = "n1" }, Ask.InTime);
        Assert.DoesNotContain(Node.Log.Of(LogCategory.Audit), line => line.Contains("/List", StringComparison.Ordinal) || line.Contains("/Resolve", StringComparison.Ordinal));
    }

    private string Single(string about) =>
        Assert.Single(Node.Log.Of(LogCategory.Audit), line => line.Contains(about, StringComparison.Ordinal));
}
