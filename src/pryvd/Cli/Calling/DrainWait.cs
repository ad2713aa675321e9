using Grpc.Core;
using Pryv.V1;
using Pryvd.Cli.Parsing;
using Pryvd.Cli.Printing;

namespace Pryvd.Cli.Calling;

/// <summary>Waits until all instances that may leave a node have left it, and shows each that does.</summary>
/// <param name="node">Its name or id.</param>
internal sealed class DrainWait(Call call, string node)
{
    private const string Anywhere = "anywhere";

    private readonly SortedDictionary<string, Instance> _there = new(StringComparer.Ordinal);

    /// <returns>The instances that stay.</returns>
    /// <exception cref="CliException">The time is over; the message says what is still there.</exception>
    public async Task<IReadOnlyList<string>> Run()
    {
        var name = (await call.Read(options => call.Daemon.Nodes.GetNodeAsync(new GetNodeRequest { Node = node, Mode = new ReadMode() }, options))).Node.Name;
        var patience = call.Timeout ?? HealthyWait.DefaultTimeout;
        var deadline = call.Terminal.Clock.GetUtcNow() + patience;
        for (var attempt = 0; ; attempt++)
        {
            var left = deadline - call.Terminal.Clock.GetUtcNow();
            if (left <= TimeSpan.Zero)
            {
                throw TimeIsOver(patience);
            }

            try
            {
                if (await Follow(name, left))
                {
                    return [.. _there.Keys];
                }
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.DeadlineExceeded && !call.Stop.IsCancellationRequested)
            {
                throw TimeIsOver(patience);
            }
            catch (RpcException e) when (RetryRule.Wait(e, wasReached: true) is not null)
            {
                // The daemon restarts, or the node that is drained was this one: the stream begins anew with all there is.
            }

            await Task.Delay(Backoff.Delay(attempt, Random.Shared.NextDouble()), call.Terminal.Clock, call.Stop);
        }
    }

    /// <returns>Whether nothing is there any more that may go; else the stream ended.</returns>
    private async Task<bool> Follow(string name, TimeSpan timeout)
    {
        _there.Clear();
        using var stream = call.Daemon.Components.WatchInstances(new WatchInstancesRequest(), call.StreamOptions(timeout));
        var isSynced = false;
        while (await stream.ResponseStream.MoveNext(call.Stop))
        {
            var change = stream.ResponseStream.Current;
            isSynced |= change.Synced;
            if (change.Instance is { } instance)
            {
                Take(name, instance, change.Removed);
            }

            if (isSynced && _there.Values.All(item => item.Home != Anywhere))
            {
                return true;
            }
        }

        return false;
    }

    private void Take(string name, Instance instance, bool isRemoved)
    {
        if (!isRemoved && instance.Node == name)
        {
            _there[instance.Id] = instance;
        }
        else if (_there.Remove(instance.Id) && !call.Output.IsJson)
        {
            call.Terminal.Out.WriteLine(Visible.Of(isRemoved ? $"{instance.Id}  removed" : ComponentText.Line(instance)));
        }
    }

    private CliException TimeIsOver(TimeSpan patience)
    {
        var left = _there.Values.Where(item => item.Home == Anywhere).Select(item => item.Id).Take(10).ToList();
        return CliException.Failed(
            $"The node is being drained, but after {DurationText.Of(patience)} it still has {string.Join(", ", left.DefaultIfEmpty("instances"))}.",
            $"it goes on by itself; 'pryvd component explain {left.FirstOrDefault() ?? "INSTANCE"}' says what it waits for, --timeout waits longer, --detach does not wait");
    }
}
