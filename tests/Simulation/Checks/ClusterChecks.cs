using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Log;

namespace Simulation;

/// <summary>Looks at every step of every member; the invariants themselves are in the files beside this one.</summary>
public sealed class ClusterChecks
{
    private readonly Trace _trace;
    private readonly ElectionCheck _elections = new();
    private readonly LogMatchingCheck _logs = new();
    private readonly DurabilityCheck _durability = new();
    private readonly MemoryCheck _memory = new();

    public ClusterChecks(Trace trace, SimOptions options)
    {
        _trace = trace;
        Voters = new VoterCheck(_durability, options.Policy.CaughtUpEntries);
    }

    public Ledger Ledger { get; } = new();

    public VoterCheck Voters { get; }

    /// <summary>How many leaders there were.</summary>
    public int Elections { get; private set; }

    public static void Opened(Machine machine, DurableLog log) => MemoryCheck.Opened(machine, log.HardState);

    public void Started(Machine machine)
    {
        var core = machine.Process!.Core;
        _durability.Knows(machine);
        _memory.Started(machine, core);
        Ledger.Commit(machine, core, LogIndex.Zero);
        Voters.Stepped(machine, core);
    }

    public void Stepped(Machine machine)
    {
        var replica = machine.Process!.Replica;
        var core = replica.Core;
        _trace.Mark((ulong)((core.Term.Value << 40) ^ (core.Commit.Value << 20) ^ core.LastIndex.Value ^ ((long)machine.Number << 60)));
        var before = _memory.Stepped(machine, core);
        SimulationException.Require(replica.Applied <= core.Commit, $"{machine.Name} has applied {replica.Applied}, committed is {core.Commit}");
        var hasCommitted = core.Commit > before && Ledger.Commit(machine, core, before);
        _durability.Stepped(machine, core, hasCommitted);
        if (hasCommitted && core.Role == RaftRole.Leader)
        {
            SimulationException.Require(
                core.TermAt(core.Commit) == core.Term,
                $"{machine.Name} leads term {core.Term} and commits {core.Commit} of an earlier one by counting (Raft, section 5.4.2)");
        }


        if (core.Role == RaftRole.Leader && _elections.Leads(machine.Member, core.Term))
        {
            Elections++;
            _trace.Add(machine.Name, $"leads term {core.Term}");
            Ledger.RequireComplete(machine, core);
        }

        Voters.Stepped(machine, core);
    }

    public void Sending(Machine machine, Message message)
    {
        switch (message)
        {
            case Message.VoteReply m: _elections.Votes(machine, m); break;
            case Message.AppendReply m: DurabilityCheck.Acknowledged(machine, machine.Process!.Core, m); break;
            default: break;
        }
    }

    public void Persisted(Machine machine, IReadOnlyList<Entry> entries) => _logs.Holds(machine, entries);

    public void Applied(Machine machine, Entry entry) =>
        Ledger.Apply(machine, entry.Index, LogMatchingCheck.Hash(entry), machine.Store.Current.Digest);

    public void Replaced(Machine machine) =>
        Ledger.Replace(machine, machine.Store.Current.Applied.Index, machine.Store.Current.Digest);
}
