using Pryv.Consensus.Core;

namespace Simulation;

/// <summary>One run from one seed: chaos and safety first, then a healed cluster and the demand that it is whole again.</summary>
public sealed class SimRun
{
    private readonly Cluster _cluster;
    private readonly Chaos _chaos;
    private bool _isChaotic = true;
    private int _busyClients;

    public SimRun(SimOptions options, bool isTraced = false)
    {
        _cluster = new Cluster(options, isTraced);
        _chaos = new Chaos(_cluster);
    }

    public Cluster Cluster => _cluster;

    private SimOptions Options => _cluster.Options;

    /// <exception cref="SimulationException">A promise was broken; the message says how to see it again.</exception>
    public void Run()
    {
        try
        {
            Live();
        }
        catch (Exception broken)
        {
            throw new SimulationException($"{broken.Message}\nAgain, with a trace: make sim SEED={Options.Seed}", broken);
        }
    }

    private void Live()
    {
        _cluster.Begin();
        for (var i = 0; i < Options.Clients; i++)
        {
            Work(new Client(_cluster));
        }

        _chaos.Start();
        Until(() => _cluster.Heart.Now >= Options.ChaosTicks * SimOptions.Tick);
        _isChaotic = false;
        _chaos.End();
        _cluster.Heal();
        Within(Options.ConvergenceTicks, () => WhyNotWhole.Tell(_cluster) ?? (_busyClients > 0 ? "clients wait for answers" : null));
        CheckProgress();
        _cluster.History.RequireLinearizable();
    }

    /// <summary>Every register is written and read once more, so that what was lost shows.</summary>
    private void CheckProgress()
    {
        var left = 2 * Options.Keys;
        for (var key = 0; key < Options.Keys; key++)
        {
            var (client, register) = (new Client(_cluster), key);
            client.Read(register, () => client.Write(register, () => client.Read(register, () => left -= 2)));
        }

        Within(Options.ConvergenceTicks, () => left > 0 ? "no progress on new writes" : WhyNotWhole.Tell(_cluster));
    }

    private void Work(Client client)
    {
        _busyClients++;
        var think = _cluster.Random.Next((int)(8 * SimOptions.Tick));
        _cluster.Heart.After(think, () =>
        {
            _busyClients--;
            if (_isChaotic)
            {
                _busyClients++;
                Operate(client, () =>
                {
                    _busyClients--;
                    Work(client);
                });
            }
        });
    }

    private void Operate(Client client, Action done)
    {
        var key = _cluster.Random.Next(Options.Keys);
        if (_cluster.Random.Next(2) == 0)
        {
            client.Write(key, done);
        }
        else
        {
            client.Read(key, done);
        }
    }

    private void Until(Func<bool> reached)
    {
        while (!reached() && _cluster.Heart.Beat())
        {
        }
    }

    private void Within(long ticks, Func<string?> whyNot)
    {
        var deadline = _cluster.Heart.Now + (ticks * SimOptions.Tick);
        var next = _cluster.Heart.Now;
        string? reason = "not looked at";
        while (reason is not null)
        {
            SimulationException.Require(_cluster.Heart.Now < deadline, $"not whole {ticks} ticks after healing: {reason}");
            next += SimOptions.Tick;
            Until(() => _cluster.Heart.Now >= next);
            reason = whyNot();
        }
    }
}
