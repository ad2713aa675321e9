using Pryv.Consensus.Core;
using Pryv.Consensus.Replication;

namespace Simulation;

/// <summary>
/// Does one operation after the other. A write is tried again under the same number until its answer comes; one that is
/// given up stays open in the history, and the client goes on under a new name, as a process does that was started anew.
/// </summary>
public sealed class Client(Cluster cluster)
{
    private const int MaxAttempts = 25;

    private long _name = cluster.NextName();
    private long _number;
    private long _attempt;
    private Machine? _leader;

    private SeededRandom Random => cluster.Random;

    private long Timeout => 3L * cluster.Options.Replica.Raft.ElectionTicks * SimOptions.Tick;

    public void Write(int key, Action done)
    {
        var command = new Command(_name, ++_number, key, cluster.NextValue());
        var bytes = command.Encode(Random.Next(cluster.Options.PaddingBytes + 1));
        var begin = cluster.Heart.Now;
        TryWrite(MaxAttempts);

        void TryWrite(int left)
        {
            if (left == 0)
            {
                cluster.History.Add(new Operation(key, true, command.Value, null, begin, long.MaxValue));
                (_name, _number) = (cluster.NextName(), 0);
                done();
                return;
            }

            Attempt(
                (process, answer) => process.Propose(bytes, reply => answer(reply.Status == ProposalStatus.Applied, reply.Result)),
                before =>
                {
                    cluster.History.Add(new Operation(key, true, command.Value, (long)before!, begin, cluster.Heart.Now));
                    done();
                },
                () => TryWrite(left - 1));
        }
    }

    public void Read(int key, Action done)
    {
        var begin = cluster.Heart.Now;
        TryRead(MaxAttempts);

        void TryRead(int left)
        {
            if (left == 0)
            {
                done();
                return;
            }

            Attempt(
                (process, answer) => process.Read(reply => answer(reply.Index is not null, process.Get(key))),
                value =>
                {
                    cluster.History.Add(new Operation(key, false, (long)value!, null, begin, cluster.Heart.Now));
                    done();
                },
                () => TryRead(left - 1));
        }
    }

    /// <summary>One question to one machine; an answer that comes after the timeout is not looked at.</summary>
    private void Attempt(Action<SimProcess, Action<bool, object?>> ask, Action<object?> succeeded, Action failed)
    {
        var attempt = ++_attempt;
        var machine = Pick();
        void End(bool success, object? result)
        {
            if (attempt != _attempt)
            {
                return;
            }

            _attempt++;
            _leader = success ? machine : null;
            if (success)
            {
                succeeded(result);
            }
            else
            {
                cluster.Heart.After(Random.Next((int)(2 * SimOptions.Tick)), failed);
            }
        }

        cluster.Heart.After(Delay(), () => machine.Ask(ask, (success, result) => cluster.Heart.After(Delay(), () => End(success, result))));
        cluster.Heart.After(Timeout, () => End(false, null));
    }

    private Machine Pick() => _leader is not null && Random.Next(5) > 0
        ? _leader
        : Random.Next(2) == 0 && cluster.Leader() is { } leader
            ? leader
            : cluster.Machines[Random.Next(cluster.Machines.Count)];

    private long Delay() => 1 + Random.Next((int)SimOptions.Tick / 4);
}
