using Pryvd.Raft;
using Pryvd.Tests.Api;

namespace Pryvd.Tests.Raft;

/// <summary>M8: a step of a node's membership that fails in the middle leaves a node that runs, is new, or says why it has stopped; never one that only says it runs.</summary>
public sealed class HalfWayTests
{
    [Fact]
    public async Task M8_a_step_that_fails_after_it_stopped_the_session_leaves_a_node_that_runs()
    {
        await using var node = await TestNode.InitAsync();
        await Assert.ThrowsAsync<IOException>(() => node.Host.ChangeAsync<bool>(async () =>
        {
            await node.Host.StopSessionAsync();
            throw new IOException("no space left on device");
        }));
        Assert.Equal(NodeStanding.Running, node.Host.Standing);
        await Within.UntilAsync(() => node.Session.Leads);
        await node.Vars.SetVarsAsync(Ask.Set("", "after", "1"), Ask.InTime);
        Assert.False(node.Host.Fatal.IsCompleted);
    }

    [Fact]
    public async Task M8_a_leave_that_fails_after_the_identity_is_gone_leaves_a_new_node()
    {
        await using var node = await TestNode.InitAsync();
        await Assert.ThrowsAsync<IOException>(() => node.Host.ChangeAsync<bool>(async () =>
        {
            await node.Host.StopSessionAsync();
            node.Host.IdentityFolder.Wipe(null);
            throw new IOException("no space left on device");
        }));
        Assert.Equal(NodeStanding.New, node.Host.Standing);
        Assert.Null(node.Host.Identity);
        await node.Host.ChangeAsync(() => InitFlow.RunAsync(node.Host, "again", "", []));
        await Within.UntilAsync(() => node.Session.Leads);
    }

    [Fact]
    public async Task M8_what_cannot_be_taken_up_again_ends_the_process_with_the_reason()
    {
        await using var node = await TestNode.InitAsync();
        await Assert.ThrowsAsync<IOException>(() => node.Host.ChangeAsync<bool>(async () =>
        {
            await node.Host.StopSessionAsync();
            File.Delete(Path.Combine(node.Host.Folder.IdentityPath, "node.crt"));
            throw new IOException("input/output error");
        }));
        Assert.Contains("node.crt", (await node.Host.Fatal.WaitAsync(Within.Patience)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_step_that_is_refused_before_it_did_anything_changes_nothing()
    {
        await using var node = await TestNode.InitAsync();
        var session = node.Session;
        await Assert.ThrowsAsync<InvalidOperationException>(() => node.Host.ChangeAsync<bool>(() => throw new InvalidOperationException("no")));
        Assert.Same(session, node.Session);
    }
}
