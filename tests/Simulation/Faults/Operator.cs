using Pryv.Consensus;
using Pryv.Consensus.Core;
using Pryv.Consensus.Membership;
using Pryv.Consensus.Replication;

namespace Simulation;

/// <summary>Changes who belongs to the cluster, one wish at a time, by asking whoever leads until the wish has come true.</summary>
public sealed class Operator(Cluster cluster)
{
    private const int AskEveryTicks = 4;

    private SeededRandom Random => cluster.Random;

    /// <summary>What is wanted now; null when nothing is.</summary>
    public string? Wish { get; private set; }

    public bool IsBusy => Wish is not null;

    /// <summary>A spare machine becomes a learner.</summary>
    public void Join(Machine machine, WantedRole wanted)
    {
        machine.Format(ReadOnlyMemory<byte>.Empty);
        machine.Start();
        var member = Newcomer(machine, wanted);
        Pursue($"join {member.Id}", 200, c => c.Find(member.Id) is not null, _ => Put(member));
    }

    public void Remove(MemberId member) => Pursue(
        $"remove {member}",
        50,
        c => c.Find(member) is null,
        _ => token => new ReplicaEvent.RemovalAsked(token, member));

    /// <summary>The disk is gone; the machine comes back as a new member, in one change with the end of the old one.</summary>
    public void Rejoin(Machine machine, Member lost)
    {
        var newcomer = Wiped(machine, lost);
        cluster.Checks.Voters.MayBeTwo = true;
        Pursue(
            $"rejoin of {lost.Id} as {newcomer.Id}",
            int.MaxValue,
            c => c.Find(lost.Id) is null && c.Find(newcomer.Id) is not null,
            _ => token => new ReplicaEvent.ChangeAsked(token, [new MemberChange.Remove(lost.Id), new MemberChange.Put(newcomer)]));
    }

    /// <summary>The same in three steps: join as a learner, wait until autopilot has given it a vote, or taken that of the dead one, drop that one.</summary>
    public void RejoinInSteps(Machine machine, Member lost)
    {
        var newcomer = Wiped(machine, lost);
        Pursue(
            $"rejoin of {lost.Id} as {newcomer.Id} in steps",
            int.MaxValue,
            c => c.Find(lost.Id) is null && c.Find(newcomer.Id) is not null,
            c => c.Find(newcomer.Id) is null ? Put(newcomer)
                : c.IsVoter(lost.Id) && !c.IsVoter(newcomer.Id) ? null
                : token => new ReplicaEvent.RemovalAsked(token, lost.Id));
    }

    private static Member Newcomer(Machine machine, WantedRole wanted) =>
        new(machine.Member, machine.Name, $"{machine.Name}:7411", MemberRole.Learner, wanted);

    private static Func<long, ReplicaEvent> Put(Member member) =>
        token => new ReplicaEvent.ChangeAsked(token, [new MemberChange.Put(member)]);

    private Member Wiped(Machine machine, Member lost)
    {
        machine.Format(ReadOnlyMemory<byte>.Empty);
        machine.Start();
        return Newcomer(machine, lost.Wanted);
    }

    private void Pursue(string what, int attempts, Func<Configuration, bool> isDone, Func<Configuration, Func<long, ReplicaEvent>?> step)
    {
        Wish = what;
        cluster.Trace.Add("op", $"wants: {what}");
        Look(attempts);

        void Look(int left)
        {
            var machine = cluster.Leader();
            var leader = machine?.Process;
            var isSettled = leader is not null && !leader.Core.Configuration.IsJoint && leader.Core.ConfigurationIndex <= leader.Core.Commit;
            if (left == 0 || (isSettled && isDone(leader!.Core.Configuration)))
            {
                Wish = null;
                cluster.Trace.Add("op", $"{(left == 0 ? "gives up" : "done")}: {what}");
                return;
            }

            if (isSettled && step(leader!.Core.Configuration) is { } question)
            {
                machine!.Now(() => leader.Ask(question, _ => { }));
            }

            cluster.Heart.After((AskEveryTicks * SimOptions.Tick) + Random.Next((int)SimOptions.Tick), () => Look(left - 1));
        }
    }
}
