using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Pryv.Internal.V1;
using Pryv.V1;
using Pryvd.Model;
using Pryvd.Peers.Identity;
using Pryvd.Raft;
using Actor = Pryvd.Model.Actor;

namespace Pryvd.Api;

/// <summary>
/// Seals secrets before they are proposed, and opens them for those who ask. A node without custody asks the leader, which
/// seals each value to that node's public key, so that it crosses the network only sealed.
/// </summary>
internal sealed class Secrets(NodeHost host, LeaderCalls leader, AuditLog audit)
{
    private const string OpenMethod = "/pryv.internal.v1.Secrets/Open";

    // A request and its reply stay well within the bound of a message.
    private const int BatchBytes = 2 << 20;

    public void Register() => leader.Register<OpenSecretsRequest, OpenSecretsReply>(OpenMethod, OpenForNodeAsync);

    /// <summary>On the leader: the write with its value sealed for its place.</summary>
    public VarWrite Seal(VarWrite plain)
    {
        using var custody = Custody.Require(host);
        using var sealing = new ClusterSealing(custody.SealingKey);
        var value = Encoding.UTF8.GetBytes(plain.Json);
        var write = plain.Clone();
        (write.Json, write.Sealed) = ("", ByteString.CopyFrom(sealing.Seal(value, SealContext.Variable(plain.Scope, plain.Key))));
        return write;
    }

    /// <summary>The variables as messages; secrets in the clear only if that was asked for, which is put on record.</summary>
    public async Task<IReadOnlyList<Var>> ShowAsync(IReadOnlyList<ExtraVar> items, bool reveal, ServerCallContext context)
    {
        var messages = items.Select(VarMessages.Of).ToList();
        var secret = Enumerable.Range(0, items.Count).Where(i => reveal && items[i].IsSecret).ToList();
        if (secret.Count == 0)
        {
            return messages;
        }

        var session = host.RequireSession();
        var caller = Caller.Of(context, session.NodeName);
        var wanted = secret.ConvertAll(i => items[i]);
        var values = host.IdentityFolder.Custody.Exists
            ? OpenHere(wanted)
            : await OpenByLeaderAsync(session, wanted, caller, context).ConfigureAwait(false);
        foreach (var (i, value) in secret.Zip(values))
        {
            audit.Revealed(caller, items[i].Name);
            messages[i].Json = value;
        }

        return messages;
    }

    private List<string> OpenHere(List<ExtraVar> items)
    {
        using var custody = Custody.Require(host);
        using var sealing = new ClusterSealing(custody.SealingKey);
        return items.ConvertAll(item => Guarded(item.Name.ToString(), () => Text(sealing.Open(item.Sealed.Span, ContextOf(item)))));
    }

    private async Task<List<string>> OpenByLeaderAsync(
        ClusterSession session, List<ExtraVar> items, Actor caller, ServerCallContext context)
    {
        using var key = host.IdentityFolder.SealingKey();
        var values = new List<string>(items.Count);
        foreach (var batch in Batches(items))
        {
            var request = new OpenSecretsRequest { Vars = { batch.Select(Message) } };
            var reply = await leader.CallAsync<OpenSecretsReply>(
                OpenMethod, request, caller, context.Deadline, context.CancellationToken).ConfigureAwait(false);
            values.AddRange(batch.Zip(reply.Sealed, (item, value) => Guarded(
                item.Name.ToString(), () => Text(Sealing.Open(key, value.Span, ForNode(session.Identity.Name, item.Name))))));
        }

        return values;
    }

    /// <summary>On the leader. The actor's node is the one whose certificate the call came with.</summary>
    private Task<OpenSecretsReply> OpenForNodeAsync(OpenSecretsRequest request, Actor actor, CancellationToken cancel)
    {
        var session = host.RequireSession();
        var node = session.Store.Read().State.Nodes.FindLiving(actor.Node)
            ?? throw Errors.NotFound($"There is no node {actor.Node} to open secrets for.");
        var receiver = new CertifiedName(session.Identity.Cluster.ClusterId, node.Id.Value);
        using var custody = Custody.Require(host);
        using var sealing = new ClusterSealing(custody.SealingKey);
        var reply = new OpenSecretsReply();
        foreach (var item in request.Vars)
        {
            var name = VarRequests.Name(item.Scope, item.Key);
            reply.Sealed.Add(Guarded(name.ToString(), () => Reseal(sealing, item, node, ForNode(receiver, name))));
            audit.Revealed(actor, name);
        }

        return Task.FromResult(reply);
    }

    private static ByteString Reseal(ClusterSealing sealing, SealedVar item, Model.Node node, SealContext receiver)
    {
        var plain = sealing.Open(item.Sealed.Span, SealContext.Variable(item.Scope, item.Key));
        try
        {
            return ByteString.CopyFrom(Sealing.SealFor(node.SealingKey.Span, plain, receiver));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private static IEnumerable<List<ExtraVar>> Batches(List<ExtraVar> items)
    {
        var batch = new List<ExtraVar>();
        var bytes = 0;
        foreach (var item in items)
        {
            if (bytes + item.Sealed.Length > BatchBytes && batch.Count > 0)
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }

            batch.Add(item);
            bytes += VarMessages.Size(item);
        }

        yield return batch;
    }

    private static T Guarded<T>(string name, Func<T> open)
    {
        try
        {
            return open();
        }
        catch (SealException failure)
        {
            throw Errors.Conflict($"{name} cannot be opened: {failure.Message}");
        }
    }

    private static SealedVar Message(ExtraVar item) => new() { Scope = item.Name.Scope.ToString(), Key = item.Name.Key, Sealed = item.Sealed };

    private static SealContext ContextOf(ExtraVar item) => SealContext.Variable(item.Name.Scope.ToString(), item.Name.Key);

    private static SealContext ForNode(CertifiedName node, VarName name) => SealContext.ForNode(node, "variable " + name);

    private static string Text(byte[] plain)
    {
        var text = Encoding.UTF8.GetString(plain);
        CryptographicOperations.ZeroMemory(plain);
        return text;
    }
}
