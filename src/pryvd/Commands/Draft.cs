using Pryv.Consensus;
using Pryv.Internal.V1;
using Pryvd.Model;
using Pryvd.Model.Rows;
using Actor = Pryvd.Model.Actor;

namespace Pryvd.Commands;

/// <summary>
/// One command at work: the state as it has become so far and the rows to write. A command that is refused half-way leaves
/// its draft behind and nothing has happened.
/// </summary>
internal sealed partial class Draft
{
    private readonly List<RowChange> _changes = new(4);

    public Draft(ClusterState state, LogIndex index, Actor actor, string cause)
    {
        State = state;
        Index = index;
        Actor = actor;
        Cause = Clip.To(cause, Limits.CauseCharacters);
    }

    public ClusterState State { get; private set; }

    public LogIndex Index { get; }

    public long TimeMs => State.TimeMs;

    public Actor Actor { get; }

    public string Cause { get; }

    public IReadOnlyList<RowChange> Changes => _changes;

    /// <summary>How many events this command has made so far.</summary>
    public int Events { get; private set; }

    public void Put(ClusterInfo cluster)
    {
        State = State with { Cluster = cluster };
        _changes.Add(new RowChange(Table.Cluster, ClusterRow.Key, ClusterRow.Write(cluster), IsNew: false));
    }

    public void Put(Node node)
    {
        State = State with { Nodes = State.Nodes.Put(node) };
        _changes.Add(new RowChange(Table.Nodes, node.Id.Value, NodeRow.Write(node), IsNew: false));
    }

    public void Remove(Node node)
    {
        State = State with { Nodes = State.Nodes.Remove(node) };
        _changes.Add(new RowChange(Table.Nodes, node.Id.Value, null, IsNew: false));
        RemoveGrace(node.Id);
        for (var number = Math.Max(1, node.Transitions - Node.MaxTransitions + 1); number <= node.Transitions; number++)
        {
            _changes.Add(new RowChange(Table.NodeHistory, NodeHistoryRow.Key(node.Id, number), null, IsNew: false));
        }
    }

    public void Put(NodeTransition transition)
    {
        var key = NodeHistoryRow.Key(transition.Node, transition.Number);
        _changes.Add(new RowChange(Table.NodeHistory, key, NodeHistoryRow.Write(transition), IsNew: true));
        if (transition.Number > Node.MaxTransitions)
        {
            var oldest = NodeHistoryRow.Key(transition.Node, transition.Number - Node.MaxTransitions);
            _changes.Add(new RowChange(Table.NodeHistory, oldest, null, IsNew: false));
        }
    }

    /// <summary>Puts a variable; a new version goes into its history as well.</summary>
    public void Put(ExtraVar item, bool isNewVersion)
    {
        State = State with { Vars = State.Vars.Put(item) };
        var row = VarRow.Of(item);
        _changes.Add(new RowChange(Table.Vars, VarRow.Key(item.Name), row, IsNew: false));
        if (isNewVersion)
        {
            _changes.Add(new RowChange(Table.VarHistory, VarRow.HistoryKey(item.Name, item.Version), row, IsNew: true));
        }
    }

    public void Remove(ExtraVar item)
    {
        State = State with { Vars = State.Vars.Remove(item) };
        _changes.Add(new RowChange(Table.Vars, VarRow.Key(item.Name), null, IsNew: false));
    }

    public void RemoveVersion(VarName name, long version) =>
        _changes.Add(new RowChange(Table.VarHistory, VarRow.HistoryKey(name, version), null, IsNew: false));

    /// <summary>A dead timeout that is lowered is remembered: leases of the old length are held by then.</summary>
    public void UseSettingsFromVars()
    {
        var before = State.Settings.DeadTimeoutMs;
        State = State with { Settings = Settings.From(State.Vars) };
        if (before > State.Settings.DeadTimeoutMs && State.Cluster is { } cluster && before > cluster.FormerDeadTimeoutMs)
        {
            Put(cluster with { FormerDeadTimeoutMs = before });
        }
    }

    public void Put(Token token)
    {
        State = State with { Tokens = State.Tokens.SetItem(token.Id, token) };
        _changes.Add(new RowChange(Table.Tokens, token.Id, TokenRow.Write(token), IsNew: false));
    }

    public void Remove(Token token)
    {
        State = State with { Tokens = State.Tokens.Remove(token.Id) };
        _changes.Add(new RowChange(Table.Tokens, token.Id, null, IsNew: false));
    }

    public void Put(RevokedCertificate revoked)
    {
        State = State with { Revoked = State.Revoked.SetItem(revoked.Serial, revoked) };
        _changes.Add(new RowChange(Table.Revoked, revoked.Serial, RevokedRow.Write(revoked), IsNew: false));
    }

    public void Remove(RevokedCertificate revoked)
    {
        State = State with { Revoked = State.Revoked.Remove(revoked.Serial) };
        _changes.Add(new RowChange(Table.Revoked, revoked.Serial, null, IsNew: false));
    }

    public void Put(Commissioned commissioned)
    {
        State = State with { Commissioned = State.Commissioned.SetItem(commissioned.Name, commissioned) };
        _changes.Add(new RowChange(Table.Commissioned, commissioned.Name, CommissionedRow.Write(commissioned), IsNew: false));
    }

    /// <summary>Records what changed, for all who follow (O6). Old and new are JSON text or empty.</summary>
    public void Emit(string kind, string subject, string old, string @new) => Emit(kind, subject, Utf8Text.From(old), Utf8Text.From(@new));

    public void Emit(string kind, string subject, Utf8Text old, Utf8Text @new)
    {
        Events++;
        var position = new EventPosition(State.Cluster?.Epoch ?? Epoch.First, Index, Events);
        var item = new Event(position, TimeMs, Actor, kind, subject, EventValue.Of(old), EventValue.Of(@new), Cause);
        _changes.Add(new RowChange(Table.Events, position.SortKey(), EventRow.Of(item), IsNew: true));
    }

    public void Forget(EventPosition position)
    {
        State = State with { EventsPrunedTo = position };
        _changes.Add(new RowChange(Table.Events, position.SortKey(), null, IsNew: false));
    }

    /// <param name="reply">Must not change any more.</param>
    public void Remember(RequestId id, CommandReply reply) =>
        _changes.Add(new RowChange(Table.Requests, RequestRow.Key(id), RequestRow.Of(reply), IsNew: true));

    public void Forget(RequestId id) =>
        _changes.Add(new RowChange(Table.Requests, RequestRow.Key(id), null, IsNew: false));
}
